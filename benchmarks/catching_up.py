"""How fast a backlog is taken in: by the sequencer, and by each read model from nothing."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import perf_counter
from uuid import uuid4

import sqlalchemy as sa

from benchmarks.acts import later_acts, opening, our_log, whole_case
from benchmarks.beside import settings_for
from benchmarks.figures import Spread
from benchmarks.ground import Ground
from cases.app.bootstrap import System, open_system
from cases.app.store.entries import Append, Appended
from cases.app.store.sequencer import Sequencer
from cases.projections.case_view import CaseView
from cases.projections.engine import Runner
from cases.projections.projection import tracking_name
from cases.projections.tables import TRACKING

Tell = Callable[[str], None]
LENGTH = 10


@dataclass(frozen=True)
class Plan:
    """Facts of the backlog, and how often each read model takes it in."""

    facts: int = 3_000
    rounds: int = 3


@dataclass(frozen=True)
class CaughtUp:
    """Facts a second. ``order`` says how the backlog lies in the ledger."""

    what: str
    order: str
    facts: int
    rate: Spread


def measure(ground: Ground, plan: Plan, tell: Tell) -> tuple[CaughtUp, ...]:
    """The same number of facts twice: cases one after another, and all cases side by side."""
    number = plan.facts // LENGTH
    return (
        *_of_backlog(
            ground, plan, tell, "catch_up_whole", "one case after another", _whole(number)
        ),
        *_of_backlog(ground, plan, tell, "catch_up_mixed", "cases side by side", _mixed(number)),
    )


def _whole(number: int) -> Iterator[Append]:
    for _ in range(number):
        yield whole_case(LENGTH)


def _mixed(number: int) -> Iterator[Append]:
    """Every case's first fact, then every case's second …: each page meets many cases."""
    cases = [uuid4() for _ in range(number)]
    yield from map(opening, cases)
    for turn in zip(*(later_acts(case_id, LENGTH) for case_id in cases), strict=True):
        yield from turn


def _of_backlog(  # noqa: PLR0913, PLR0917  each names a part of one line
    ground: Ground, plan: Plan, tell: Tell, database: str, order: str, acts: Iterator[Append]
) -> list[CaughtUp]:
    tell(f"backlog, {order}")
    url = ground.migrated_database(database)
    with our_log(url, ground.keyring) as ours:
        for act in acts:
            assert isinstance(ours.log.append(act), Appended)
    with Sequencer(url) as sequencer:
        start = perf_counter()
        placed = sequencer.drain()
        rate = placed / (perf_counter() - start)
    lines = [CaughtUp("sequencer (once, connecting included)", order, placed, Spread.of([rate]))]
    with open_system(settings_for(url, ground.keyring)) as system:
        facts = system.log.head()
        taken: dict[str, list[float]] = {view.name: [] for view in system.views.all()}
        for _ in range(plan.rounds):
            for view in system.views.all():
                tell(f"catch up, {order}: {view.name}")
                taken[view.name].append(facts / _catch_up(system, view))
        lines += [CaughtUp(name, order, facts, Spread.of(rates)) for name, rates in taken.items()]
    return lines


def _catch_up(system: System, view: CaseView) -> float:
    """Seconds in which a read model takes everything in, starting with empty tables."""
    with system.projector.begin() as conn:
        conn.execute(sa.delete(TRACKING).where(TRACKING.c.name == tracking_name(view)))
        for table in view.tables:
            conn.execute(sa.delete(table))
    runner = Runner(system.projector, system.log, view, chance=random.random)
    start = perf_counter()
    runner.catch_up()
    return perf_counter() - start
