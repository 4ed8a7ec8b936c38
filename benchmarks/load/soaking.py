"""The mixed load at the machine's limit for as long as was asked: memory, answers, overload."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean
from time import monotonic

from benchmarks.load import operations
from benchmarks.load.driver import OVERLOADED
from benchmarks.load.filling import tell
from benchmarks.load.measuring import Installation
from benchmarks.talking import Process

SLICE = 15.0
"""Seconds of load between two looks at the memory."""

_FIRST_PACE = 400.0
_FEW = 12
"""Looks below which nobody can say whether memory stays flat: the program is warming up."""
_MORE = 1.05
"""Up to so much more in the last third than in the first, memory counts as flat."""


@dataclass(frozen=True)
class Soaked:
    """What came of it. ``memory`` are MB of each process, look by look.

    ``abrupt`` are answers 503 that did not say when to come again; ``cut`` connections that broke;
    ``behind`` facts that the slowest read model lacked, look by look.
    """

    seconds: float
    connections: int
    answers: int
    statuses: Mapping[int, int]
    abrupt: int
    cut: int
    memory: Mapping[str, Sequence[float]]
    behind: Sequence[int]

    @property
    def faults(self) -> list[str]:
        """What was not as promised, a sentence each."""
        found = [
            f"{times} answers with status {status}"
            for status, times in self.statuses.items()
            if status >= 500 and status != OVERLOADED
        ]
        if self.abrupt:
            found.append(f"{self.abrupt} answers 503 without Retry-After")
        if self.cut:
            found.append(f"{self.cut} connections cut")
        for name, memory in self.memory.items():
            growth = grown(memory)
            if growth > _MORE:
                found.append(f"{name}: {(growth - 1) * 100:.0f} % more memory in the last third")
        return found


def soak(each: Installation, minutes: float, connections: int, driver: Process) -> Soaked:
    """Keep the mixed load up; while one slice is sent, the next is made."""
    statuses: Counter[int] = Counter()
    memory: dict[str, list[float]] = {name: [] for name in each.serving.pids}
    behind: list[int] = []
    abrupt = cut = 0
    pace = _FIRST_PACE
    day = operations.Day(each.office)
    things = day.things(_number(pace))
    started = monotonic()
    until = started + minutes * 60
    while monotonic() < until:
        driver.tell(
            "drive",
            connections=operations.connections(things, connections),
            ports=each.serving.ports,
            seconds=min(SLICE, max(1.0, until - monotonic())),
        )
        things = day.things(_number(pace))
        answer = driver.hear()
        number = sum(map(len, answer["delays"].values()))
        pace = max(50.0, number / float(answer["seconds"]))
        for found in answer["statuses"].values():
            statuses.update({int(status): n for status, n in found.items()})
        abrupt, cut = abrupt + answer["abrupt"], cut + answer["cut"]
        for name, now in each.serving.memory().items():
            memory[name].append(now)
        behind.append(each.office.behind())
        sizes = ", ".join(f"{name} {taken[-1]:.0f} MB" for name, taken in memory.items())
        tell(f"{pace:.0f} a second; {sizes}; {behind[-1]} facts behind; {dict(statuses)}")
        for complaint in answer["complaints"].values():
            if "overloaded" not in complaint:
                tell(complaint)
    return Soaked(
        seconds=monotonic() - started,
        connections=connections,
        answers=statuses.total(),
        statuses=dict(sorted(statuses.items())),
        abrupt=abrupt,
        cut=cut,
        memory=memory,
        behind=behind,
    )


def grown(memory: Sequence[float]) -> float:
    """The last third of the looks as a multiple of the first; 1 where there were too few."""
    third = len(memory) // 3
    return mean(memory[-third:]) / mean(memory[:third]) if len(memory) >= _FEW else 1.0


def _number(pace: float) -> int:
    """Things for one slice, with some to spare: who runs out of them falls silent."""
    return int(pace * SLICE * 1.2)
