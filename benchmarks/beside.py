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
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any, cast

from pydantic import SecretStr

from benchmarks.talking import PATIENCE
from cases.app.bootstrap import System, open_system
from cases.app.settings import Environment, Settings
from cases.app.store.faults import StoreFault, StoreUnavailable
from cases.app.store.log import CaseLog
from cases.app.store.sequencer import Sequencer
from cases.app.store.wakeup import Wakeup
from cases.app.worker import News
from cases.projections.engine import Runner
from cases.projections.feed import Feed, Place

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
            process.wait(PATIENCE)


def _noted(process: subprocess.Popen[str]) -> dict[str, Stamps]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    noted: dict[str, Stamps] = json.loads(process.stdout.read())
    return noted


class _Noting:
    """The log, remembering what the last page brought."""

    def __init__(self, log: CaseLog) -> None:
        self.brought: list[tuple[str, int]] = []
        self._log = log

    def places(self, after: int, upto: int) -> tuple[Place, ...]:
        """The places of a page."""
        places = self._log.places(after, upto)
        self.brought = [(stream_id.hex, version) for _, stream_id, version in places]
        return places

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)


class _NotingRunner(Runner):
    """A runner that notes the instant at which a page is committed."""

    noting: _Noting
    stamps: Stamps

    def step(self) -> int:
        """One page."""
        taken = super().step()
        if taken:
            now = monotonic()
            self.stamps += [(stream, version, now) for stream, version in self.noting.brought]
        return taken


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


def _listen(url: str, stop: threading.Event, news: News) -> None:
    with Wakeup(url, stop.wait) as wakeup:
        while not stop.is_set():
            if wakeup.wait(1.0):
                news.tell()


def _runners(system: System, stamps: Stamps) -> list[Runner]:
    """As the worker makes them; the first one notes."""
    transient = (StoreUnavailable, StoreFault)
    first, *others = system.views.all()
    noting = _Noting(system.log)
    watched = _NotingRunner(
        system.projector,
        replace(system.sources, feed=cast(Feed, noting)),
        first,
        chance=random.random,
        transient=transient,
    )
    watched.noting, watched.stamps = noting, stamps
    return [
        watched,
        *(
            Runner(
                system.projector, system.sources, view, chance=random.random, transient=transient
            )
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
            news = News()
            threads.append(threading.Thread(target=_listen, args=(url, stop, news)))
            threads += [
                threading.Thread(target=runner.run, args=(stop, news.listener()))
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
