"""The engine: every page once, whoever runs it, whatever happens on the way."""

import random
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from tests.casebook import Casebook
from tests.patience import PATIENCE
from tests.tally import TALLY, Tally, Unordered, taken_in

from cases.app.embedded import Database
from cases.domain.law.load import load_law
from cases.projections.engine import Runner
from cases.projections.feed import RebuildNeeded
from cases.projections.projection import Sources, Turn
from cases.projections.reading import reading, wait_for
from cases.projections.status import status
from cases.projections.timers.fold import Timers
from cases.projections.turns import position

LAW = load_law()


@pytest.fixture(autouse=True)
def _tally(projector: sa.Engine) -> None:
    TALLY.create(projector)


def book(cases: int) -> Casebook:
    told = Casebook()
    for _ in range(cases):
        told.case().opened(date(2025, 1, 13)).granted(date(2024, 9, 2))
    return told


def runner(
    engine: sa.Engine, feed: Casebook, projection: Tally | None = None, *, page_size: int = 500
) -> Runner:
    return Runner(
        engine,
        feed,
        projection or Tally(),
        chance=random.Random(1).random,
        page_size=page_size,
    )


@pytest.mark.guarantee("PJ-1")
@pytest.mark.parametrize("projection", [Tally(), Unordered()], ids=["in order", "shared"])
def test_two_runners_take_every_fact_in_exactly_once(
    projector: sa.Engine, projection: Tally
) -> None:
    feed, stop = book(300), threading.Event()
    runners = [runner(projector, feed, projection, page_size=3) for _ in range(2)]
    threads = [threading.Thread(target=each.run, args=(stop,)) for each in runners]
    for thread in threads:
        thread.start()
    until = time.monotonic() + PATIENCE
    while position(projector, projection) < feed.head() and time.monotonic() < until:
        time.sleep(0.01)
    stop.set()
    for thread in threads:
        thread.join(10)
    assert taken_in(projector) == list(range(1, 601))
    assert [each.failures for each in runners] == [0, 0]


@pytest.mark.guarantee("PJ-1")
def test_a_turn_is_unfinished_when_writing_fails_and_nothing_is_written(
    projector: sa.Engine,
) -> None:
    class Failing(Tally):
        def project(self, conn: sa.Connection, turn: Turn, sources: Sources) -> None:
            super().project(conn, turn, sources)
            raise ConnectionResetError

    feed = book(2)
    with pytest.raises(ConnectionResetError):
        runner(projector, feed, Failing()).step()
    assert (taken_in(projector), position(projector, Tally())) == ([], 0)
    assert runner(projector, feed).step() == 4
    assert (taken_in(projector), position(projector, Tally())) == ([1, 2, 3, 4], 4)


@pytest.mark.guarantee("PJ-2")
def test_the_position_moves_past_facts_that_mean_nothing_to_the_projection(
    projector: sa.Engine,
) -> None:
    class Indifferent(Tally):
        def project(self, conn: sa.Connection, turn: Turn, sources: Sources) -> None:
            pass

    feed = book(5)
    assert runner(projector, feed, Indifferent(), page_size=4).catch_up() == 10
    (now,) = status(projector, feed, [Indifferent()])
    assert (now.position, now.head, now.lag, now.behind_for) == (10, 10, 0, 0)


@pytest.mark.guarantee("PJ-3")
def test_lost_connections_never_end_a_runner(database: Database, projector: sa.Engine) -> None:
    feed, stop = book(1), threading.Event()
    follower = runner(projector, feed, page_size=2)
    deaf = 0

    def wait(timeout: float) -> None:
        nonlocal deaf
        deaf += 1
        raise OSError("the listening connection was cut")

    follower.RETRY = (0.01, 0.05)
    thread = threading.Thread(target=follower.run, args=(stop, wait))
    thread.start()
    for _ in range(20):
        feed.case().opened(date(2025, 1, 13)).granted(date(2024, 9, 2))
        with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
            superuser.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
        time.sleep(0.02)
    until = time.monotonic() + PATIENCE
    while feed.head() > len(_quietly(projector)) and time.monotonic() < until:
        time.sleep(0.02)
    assert thread.is_alive()
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    assert taken_in(projector) == list(range(1, 43))
    assert deaf > 0


