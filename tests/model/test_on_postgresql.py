"""The model against the real thing: what it says PostgreSQL and our statements do, they do."""

import itertools
import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from uuid import uuid4

import psycopg
import pytest
from tests.adversary.followers import (
    AtGaps,
    BelowTheHorizon,
    BelowTheHorizonByNumber,
    PastTheNumber,
)
from tests.adversary.followers import Follower as SqlFollower
from tests.adversary.following import (
    Unordered,
    begin_anew,
    handed_out,
    position,
    prepare,
    projector,
    rows,
)
from tests.casebook import Casebook
from tests.logbook import act, opened
from tests.model.acknowledging import Attempt
from tests.model.bugs import Bug
from tests.model.explorer import Actor, Choice, Move, Step, walk, walk_like
from tests.model.puppets import AppendPuppet, RunnerPuppet
from tests.model.reading import Follower
from tests.model.scenes import SCENES, explored
from tests.model.sequencing import Sequencer
from tests.model.sharing import Runner
from tests.model.stage import Stage
from tests.model.world import Fact, World
from tests.patience import PATIENCE

from cases.app.embedded import Cluster, Database
from cases.app.store.sequencer import Sequencer as RealSequencer

DAY = date(2025, 1, 13)
ORDERING = [
    name
    for name, scene in SCENES.items()
    if any(isinstance(actor, Sequencer) for actor in scene.cast(None, 0))
]
FOLLOWERS: dict[Bug, Callable[[], SqlFollower]] = {
    Bug.PAST_THE_NUMBER: PastTheNumber,
    Bug.WAITS_AT_GAPS: AtGaps,
    Bug.GIVES_UP_AT_GAPS: lambda: AtGaps(patience=1),
    Bug.HORIZON_BY_NUMBER: BelowTheHorizonByNumber,
    Bug.HORIZON_BY_ID: BelowTheHorizon,
}
READ = [
    (name, bug)
    for name, scene in SCENES.items()
    for bug in scene.bugs
    if any(isinstance(actor, Follower) for actor in scene.cast(bug, 0))
    and bug is not Bug.FLOOR_AFTER_DATA  # its locks are another library's
]


@pytest.fixture
def walks(at_size: bool) -> int:
    """Schedules played in each scene."""
    return 60 if at_size else 2


@pytest.fixture(scope="module")
def staged(cluster: Cluster, migrated_template: str) -> Iterator[Database]:
    """A database for all of these tests, each of which empties it first."""
    yield cluster.create_database("staged", template=migrated_template)
    cluster.drop_database("staged")


@pytest.mark.guarantee("MO-5")
@pytest.mark.parametrize("name", ORDERING)
def test_any_schedule_ends_in_postgresql_as_in_the_model(
    staged: Database, name: str, walks: int
) -> None:
    """Id, number, row, commit, snapshot and tick one by one, on the statement we run."""
    scene = SCENES[name]
    cast = scene.cast(None, 0)
    wrong_for_others = [explored(name, bug, 0) for bug in scene.bugs]
    schedules = [
        *(walk_like(World(), cast, found.schedule) for found in wrong_for_others),
        *_busiest(name, cast, walks),
    ]
    for seed, schedule in enumerate(schedules):
        with Stage(staged, seed, {}) as stage:
            stage.play(cast, schedule)
            with RealSequencer(staged.url, limit=1) as sequencer:
                sequencer.drain()
            last = schedule[-1].world
            (first, *_) = (each for each in cast if isinstance(each, Sequencer))
            settled = first.settle(last)
            assert stage.ledger() == (" ".join(map(str, settled.ledger)) or "nothing")


def _busiest(name: str, cast: tuple[Actor, ...], wanted: int) -> list[tuple[Step, ...]]:
    """Of many schedules those in which the most ticks place something."""
    schedules = [
        walk(World(), cast, random.Random(f"{name} {n}").choice) for n in range(5 * wanted)
    ]
    schedules.sort(key=lambda steps: sum(step.note.startswith("the ledger") for step in steps))
    return schedules[-wanted:]


@pytest.mark.guarantee("MO-5")
@pytest.mark.parametrize(("name", "bug"), READ, ids=lambda each: getattr(each, "name", each))
def test_what_the_model_finds_wrong_with_a_follower_goes_wrong_in_postgresql(
    staged: Database, name: str, bug: Bug
) -> None:
    """The shortest schedule that shows the bug, and beside it our own sequencer, who is right."""
    cast = SCENES[name].cast(bug, 0)
    found = explored(name, bug, 0)
    assert found.wrong
    follower = FOLLOWERS[bug]()
    with Stage(staged, 0, {"follower": follower}) as stage:
        seen = stage.play(cast, found.schedule)
        with (
            RealSequencer(staged.url) as sequencer,
            psycopg.connect(staged.superuser_url, autocommit=True) as connection,
        ):
            sequencer.drain()
            for _ in range(6):
                seen += follower.poll(connection)
        assert stage.told(seen) != stage.ledger()
        assert stage.ledger().split() == [str(f) for f in sorted_ledger(found.schedule[-1].world)]


def sorted_ledger(world: World) -> list[object]:
    """What the model's sequencer makes of a world in one tick."""
    return [*Sequencer("sequencer").settle(world).ledger]


