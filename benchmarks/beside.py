"""What runs in a process of its own, as the worker does in production.

``python -m benchmarks.beside sequence URL KEYRING`` runs a sequencer; ``follow`` adds a follower
that notes when it has each fact; ``work`` adds the three read models to both. It says ``ready``,
works until its input ends, and prints what it noted. Instants are of the system's monotonic clock,
which processes share.
"""

import json
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic

import sqlalchemy as sa
from pydantic import SecretStr

from cases.app.bootstrap import System, open_system
from cases.app.settings import Environment, Settings
from cases.app.store.faults import StoreFault, StoreUnavailable
from cases.app.store.log import CaseLog
from cases.app.store.sequencer import Sequencer
from cases.app.store.wakeup import Wakeup
from cases.projections.case_view import CaseView
from cases.projections.engine import Cases, Page, Runner

Stamps = list[tuple[str, int, float]]  # a stream, a version, an instant


@contextmanager
def sequencer(url: str) -> Iterator[None]:
    """A sequencer in a process of its own, at the pause of production."""
    with _process("sequence", url, Path("/nonexistent")):
        yield


@contextmanager
def worker(what: str, url: str, keyring: Path) -> Iterator[Callable[[], dict[str, Stamps]]]:
    """``follow`` or ``work`` in a process of its own.

    What it yields ends the process and tells what was seen when.
    """
    with _process(what, url, keyring) as process:
        yield lambda: _noted(process)


def settings_for(url: str, keyring: Path) -> Settings:
    """Settings of a development installation over this database."""
    return Settings(
        environment=Environment.TEST,
        database_url=SecretStr(url),
        keyring=keyring,
        state=keyring.parent,
    )


@contextmanager
def _process(what: str, url: str, keyring: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "benchmarks.beside", what, url, str(keyring)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            if process.stdout.readline().strip() != "ready":
                raise RuntimeError(f"{what} did not start")
            yield process
        finally:
            if not process.stdin.closed:
                process.stdin.close()
                process.stdout.read()
            process.wait(30)


def _noted(process: subprocess.Popen[str]) -> dict[str, Stamps]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    noted: dict[str, Stamps] = json.loads(process.stdout.read())
    return noted


class _Noting:
    """A read model that remembers which facts its page brought; else the one inside."""

    def __init__(self, view: CaseView) -> None:
        self.name, self.version, self.tables = view.name, view.version, view.tables
        self._view = view
        self.page: list[tuple[str, int]] = []

    def project(self, conn: sa.Connection, page: Page, cases: Cases) -> None:
        """Project, remembering."""
        self.page = [(fact.stream_id.hex, fact.version) for fact in page.facts]
        self._view.project(conn, page, cases)


class _NotingRunner(Runner):
    """A runner that notes the instant at which a page is committed."""

    noting: _Noting
    stamps: Stamps

    def step(self) -> int:
        """One page."""
        moved = super().step()
        if moved:
            now = monotonic()
            self.stamps += [(stream, version, now) for stream, version in self.noting.page]
        return moved


def _follow(log: CaseLog, url: str, stop: threading.Event, stamps: Stamps) -> None:
    """A follower as a runner is one: asks for pages while there are any, then waits for word."""
    least, most = Runner.POLL
    after, quiet = 0, 0
    with Wakeup(url, stop.wait) as wakeup:
        while not stop.is_set():
            page = log.page(after)
            now = monotonic()
            if page.last == after:
                quiet += 1
                wakeup.wait(min(most, least * 2**quiet) * (0.5 + random.random() / 2))
                continue
            after, quiet = page.last, 0
            stamps += [(fact.stream_id.hex, fact.version, now) for fact in page.facts]


def _sequence(url: str, stop: threading.Event) -> None:
    with Sequencer(url) as one:
        one.run(stop)


def _run(runner: Runner, url: str, stop: threading.Event) -> None:
    with Wakeup(url, stop.wait) as wakeup:
        runner.run(stop, wakeup.wait)


def _runners(system: System, stamps: Stamps) -> list[Runner]:
    """As the worker makes them; the first one notes."""
    transient = (StoreUnavailable, StoreFault)
    first, *others = system.views.all()
    noting = _Noting(first)
    watched = _NotingRunner(
        system.projector, system.log, noting, chance=random.random, transient=transient
    )
    watched.noting, watched.stamps = noting, stamps
    return [
        watched,
        *(
            Runner(system.projector, system.log, view, chance=random.random, transient=transient)
            for view in others
        ),
    ]


def _main(what: str, url: str, keyring: Path) -> None:
    stop = threading.Event()
    threads = [threading.Thread(target=_sequence, args=(url, stop))]
    noted: dict[str, Stamps] = {}
    with ExitStack() as stack:
        if what != "sequence":
            system = stack.enter_context(open_system(settings_for(url, keyring)))
            noted["follower"] = []
            follow = (system.log, url, stop, noted["follower"])
            threads.append(threading.Thread(target=_follow, args=follow))
        if what == "work":
            noted["view"] = []
            threads += [
                threading.Thread(target=_run, args=(runner, url, stop))
                for runner in _runners(system, noted["view"])
            ]
        _work(threads, stop)
    print(json.dumps(noted), flush=True)


def _work(threads: list[threading.Thread], stop: threading.Event) -> None:
    for thread in threads:
        thread.start()
    print("ready", flush=True)
    sys.stdin.read()
    stop.set()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    _main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
