"""Appending: everybody does the same in alternating rounds, with one client and with eight."""

import gc
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from time import perf_counter

from benchmarks.acts import our_log
from benchmarks.beside import sequencer
from benchmarks.contestants import (
    BareRow,
    BareTables,
    Contestant,
    Fact,
    Ours,
    OursOpening,
    OursSequenced,
    Work,
    bytes_of,
)
from benchmarks.figures import Spread, percentile, ratios
from benchmarks.ground import CLIENTS, Ground
from benchmarks.library import Library

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """How long everybody writes; seconds."""

    rounds: int = 5
    seconds: float = 1.8
    warm_up: float = 0.5


@dataclass
class Turns:
    """What one contestant did with one number of clients: acts a second and delays (s)."""

    rates: list[float] = field(default_factory=list)
    medians: list[float] = field(default_factory=list)
    tails: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Appending:
    """One line of the table. ``to_bare`` and ``to_library`` are taken round by round."""

    name: str
    does: str
    clients: int
    rate: Spread
    median_ms: float
    p99_ms: float
    to_bare: Spread
    to_library: Spread
    acknowledged: int
    missing: int


@dataclass(frozen=True)
class Appendings:
    """The whole comparison, with the mean bytes of an act's row and of header and payload."""

    lines: tuple[Appending, ...]
    row_bytes: float
    event_bytes: float


def measure(ground: Ground, plan: Plan, tell: Tell) -> Appendings:
    """Everybody in alternating rounds, each in a database of its own."""
    with ExitStack() as stack:
        ours = stack.enter_context(our_log(ground.migrated_database("append_ours"), ground.keyring))
        opening = stack.enter_context(
            our_log(ground.migrated_database("append_opening"), ground.keyring)
        )
        sequenced = stack.enter_context(
            our_log(ground.migrated_database("append_sequenced"), ground.keyring)
        )
        stack.enter_context(sequencer(sequenced.pools.url))
        row_bytes, event_bytes = bytes_of(ours)
        contestants: list[Contestant] = [
            BareRow(ground.empty_database("append_bare"), ours),
            BareTables(ground.migrated_database("append_tables"), ours),
            Ours(ours.pools.url, ours),
            OursSequenced(sequenced.pools.url, sequenced),
            OursOpening(opening.pools.url, opening),
            Library(ground.empty_database("append_library"), event_bytes),
        ]
        for contestant in contestants:
            stack.callback(contestant.close)
        field_ = Field(contestants, plan, tell)
        field_.run()
        return Appendings(field_.lines(), row_bytes, event_bytes)


class Field:
    """The contestants, and what each has done so far."""

    def __init__(self, contestants: Sequence[Contestant], plan: Plan, tell: Tell) -> None:
        self._contestants = contestants
        self._plan = plan
        self._tell = tell
        self._turns = {(c.name, n): Turns() for c in contestants for n in c.crowds}
        self._acknowledged: dict[str, set[Fact]] = {c.name: set() for c in contestants}

    def run(self) -> None:
        """A warm-up of everybody, then A B C … A B C …, for one client and for eight."""
        for clients in (1, CLIENTS):
            pace = {c.name: 500.0 * min(clients, 2) for c in self._contestants}
            for number in range(self._plan.rounds + 1):
                warming = number == 0
                seconds = self._plan.warm_up if warming else self._plan.seconds
                for contestant in self._contestants:
                    if clients not in contestant.crowds:
                        continue
                    self._tell(f"append, {clients} clients, round {number}: {contestant.name}")
                    room = 4 if warming else 1.5
                    size = int(pace[contestant.name] * seconds * room / clients) + 50
                    rate, delays = self._turn(contestant, clients, size, seconds)
                    pace[contestant.name] = max(rate, 200.0)
                    if not warming:
                        turns = self._turns[contestant.name, clients]
                        turns.rates.append(rate)
                        turns.medians.append(percentile(delays, 0.5))
                        turns.tails.append(percentile(delays, 0.99))

    def lines(self) -> tuple[Appending, ...]:
        """The table, after looking for everything that was acknowledged."""
        bare, library = self._contestants[0].name, self._contestants[-1].name
        lines = []
        for contestant in self._contestants:
            acknowledged = self._acknowledged[contestant.name]
            missing = len(acknowledged - contestant.found())
            for clients in contestant.crowds:
                turns = self._turns[contestant.name, clients]
                lines.append(
                    Appending(
                        name=contestant.name,
                        does=contestant.does,
                        clients=clients,
                        rate=Spread.of(turns.rates),
                        median_ms=Spread.of(turns.medians).median * 1e3,
                        p99_ms=Spread.of(turns.tails).median * 1e3,
                        to_bare=ratios(turns.rates, self._turns[bare, clients].rates),
                        to_library=ratios(turns.rates, self._turns[library, clients].rates),
                        acknowledged=len(acknowledged),
                        missing=missing,
                    )
                )
        return tuple(lines)

    def _turn(
        self, contestant: Contestant, clients: int, size: int, seconds: float
    ) -> tuple[float, list[float]]:
        """One contestant's turn: acts a second, and how long each took (s)."""
        works = [contestant.work(client, size) for client in range(clients)]
        delays: list[list[float]] = [[] for _ in works]
        stop, go = threading.Event(), threading.Barrier(clients + 1)
        failures: list[BaseException] = []

        def client(work: Work, taken: list[float]) -> None:
            go.wait()
            try:
                _write(work, taken, stop)
            except BaseException as failure:
                failures.append(failure)
                stop.set()

        threads = [
            threading.Thread(target=client, args=pair) for pair in zip(works, delays, strict=True)
        ]
        for thread in threads:
            thread.start()
        with _without_collecting():
            go.wait()
            start = perf_counter()
            stop.wait(seconds)
            stop.set()
            for thread in threads:
                thread.join()
            taken = perf_counter() - start
        if failures:
            raise failures[0]
        acknowledged = self._acknowledged[contestant.name]
        for work, done in zip(works, delays, strict=True):
            acknowledged.update(contestant.fact(item) for item in work.items[: len(done)])
        flat = [delay for done in delays for delay in done]
        return len(flat) / taken, flat


def _write(work: Work, taken: list[float], stop: threading.Event) -> None:
    """Do items until told to stop; whoever runs out of them stops everybody."""
    do, stopped = work.do, stop.is_set
    for item in work.items:
        if stopped():
            return
        start = perf_counter()
        do(item)
        taken.append(perf_counter() - start)
    stop.set()


@contextmanager
def _without_collecting() -> Iterator[None]:
    """The thousands of prepared items are no garbage to look through in the middle of a turn."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