@pytest.mark.guarantee("MO-5")
@pytest.mark.parametrize("name", ["three runners", "three runners, in order"])
def test_runners_take_turns_in_postgresql_as_in_the_model(
    database: Database, name: str, walks: int
) -> None:
    """The real engine, held before each step: the same rows and the same positions after each."""
    engine = prepare(database)
    cast = [each for each in SCENES[name].cast(None, 0) if isinstance(each, Runner)]
    book = Casebook()
    for _ in range(cast[0].head):
        book.case().opened(DAY)
    for seed in range(3 * walks):
        begin_anew(engine, Unordered())
        engines = {each.name: projector(database.url) for each in cast}
        puppets = {
            each.name: RunnerPuppet(engines[each.name], book, each.page, ordered=each.ordered)
            for each in cast
        }
        for n, step in enumerate(walk(World(), cast, _in_one_statement(seed))):
            if step.does != "looks" or not step.note.endswith("handed out"):
                puppets[step.actor].step(grief=step.does == "comes to grief")
            there = (rows(engine), handed_out(engine), position(engine))
            if step.does == "looks":
                continue
            expected = (sorted(step.world.rows), step.world.allotted, cast[0].position(step.world))
            assert there == expected, f"{seed}.{n}: {step}"
        for puppet in puppets.values():
            puppet.close()
        for each in engines.values():
            each.dispose()
    engine.dispose()


def _in_one_statement(seed: int) -> Choice:
    """A choice of moves in which who has looked hands out at once: it is one statement."""
    dice = random.Random(seed)

    def choose(moves: Sequence[Move]) -> Move:
        at_once = [m for m in moves if m.does in {"hands out", "finds more handed out"}]
        return dice.choice(at_once or moves)

    return choose


ORDERS = sorted(set(itertools.permutations("aabbcc")))
"""Three appends, each named where it starts and where it is to be committed."""


@pytest.mark.guarantee("MO-5")
def test_an_act_its_repeat_and_a_rival_are_answered_as_in_the_model(
    database: Database, at_size: bool
) -> None:
    """Our own statement, in every order of three starts and three commits."""
    with (
        opened(database.url) as store,
        psycopg.connect(database.superuser_url, autocommit=True) as superuser,
    ):
        for order in ORDERS if at_size else ORDERS[::4]:
            stream = uuid4()
            store.log.append(act(stream, 0, "open"))
            ours, rival = act(stream, 1, "key", 2), act(stream, 1, "rival", fingerprint=b"other")
            puppets = {
                name: AppendPuppet(database.url, store, wanted)
                for name, wanted in (("a", ours), ("b", ours), ("c", rival))
            }
            model = Attempts()
            for name in order:
                model.go_on(name)
                if puppets[name].at == "new":
                    puppets[name].append()
                elif puppets[name].at == "held":
                    puppets[name].commit()
                _wait_until_as_in(model, puppets, superuser)
            while held := [name for name, puppet in puppets.items() if puppet.at == "held"]:
                model.go_on(held[0])
                puppets[held[0]].commit()
                _wait_until_as_in(model, puppets, superuser)
            answers = {name: puppet.answer for name, puppet in puppets.items()}
            assert answers == model.answers, order
            assert sorted(answers.values()) in (
                ["conflict", "conflict", "recorded"],
                ["conflict", "recorded", "replayed"],
            )
            kept = [fact.act_id for fact in store.log.load(stream, gt=1)]
            assert kept == [{"A": "key", "C": "rival"}[f.act] for f in model.world.committed[1:]]
            for puppet in puppets.values():
                puppet.close()


class Attempts:
    """The same three in the model, a statement or a commit at a time."""

    def __init__(self) -> None:
        self.world = World(next_id=2, ended=1, facts=(Fact("P", 1, 0, 1, 1),))
        self.attempts = {
            "a": Attempt("A", 2, 1, None, at="new"),
            "b": Attempt("A", 2, 1, None, at="new"),
            "c": Attempt("C", 1, 1, None, at="new"),
        }

    @property
    def answers(self) -> dict[str, str]:
        return {name: attempt.answer for name, attempt in self.attempts.items()}

    def state(self, name: str) -> str:
        """As a puppet says it; "running" is blocked."""
        match self.attempts[name].at:
            case "new" | "ended" as same:
                return same
            case "commit":
                return "held"
        return "running"

    def go_on(self, name: str) -> None:
        """Start the statement, or commit it; nothing for one that waits."""
        if self.state(name) == "new":
            self.attempts[name] = self.attempts[name]._replace(at="statement", against=1)
            self._advance(name)
        elif self.state(name) == "held":
            (step,) = self.attempts[name].steps(self.world)
            self.world, self.attempts[name] = step.world, step.attempt
        for other in self.attempts:
            if self.state(other) == "running":
                self._advance(other)

    def _advance(self, name: str) -> None:
        while self.state(name) == "running":
            steps = list(self.attempts[name].steps(self.world))
            if not steps:
                return
            self.world, self.attempts[name] = steps[0].world, steps[0].attempt


def _wait_until_as_in(
    model: Attempts,
    puppets: dict[str, AppendPuppet],
    superuser: "psycopg.Connection[tuple[object, ...]]",
) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        found = {
            name: puppet.at if puppet.at != "running" or puppet.is_blocked(superuser) else "busy"
            for name, puppet in puppets.items()
        }
        if found == {name: model.state(name) for name in puppets}:
            return
        assert time.monotonic() < until, found
