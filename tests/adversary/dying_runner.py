"""A runner that dies between writing its rows and committing them.

Run as ``python -m tests.adversary.dying_runner URL PAGES FACTS``: it takes PAGES pages in, writes
the rows of the next one and is killed by itself, as by a power cut.
"""

import os
import signal
import sys
from datetime import date

import sqlalchemy as sa
from tests.casebook import Casebook
from tests.tally import Tally

from cases.app.store.connections import Role
from cases.app.store.views import views_engine
from cases.projections.engine import Cases, Page, Runner


def ledger(facts: int) -> Casebook:
    """The same number of facts in every process; only their positions matter here."""
    book = Casebook()
    for _ in range(facts):
        book.case().opened(date(2025, 1, 13))
    return book


class Dying(Tally):
    """Survives ``pages`` pages."""

    def __init__(self, pages: int) -> None:
        self.left = pages

    def project(self, conn: sa.Connection, page: Page, cases: Cases) -> None:
        super().project(conn, page, cases)
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self.left -= 1


if __name__ == "__main__":
    url, pages, facts = sys.argv[1:]
    engine = views_engine(url, Role.PROJECTOR)
    Runner(
        engine, ledger(int(facts)), Dying(int(pages)), chance=lambda: 0.5, page_size=3
    ).catch_up()
