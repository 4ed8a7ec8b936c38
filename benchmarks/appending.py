"""Appending: everybody does the same in alternating rounds; then what a follower is given of it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from statistics import median

from benchmarks.acts import our_log
from benchmarks.bare import BareRow, bytes_of
from benchmarks.contestants import Absent, Contestant, Crowd, Needs, Place
from benchmarks.crew import Crew
from benchmarks.field import CONTESTANTS
from benchmarks.figures import Spread, percentile, ratios
from benchmarks.following import Followed, disturbed, follower
from benchmarks.ground import Ground
from benchmarks.library import Library
from benchmarks.ours import Ours, OursSequenced
from benchmarks.processor import spent

Tell = Callable[[str], None]
FOLLOWED: Crowd = (8, 5)


@dataclass(frozen=True)
class Plan:
    """How long everybody writes (s), in how many processes; how long with a follower beside it."""

    rounds: int = 5
    seconds: float = 0.7
    warm_up: float = 0.4
    followed: float = 3.0
    crowds: tuple[Crowd, ...] = ((1, 1), (8, 1), (32, 1), (1, 5), (8, 5), (32, 5))


@dataclass(frozen=True)
class Appending:
    """One line of the table. ``to_bare`` and ``to_library`` are taken round by round.

    ``client_ms`` and ``server_ms`` are processor time for one act, the latter None where nobody
    tells.
    ``too_fast`` says that an act of a single client took less than the disk takes to flush a page,
    at its best in between the rounds.
    ``followed`` is what a follower of this way was given, in the adjacent run.
    """

    name: str
    does: str
    clients: int
    facts: int
    rate: Spread
    median_ms: float
    p99_ms: float
    to_bare: Spread
    to_library: Spread
    client_ms: float
    server_ms: float | None
    too_fast: bool
    acknowledged: int
    missing: int
    followed: Followed | None


@dataclass(frozen=True)
class Appendings:
    """The whole comparison, with the mean bytes of an act's row and of header and payload.

    ``absent`` are contestants that could not be had, with why.
    """

    lines: tuple[Appending, ...]
    followed: tuple[Followed, ...]
    absent: dict[str, str]
    row_bytes: float
    event_bytes: float
    processes: int


@dataclass
class _Turns:
    """What one contestant did in one crowd: acts a second, delays and processor time (s)."""

    rates: list[float] = field(default_factory=list)
    medians: list[float] = field(default_factory=list)
    tails: list[float] = field(default_factory=list)
    client: list[float] = field(default_factory=list)
    server: list[float] = field(default_factory=list)


@dataclass
class _One:
    """A contestant in the field."""

    kind: type[Contestant]
    place: Place
    crew: Crew
    server: int
    turns: dict[Crowd, _Turns] = field(default_factory=dict)


def measure(ground: Ground, plan: Plan, tell: Tell) -> Appendings:
    """Everybody in alternating rounds, each in a database of its own; the followers after it."""
    with ExitStack() as stack:
        url = ground.migrated_database("append_bytes")
        with our_log(url, ground.keyring, 1) as ours:
            row_bytes, event_bytes = bytes_of(ours)
        needs = Needs("append", ground, event_bytes, ground.state / "peers")
        field_ = _Field(ground, plan, tell)
        stack.callback(field_.close)
        for kind in CONTESTANTS:
            tell(f"append: making room for {kind.name}")
            field_.enter(kind, needs, stack)
        field_.run()
        followed = tuple(field_.follow())
        return Appendings(
            tuple(field_.lines(followed)),
            followed,
            field_.absent,
            row_bytes,
            event_bytes,
            ground.processes,
        )


class _Field:
    """The contestants, and what each has done so far."""

    def __init__(self, ground: Ground, plan: Plan, tell: Tell) -> None:
        self._ground = ground
        self._plan = plan
        self._tell = tell
        self._all: list[_One] = []
        self._flush_ms: list[float] = []
        self.absent: dict[str, str] = {}

    def enter(self, kind: type[Contestant], needs: Needs, stack: ExitStack) -> None:
        """Lay a contestant's place and start its clients; note who cannot be had."""
        try:
            place = stack.enter_context(kind.laid(needs))
        except Absent as absent:
            self.absent[kind.name] = str(absent)
            return
        crew = Crew(kind, place, self._ground.processes)
        self._all.append(_One(kind, place, crew, place.server or self._ground.cluster.pid))

    def close(self) -> None:
        """End everybody's clients."""
        for one in self._all:
            one.crew.close()

    def run(self) -> None:
        """For each crowd a warm-up of everybody, then A B C … A B C …"""
        for crowd in self._plan.crowds:
            taking_part = [one for one in self._all if crowd in one.kind.crowds]
            clients, facts = crowd
            pace = {one.kind.name: 500.0 * min(clients, 2) for one in taking_part}
            for one in taking_part:
                one.crew.open(clients)
            for number in range(self._plan.rounds + 1):
                for one in taking_part:
                    name = one.kind.name
                    self._tell(f"append, {clients} clients, {facts} facts, {number}: {name}")
                    warming = number == 0
                    seconds = self._plan.warm_up if warming else self._plan.seconds
                    size = int(pace[name] * seconds * (4 if warming else 1.6) / clients) + 30
                    rate = self._turn(one, crowd, size, seconds, warming=warming)
                    pace[name] = max(rate, 100.0)
                self._flush_ms.append(median(self._ground.flushes()) * 1e3)
            for one in taking_part:
                one.crew.open(0)

    def _turn(self, one: _One, crowd: Crowd, size: int, seconds: float, *, warming: bool) -> float:
        clients, facts = crowd
        one.crew.prepare(clients, size, facts)
        before = spent([one.server])
        turn = one.crew.go(clients, seconds)
        after = spent([one.server])
        if not warming:
            acts = len(turn.delays)
            turns = one.turns.setdefault(crowd, _Turns())
            turns.rates.append(turn.rate)
            turns.medians.append(percentile(turn.delays, 0.5))
            turns.tails.append(percentile(turn.delays, 0.99))
            turns.client.append(turn.processor / acts)
            if before is not None and after is not None:
                turns.server.append((after - before) / acts)
        return turn.rate

    def follow(self) -> Iterator[Followed]:
        """Each contestant once more, with a follower beside it and its server disturbed."""
        clients, facts = FOLLOWED
        for one in self._all:
            if not one.kind.follows:
                continue
            self._tell(f"append, followed: {one.kind.name}")
            one.crew.open(clients)
            size = int(self._plan.followed * 6000 / clients / facts)
            with (
                follower(one.kind, one.place, facts) as report,
                disturbed(self._ground, one.place) as stops,
            ):
                one.crew.prepare(clients, size, facts)
                one.crew.go(clients, self._plan.followed)
            one.crew.open(0)
            yield replace(report[0], stops=len(stops))

    def lines(self, followed: tuple[Followed, ...]) -> Iterator[Appending]:
        """The table, after looking for everything that was acknowledged."""
        report = {each.name: each for each in followed}
        report[Ours.name] = report[OursSequenced.name]
        turns = {one.kind: one.turns for one in self._all}
        for one in self._all:
            acknowledged, missing = one.crew.check()
            for crowd, mine in one.turns.items():
                took = Spread.of(mine.medians).median * 1e3
                yield Appending(
                    name=one.kind.name,
                    does=one.kind.does,
                    clients=crowd[0],
                    facts=crowd[1],
                    rate=Spread.of(mine.rates),
                    median_ms=took,
                    p99_ms=Spread.of(mine.tails).median * 1e3,
                    to_bare=ratios(mine.rates, turns[BareRow][crowd].rates),
                    to_library=ratios(mine.rates, turns[Library][crowd].rates),
                    client_ms=Spread.of(mine.client).median * 1e3,
                    server_ms=_milliseconds(mine.server),
                    too_fast=crowd[0] == 1 and took < min(self._flush_ms),
                    acknowledged=acknowledged,
                    missing=missing,
                    followed=report.get(one.kind.name),
                )


def _milliseconds(seconds: list[float]) -> float | None:
    return Spread.of(seconds).median * 1e3 if seconds else None
