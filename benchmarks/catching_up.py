"""How fast a backlog is taken in: by the sequencer, and by each read model, followed or rebuilt."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter, process_time
from uuid import uuid4

import sqlalchemy as sa

from benchmarks.acts import later_acts, opening, our_log, the_history, whole_case
from benchmarks.beside import settings_for
from benchmarks.figures import Spread
from benchmarks.ground import Ground
from cases.app.bootstrap import System, open_system
from cases.app.store.entries import Append, Appended
from cases.app.store.sequencer import Sequencer
from cases.projections.case_view import CaseView
from cases.projections.engine import Runner
from cases.projections.folded import FoldedCases
from cases.projections.projection import Sources, tracking_name
from cases.projections.rebuild import rebuild
from cases.projections.tables import TRACKING, TURN

Tell = Callable[[str], None]
LENGTH = 10
TOGETHER = "the three together"
Taken = tuple[float, float]
"""Seconds on the wall, and of this process's processor."""


@dataclass(frozen=True)
class Plan:
    """Facts of the backlog, and how often each read model takes it in, either way."""

    facts: int = 6_000
    rounds: int = 3


@dataclass(frozen=True)
class CaughtUp:
    """Facts a second of the clock on the wall, and of this process's own processor time (None for
    the sequencer, whose work is the server's). ``order`` says how the backlog lies in the ledger.
    """

    what: str
    how: str
    order: str
    facts: int
    rate: Spread
    per_core: Spread | None


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
        yield whole_case(the_history()[:LENGTH], uuid4())


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
    sequenced = CaughtUp(
        "sequencer", "once, connecting included", order, placed, Spread.of([rate]), None
    )
    with open_system(settings_for(url, ground.keyring)) as system:
        facts = system.log.head()
        ways = {"caught up by its runner": _catch_up, "rebuilt": _rebuild}
        taken: dict[tuple[str, str], list[Taken]] = {}
        for _ in range(plan.rounds):
            for views in (*((view,) for view in system.views.all()), system.views.all()):
                name = views[0].name if len(views) == 1 else TOGETHER
                for how, way in ways.items():
                    tell(f"{order}: {name} {how}")
                    taken.setdefault((name, how), []).append(way(system, views))
    return [
        sequenced,
        *(
            CaughtUp(
                name,
                how,
                order,
                facts,
                Spread.of([facts / wall for wall, _ in each]),
                Spread.of([facts / processor for _, processor in each]),
            )
            for (name, how), each in taken.items()
        ),
    ]


def _catch_up(system: System, views: Sequence[CaseView]) -> Taken:
    """Read models take everything in by turns, as in one worker, starting with empty tables."""
    with system.projector.begin() as conn:
        for view in views:
            conn.execute(sa.delete(TURN).where(TURN.c.name == tracking_name(view)))
            conn.execute(sa.delete(TRACKING).where(TRACKING.c.name == tracking_name(view)))
            for table in view.tables:
                conn.execute(sa.delete(table))
    sources = Sources(system.log, FoldedCases(system.log), "benchmark")
    runners = [Runner(system.projector, sources, view, chance=random.random) for view in views]

    def catch_up() -> None:
        while sum(runner.step() for runner in runners):
            pass

    return _timed(catch_up)


def _rebuild(system: System, views: Sequence[CaseView]) -> Taken:
    """Read models are made anew together beside their live rows, and take their place."""
    return _timed(lambda: rebuild(system.projector, system.log, views))


def _timed(work: Callable[[], object]) -> Taken:
    start, used = perf_counter(), process_time()
    work()
    return perf_counter() - start, process_time() - used
