"""Loading and folding one case, whole and in parts, beside the library's way."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle
from time import perf_counter
from typing import Any, cast
from uuid import UUID, uuid4

from psycopg.types.numeric import Int8

from benchmarks.acts import OurLog, our_log, the_history, whole_case
from benchmarks.bare import bytes_of
from benchmarks.contestants import Needs
from benchmarks.figures import percentile
from benchmarks.ground import Ground
from benchmarks.library import Library
from cases.app.store.connections import Params, Pools, statement
from cases.app.store.entries import Appended
from cases.app.store.log import CaseLog
from cases.domain.case.state import fold
from cases.domain.facts import Recorded

Tell = Callable[[str], None]
LENGTHS = (10, 50)
_CASES = 40


@dataclass(frozen=True)
class Plan:
    """How often each thing is read."""

    times: int = 300


@dataclass(frozen=True)
class Reading:
    """What one way of reading a case of ``length`` facts took, in milliseconds."""

    name: str
    length: int
    median_ms: float
    p99_ms: float


def measure(ground: Ground, plan: Plan, tell: Tell) -> tuple[Reading, ...]:
    """Every part in turn, case after case, with one client."""
    with ExitStack() as stack:
        ours = stack.enter_context(our_log(ground.migrated_database("read_ours"), ground.keyring))
        _, event_bytes = bytes_of(ours)
        needs = Needs("read", ground, event_bytes, ground.state / "peers")
        library = Library(stack.enter_context(Library.laid(needs)), 1)
        stack.callback(library.close)
        readings: list[Reading] = []
        for length in LENGTHS:
            tell(f"load and fold {length} facts")
            readings += _of_length(ours, library, length, plan.times)
        return tuple(readings)


def _of_length(ours: OurLog, library: Library, length: int, times: int) -> list[Reading]:
    cases = [_written(ours, length) for _ in range(_CASES)]
    aggregates = [library.aggregate(length) for _ in range(_CASES)]
    parts = _Parts(ours, library, cases, aggregates)
    ways: dict[str, Callable[[int], object]] = {
        "load and fold, whole": parts.whole,
        "the same, key unwrapped anew": parts.cold,
        "part: query (rows as they are)": parts.query,
        "part: unseal and read the facts": parts.unseal,
        "part: fold": parts.fold,
        "eventsourcing: repository.get": parts.library,
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for number, which in zip(range(-20, times), cycle(range(_CASES)), strict=False):
        for name, way in ways.items():
            start = perf_counter()
            way(which)
            if number >= 0:
                taken[name].append(perf_counter() - start)
    return [
        Reading(name, length, percentile(t, 0.5) * 1e3, percentile(t, 0.99) * 1e3)
        for name, t in taken.items()
    ]


def _written(ours: OurLog, length: int) -> UUID:
    append = whole_case(the_history()[:length], uuid4())
    assert isinstance(ours.log.append(append), Appended)
    return append.stream_id


class _Remembered:
    """Answers every query with the same rows."""

    def __init__(self, rows: list[Any]) -> None:
        self._rows = rows

    def read(self, sql: bytes, params: Params) -> list[Any]:
        """The rows."""
        return self._rows


class _Parts:
    """The ways of reading, each by the number of a case."""

    def __init__(
        self, ours: OurLog, library: Library, cases: Sequence[UUID], aggregates: Sequence[UUID]
    ) -> None:
        self._ours = ours
        self._library = library
        self._cases = cases
        self._aggregates = aggregates
        self._rows = [self.query(number) for number in range(len(cases))]
        self._facts: list[tuple[Recorded, ...]] = [ours.log.load(case_id) for case_id in cases]

    def whole(self, number: int) -> object:
        """As the application answers a question about one case."""
        return fold(self._ours.log.load(self._cases[number]))

    def cold(self, number: int) -> object:
        """The first time this process meets the case: its key must be unwrapped."""
        self._ours.keys.forget(self._cases[number])
        return self.whole(number)

    def query(self, number: int) -> list[Any]:
        """The rows, sealed."""
        params = {"stream_id": self._cases[number], "gt": Int8(0), "lte": Int8(2**31)}
        return self._ours.pools.read(statement("load"), params)

    def unseal(self, number: int) -> object:
        """From rows in memory to facts: loading without its query."""
        case_id = self._cases[number]
        remembered = cast(Pools, _Remembered(self._rows[number]))
        return CaseLog(remembered, self._ours.mapper, self._ours.keys).load(case_id)

    def fold(self, number: int) -> object:
        """From facts in memory to the state."""
        return fold(self._facts[number])

    def library(self, number: int) -> object:
        """The library's aggregate of as many events of the same size."""
        return self._library.application.repository.get(self._aggregates[number])
