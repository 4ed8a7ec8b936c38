"""A runner that comes to grief between writing its rows and committing them.

Run as ``python -m tests.adversary.dying_runner URL PAGES FACTS HOW``: it takes PAGES pages in,
writes the rows of the next one and then, as HOW says, is killed by itself as by a power cut
(``die``), says so and stands still until it is told to go on (``stop``), or goes on (``live``),
under a clock that is an hour wrong.
"""

import os
import signal
import sys
import time
from datetime import date

import sqlalchemy as sa
from tests.casebook import Casebook
from tests.tally import Unordered

from cases.app.store.views import projector_engine
from cases.projections.engine import Runner
from cases.projections.projection import Sources, Turn

TURN_LIMIT = 1.0


def ledger(facts: int) -> Casebook:
    """The same number of facts in every process; only their positions matter here."""
    book = Casebook()
    for _ in range(facts):
        book.case().opened(date(2025, 1, 13))
    return book


class Stricken(Unordered):
    """Survives ``pages`` pages."""

    def __init__(self, pages: int, how: str) -> None:
        self.left = pages
        self.how = how

    def project(self, conn: sa.Connection, turn: Turn, sources: Sources) -> None:
        super().project(conn, turn, sources)
        if self.left == 0:
            if self.how == "die":
                os.kill(os.getpid(), signal.SIGKILL)
            if self.how == "stop":
                _say(turn.first)
                sys.stdin.readline()
        self.left -= 1


class Never:
    """Never stops."""

    def is_set(self) -> bool:
        return False

    def wait(self, timeout: float) -> bool:
        os.sched_yield()
        return False


def _say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def _an_hour_wrong() -> None:
    told, passed = time.time, time.monotonic
    time.time = lambda: told() + 3_600
    time.monotonic = lambda: passed() - 3_600


if __name__ == "__main__":
    url, pages, facts, how = sys.argv[1:]
    engine = projector_engine(url, size=2, turn_limit=TURN_LIMIT)
    book = ledger(int(facts))
    if how == "live":
        _an_hour_wrong()
    runner = Runner(engine, book, Stricken(int(pages), how), chance=lambda: 0.5, page_size=3)
    if how == "stop":
        while runner.attempt() == 0 or not runner.failures:
            pass
        _say(runner.failures)
    runner.run(Never())
