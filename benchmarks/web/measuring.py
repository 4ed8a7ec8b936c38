"""Acts and questions over HTTP, in alternating rounds: the product beside the plain service."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import astuple, dataclass, field

from benchmarks.figures import Spread, percentile, ratios
from benchmarks.ground import Ground
from benchmarks.processor import spent
from benchmarks.talking import Process, process
from benchmarks.web.script import BEGUN, Standing, steps
from benchmarks.web.services import Ours, OursWithWorker, Plain, Service, provider

Tell = Callable[[str], None]
SERVICES: tuple[type[Service], ...] = (Ours, OursWithWorker, Plain)
"""In the order of turns; the last one is what the others are compared with."""


@dataclass(frozen=True)
class Plan:
    """How long everybody answers (s), and over how many connections."""

    rounds: int = 5
    seconds: float = 2.0
    warm_up: float = 1.0
    connections: tuple[int, ...] = (1, 8, 32)
    reading: tuple[int, ...] = (8,)


@dataclass(frozen=True)
class Answered:
    """One line: what a service did over so many connections.

    ``service_ms`` and ``database_ms`` are processor time for one answer: of the service's processes
    and of the server's; None where the system doesn't tell.
    ``rate`` and delays count answers of every kind; ``errors`` those that were no success.
    ``to_plain`` is taken round by round. ``missing`` counts acts answered with 201 that are not in
    the database afterwards, with their audit.
    """

    name: str
    does: str
    what: str
    connections: int
    rate: Spread
    median_ms: float
    p99_ms: float
    to_plain: Spread
    service_ms: float | None
    database_ms: float | None
    errors: int
    acknowledged: int
    missing: int


@dataclass
class _Turns:
    rates: list[float] = field(default_factory=list)
    medians: list[float] = field(default_factory=list)
    tails: list[float] = field(default_factory=list)
    service: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)
    errors: int = 0
    acknowledged: int = 0


def measure(ground: Ground, plan: Plan, tell: Tell) -> tuple[Answered, ...]:
    """Everybody in alternating rounds; the services are up all the time, the driver is one."""
    with ExitStack() as stack:
        trusted = stack.enter_context(provider(ground.state))
        services: list[Service] = []
        for kind in SERVICES:
            tell(f"http: starting {kind.name}")
            service = kind(ground, trusted, ground.processes)
            stack.callback(service.close)
            services.append(service)
        driver = stack.enter_context(process("benchmarks.web.driver"))
        return _Field(services, plan, tell, driver).run()


class _Field:
    def __init__(
        self, services: Sequence[Service], plan: Plan, tell: Tell, driver: Process
    ) -> None:
        self._services = services
        self._plan = plan
        self._tell = tell
        self._driver = driver
        self._turns: dict[tuple[str, str, int], _Turns] = {}
        self._done: dict[str, Counter[str]] = {each.name: Counter() for each in services}

    def run(self) -> tuple[Answered, ...]:
        plan = self._plan
        crowds = [("act", n) for n in plan.connections] + [("read", n) for n in plan.reading]
        for what, connections in crowds:
            pace = {each.name: 400.0 * min(connections, 3) for each in self._services}
            for number in range(plan.rounds + 1):
                for each in self._services:
                    self._tell(f"http, {what}, {connections} connections, {number}: {each.name}")
                    seconds = plan.seconds if number else plan.warm_up
                    rate = self._turn(each, what, connections, seconds, pace[each.name], number)
                    pace[each.name] = max(rate, 100.0)
        return tuple(self._lines())

    def _turn(  # noqa: PLR0913, PLR0917  each says what a turn is
        self, each: Service, what: str, connections: int, seconds: float, pace: float, number: int
    ) -> float:
        """One service's turn: answers a second. The first turn of all is for warming up."""
        requests = int(pace * seconds * (2.0 if number else 4.0) / connections) + 50
        per_connection = -(-requests // len(steps()))
        standing = each.stand(per_connection * connections)
        shares = [standing[n::connections] for n in range(connections)]
        before = spent(each.pids), spent([each.ground.cluster.pid])
        answer = self._driver.ask(
            "drive",
            what=what,
            connections=[[astuple(case) for case in share] for share in shares],
            ports=each.ports,
            headers=each.trusted.headers,
            seconds=seconds,
            steps=[(step.path, step.body) for step in steps()],
        )
        after = spent(each.pids), spent([each.ground.cluster.pid])
        if answer["complaint"]:
            print(f"{each.name}: {answer['complaint']}", file=sys.stderr)
        statuses = {int(status): times for status, times in answer["statuses"].items()}
        good = statuses.get(201 if what == "act" else 200, 0)
        errors = sum(statuses.values()) - good
        if what == "act" and not errors:
            self._note(each, shares, answer["done"])
        rate = len(answer["delays"]) / float(answer["seconds"])
        if number:
            turns = self._turns.setdefault((each.name, what, connections), _Turns())
            turns.rates.append(rate)
            turns.medians.append(percentile(answer["delays"], 0.5))
            turns.tails.append(percentile(answer["delays"], 0.99))
            for into, was, has in zip((turns.service, turns.database), before, after, strict=True):
                if was is not None and has is not None:
                    into.append((has - was) / len(answer["delays"]))
            turns.errors += errors
            turns.acknowledged += good
        return rate

    def _note(
        self, each: Service, shares: Sequence[Sequence[Standing]], done: Sequence[int]
    ) -> None:
        """Remember how many acts of which case were answered: they went round the cases."""
        for share, number in zip(shares, done, strict=True):
            whole, more = divmod(number, len(share))
            for place, standing in enumerate(share):
                self._done[each.name][standing.case_id] += whole + (place < more)

    def _lines(self) -> Iterator[Answered]:
        missing = {each.name: self._missing(each) for each in self._services}
        plain = self._services[-1].name
        for each in self._services:
            for (name, what, connections), turns in self._turns.items():
                if name != each.name:
                    continue
                yield Answered(
                    name=name,
                    does=each.does,
                    what=what,
                    connections=connections,
                    rate=Spread.of(turns.rates),
                    median_ms=Spread.of(turns.medians).median * 1e3,
                    p99_ms=Spread.of(turns.tails).median * 1e3,
                    to_plain=ratios(turns.rates, self._turns[plain, what, connections].rates),
                    service_ms=_milliseconds(turns.service),
                    database_ms=_milliseconds(turns.database),
                    errors=turns.errors,
                    acknowledged=sum(self._done[name].values()),
                    missing=missing[name],
                )

    def _missing(self, each: Service) -> int:
        there = each.versions()
        return sum(
            max(0, acts - (there.get(case_id, 0) - BEGUN)) if there.get(case_id, 0) else acts
            for case_id, acts in self._done[each.name].items()
        )


def _milliseconds(seconds: Sequence[float]) -> float | None:
    return Spread.of(seconds).median * 1e3 if seconds else None