def _quietly(engine: sa.Engine) -> list[int]:
    try:
        return taken_in(engine)
    except OperationalError:
        return []


@pytest.mark.guarantee("PJ-3")
def test_pauses_grow_with_failures_up_to_a_bound_and_are_never_in_step(
    projector: sa.Engine,
) -> None:
    class Unreachable(Casebook):
        def head(self) -> int:
            raise TimeoutError

    follower = runner(projector, Unreachable())
    pauses = [follower.attempt() for _ in range(12)]
    assert pauses[0] < 0.3
    assert all(pause <= 30.0 for pause in pauses)
    assert min(pauses[-3:]) >= 15.0
    assert len({round(pause, 6) for pause in pauses[-3:]}) == 3


@pytest.mark.guarantee("PJ-5")
def test_a_case_read_older_than_its_page_is_waited_for_and_nothing_moves_back(
    projector: sa.Engine,
) -> None:
    feed, view = Casebook(), Timers(LAW)
    told = feed.case().opened(date(2025, 1, 13))
    told.plan(date(2025, 3, 3), date(2026, 3, 3))
    Runner(projector, feed, view, chance=lambda: 0.5).catch_up()
    older = Casebook(feed.ledger[:1])
    with projector.begin() as conn:
        assert view.versions(conn, [told.case_id]) == {told.case_id: 2}
        view.project(conn, Turn(1, 1), Sources.of(older))
        view.replace(conn, view.change(Sources.of(older).folded.at_least({told.case_id: 1})))
        assert view.versions(conn, [told.case_id]) == {told.case_id: 2}
        timers = conn.execute(sa.text("select count(*) from views.timer")).scalar()
        assert timers == 1
    told.expired(date(2026, 3, 4), date(2026, 3, 3))

    class Replica(Casebook):
        behind = True

        def load_since(self, known: Mapping[UUID, int]):  # type: ignore[no-untyped-def]
            found = super().load_since(known)
            return {c: f[:2] if self.behind else f for c, f in found.items()}  # type: ignore[index]

    replica = Replica(feed.ledger)
    lagging = Runner(projector, replica, view, chance=lambda: 0.5)
    assert lagging.attempt() > 0
    (now,) = status(projector, feed, [view])
    assert (now.position, now.held, now.parked) == (2, False, 0)
    replica.behind = False
    assert lagging.step() == 1


@pytest.mark.guarantee("PJ-6")
def test_another_version_of_a_projection_asks_to_be_rebuilt(projector: sa.Engine) -> None:
    feed = book(1)
    runner(projector, feed).catch_up()

    class Newer(Tally):
        version = 2

    with pytest.raises(RebuildNeeded):
        runner(projector, feed, Newer()).step()
    assert taken_in(projector) == [1, 2]
    (now,) = status(projector, feed, [Newer()])
    assert (now.position, now.held_error) == (0, "RebuildNeeded")


@pytest.mark.guarantee("PJ-7")
def test_a_reader_waits_for_the_version_it_has_seen_and_not_for_ever(
    projector: sa.Engine, database: Database
) -> None:
    feed, view = Casebook(), Timers(LAW)
    told = feed.case().opened(date(2025, 1, 13))
    pauses: list[float] = []
    clock = [0.0]

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        clock[0] += seconds
        if len(pauses) == 9 and feed.head() == 1:
            Runner(projector, feed, view, chance=lambda: 0.5).catch_up()

    @contextmanager
    def session() -> Iterator[sa.Connection]:
        with reading(projector, ["espoo"], date.max) as conn:
            yield conn

    def wait(version: int, timeout: float) -> bool:
        return wait_for(
            session, view, told.case_id, version,
            timeout=timeout, now=lambda: clock[0], sleep=sleep,
        )  # fmt: skip

    assert wait(1, 5.0)
    assert pauses[0] == 0.001
    assert max(pauses) == 0.05
    assert wait(1, 0)
    assert not wait(2, 0.2)
    assert clock[0] < 5
