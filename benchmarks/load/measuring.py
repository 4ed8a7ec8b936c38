"""Every operation at every size, the sizes in turn: they stand in the same minute."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from time import monotonic, sleep

from benchmarks.figures import Spread, percentile, ratios
from benchmarks.load import operations
from benchmarks.load.filling import tell
from benchmarks.load.office import Asked, Office
from benchmarks.load.serving import Serving
from benchmarks.load.statements import Server, Statement, read_whole, together
from benchmarks.processor import spent
from benchmarks.talking import Process

_PATIENCE = 180.0
"""Seconds to wait for the worker between two turns."""
_FIRST_PACE = 400.0
"""Answers a second that are reckoned with before there was a turn."""

Things = list[list[tuple[int, Asked]]]


@dataclass(frozen=True)
class Plan:
    """How long everybody answers (s), how often, and over how many connections."""

    rounds: int = 3
    seconds: float = 4.0
    warm_up: float = 1.5
    connections: int = 8


@dataclass(frozen=True)
class Installation:
    """One size, up and answering. ``cases`` is how many there were when measuring began."""

    size: int
    cases: int
    facts: int
    gigabytes: float
    office: Office
    serving: Serving
    server: Server
    postmaster: int


@dataclass(frozen=True)
class Line:
    """What came of one operation at one size.

    ``to_smallest`` compares answers a second with those of the smallest size, round by round.
    ``service_ms`` and ``database_ms`` are processor time for one answer; the server's is that of
    all databases, of which the others are idle. ``unlike`` counts answers that were no success.
    """

    operation: str
    size: int
    answers: int
    rate: Spread
    p50_ms: float
    p99_ms: float
    to_smallest: Spread
    service_ms: float | None
    database_ms: float | None
    unlike: Mapping[int, int]
    statements: Sequence[Statement]


@dataclass(frozen=True)
class Measured:
    """A whole run. ``scanned`` are tables that were read whole, by size."""

    lines: Sequence[Line]
    mixed: Mapping[int, Mapping[str, tuple[int, float, float]]]
    scanned: Mapping[int, Mapping[str, tuple[int, int]]]


@dataclass
class _Turns:
    rates: list[float] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)
    service: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    statements: list[Statement] = field(default_factory=list)


def measure(
    installations: Sequence[Installation], plan: Plan, only: Sequence[str], driver: Process
) -> Measured:
    """Operation by operation, round by round, the sizes in turn; the driver is one for all."""
    run = _Run(installations, plan, driver)
    before = {each.size: each.server.scans() for each in installations}
    for kind, operation in enumerate(operations.OPERATIONS):
        if operation.name in only:
            run.operation(operation.name, partial(operations.alone, kind))
    if operations.MIXED in only:
        run.operation(operations.MIXED, operations.mixed)
    scanned = {e.size: read_whole(before[e.size], e.server.scans()) for e in installations}
    return Measured(tuple(run.lines()), run.mixed(), scanned)


class _Run:
    def __init__(self, installations: Sequence[Installation], plan: Plan, driver: Process) -> None:
        self._installations = installations
        self._plan = plan
        self._driver = driver
        self._turns: dict[tuple[str, int], _Turns] = {}
        self._of_mixed: dict[int, dict[int, list[float]]] = {}

    def operation(self, name: str, made: Callable[[Office, int], Things]) -> None:
        """All rounds of one operation. The first turn of all is for warming up."""
        pace = {each.size: _FIRST_PACE for each in self._installations}
        for number in range(self._plan.rounds + 1):
            for each in self._installations:
                seconds = self._plan.seconds if number else self._plan.warm_up
                requests = int(pace[each.size] * seconds * 1.5) + 8 * self._plan.connections
                things = made(each.office, requests)
                caught_up(each.office)
                pace[each.size] = self._turn(name, each, things, seconds, counts=bool(number))
            rates = ", ".join(f"{pace[each.size]:.0f}" for each in self._installations)
            tell(f"{name}, round {number}: {rates} a second")

    def _turn(
        self, name: str, each: Installation, things: Things, seconds: float, *, counts: bool
    ) -> float:
        """One turn: answers a second."""
        pids, server = each.serving.servers, [each.postmaster]
        each.server.begin()
        before = spent(pids), spent(server)
        answer = self._driver.ask(
            "drive",
            connections=operations.connections(things, self._plan.connections),
            ports=each.serving.ports,
            seconds=seconds,
        )
        after = spent(pids), spent(server)
        for complaint in answer["complaints"].values():
            tell(f"{name}, {each.size:,} cases: {complaint}")
        if answer["cut"]:
            raise RuntimeError(f"{name}: a connection was cut")
        delays = {int(kind): found for kind, found in answer["delays"].items()}
        number = sum(map(len, delays.values()))
        rate = number / float(answer["seconds"])
        if counts:
            turns = self._turns.setdefault((name, each.size), _Turns())
            turns.rates.append(rate)
            for kind, found in delays.items():
                turns.delays += found
                if name == operations.MIXED:
                    self._of_mixed.setdefault(each.size, {}).setdefault(kind, []).extend(found)
            for found in answer["statuses"].values():
                turns.statuses.update({int(status): n for status, n in found.items()})
            for into, was, has in zip((turns.service, turns.database), before, after, strict=True):
                if was is not None and has is not None:
                    into.append((has - was) / number)
            turns.statements += each.server.statements()
        return max(rate, 1.0)

    def lines(self) -> Iterator[Line]:
        """What came of it, operation by operation."""
        smallest = self._installations[0].size
        for (name, size), turns in self._turns.items():
            yield Line(
                operation=name,
                size=size,
                answers=len(turns.delays),
                rate=Spread.of(turns.rates),
                p50_ms=percentile(turns.delays, 0.5) * 1e3,
                p99_ms=percentile(turns.delays, 0.99) * 1e3,
                to_smallest=ratios(turns.rates, self._turns[name, smallest].rates),
                service_ms=_milliseconds(turns.service),
                database_ms=_milliseconds(turns.database),
                unlike={s: n for s, n in sorted(turns.statuses.items()) if not 200 <= s < 300},
                statements=together(turns.statements),
            )

    def mixed(self) -> dict[int, dict[str, tuple[int, float, float]]]:
        """Of the mixed load, by size: how many answers of each kind, their p50 and p99 (ms)."""
        return {
            size: {
                operations.OPERATIONS[kind].name: (
                    len(found),
                    percentile(found, 0.5) * 1e3,
                    percentile(found, 0.99) * 1e3,
                )
                for kind, found in sorted(kinds.items())
            }
            for size, kinds in self._of_mixed.items()
        }


def caught_up(office: Office) -> None:
    """Wait until the worker has nothing left to do. Raises RuntimeError when it takes too long."""
    until = monotonic() + _PATIENCE
    while behind := office.behind():
        if monotonic() > until:
            raise RuntimeError(f"the worker is {behind} facts behind and does not catch up")
        sleep(0.1)


def _milliseconds(seconds: Sequence[float]) -> float | None:
    return Spread.of(seconds).median * 1e3 if seconds else None
