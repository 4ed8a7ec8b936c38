"""The engine: every page once, whoever runs it, whatever happens on the way."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from tests.casebook import BookPage, Casebook, Lost, LostCause
from tests.tally import TALLY, Tally, taken_in

from cases.app.embedded import Database
from cases.domain.case.state import CaseState
from cases.projections.case_view import Rows
from cases.projections.engine import (
    Cases,
    OvertakenError,
    Page,
    RebuildNeeded,
    Runner,
    position,
    status,
)
from cases.projections.reading import reading, wait_for
from cases.projections.timers.fold import Timers


@pytest.fixture(autouse=True)
def _tally(projector: sa.Engine) -> None:
    TALLY.create(projector)


def book(cases: int) -> Casebook:
    told = Casebook()
    for _ in range(cases):
        told.case().opened(date(2025, 1, 13)).granted(date(2024, 9, 2))
    return told


def runner(engine: sa.Engine, feed: Casebook, *, page_size: int = 500) -> Runner:
    return Runner(engine, feed, Tally(), chance=random.Random(1).random, page_size=page_size)


@pytest.mark.guarantee("PJ-1")
def test_two_runners_take_every_fact_in_exactly_once(projector: sa.Engine) -> None:
    feed, stop = book(300), threading.Event()
    runners = [runner(projector, feed, page_size=3) for _ in range(2)]
    threads = [threading.Thread(target=each.run, args=(stop,)) for each in runners]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 60
    while position(projector, Tally()) < feed.head() and time.monotonic() < until:
        time.sleep(0.01)
    stop.set()
    for thread in threads:
        thread.join(10)
    assert taken_in(projector) == list(range(1, 601))


@pytest.mark.guarantee("PJ-1")
def test_the_second_owner_of_a_page_fails_and_leaves_nothing(projector: sa.Engine) -> None:
    feed = book(3)
    first, second = runner(projector, feed), runner(projector, feed)

    class Overtaken(Casebook):
        def page(self, after: int, limit: int) -> BookPage:
            page = super().page(after, limit)
            first.step()
            return page

    late = runner(projector, Overtaken(feed.ledger))
    with pytest.raises(OvertakenError):
        late.step()
    assert taken_in(projector) == [1, 2, 3, 4, 5, 6]
    assert second.step() == 0
    assert late.attempt() > 0
    assert late.overtaken == 0


@pytest.mark.guarantee("PJ-1")
def test_nothing_is_moved_when_writing_fails_and_nothing_written_when_moving_fails(
    projector: sa.Engine,
) -> None:
    class Failing(Tally):
        def project(self, conn: sa.Connection, page: Page, cases: Cases) -> None:
            super().project(conn, page, cases)
            raise RuntimeError

    feed = book(2)
    with pytest.raises(RuntimeError):
        Runner(projector, feed, Failing(), chance=lambda: 0.5).step()
    assert (taken_in(projector), position(projector, Tally())) == ([], 0)


@pytest.mark.guarantee("PJ-2")
def test_the_position_moves_past_facts_that_mean_nothing_to_the_projection(
    projector: sa.Engine,
) -> None:
    class Indifferent(Tally):
        def project(self, conn: sa.Connection, page: Page, cases: Cases) -> None:
            pass

    feed = book(5)
    assert Runner(projector, feed, Indifferent(), chance=lambda: 0.5, page_size=4).catch_up() == 10
    (now,) = status(projector, feed, [Indifferent()])
    assert (now.position, now.head, now.lag) == (10, 10, 0)


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
    until = time.monotonic() + 30
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
        def page(self, after: int, limit: int) -> BookPage:
            raise TimeoutError

    follower = runner(projector, Unreachable())
    pauses = [follower.attempt() for _ in range(12)]
    assert pauses[0] < 0.3
    assert all(pause <= 30.0 for pause in pauses)
    assert min(pauses[-3:]) >= 15.0
    assert len({round(pause, 6) for pause in pauses[-3:]}) == 3


class Picky(Timers):
    """Cannot fold one case."""

    def __init__(self, case_id: UUID) -> None:
        self.case_id = case_id

    def rows(self, state: CaseState) -> Rows:
        if state.case_id == self.case_id:
            raise LookupError("Anna Andersson")
        return super().rows(state)


@pytest.mark.guarantee("PJ-4")
def test_a_bad_fact_holds_the_projection_in_sight_and_is_never_skipped(
    projector: sa.Engine,
) -> None:
    feed = Casebook()
    feed.case().opened(date(2025, 1, 13))
    bad = feed.case().opened(date(2025, 1, 13)).case_id
    feed.case().opened(date(2025, 1, 13))
    follower = Runner(projector, feed, Picky(bad), chance=lambda: 0.5, page_size=1)
    for _ in range(4):
        follower.attempt()
    (held,) = status(projector, feed, [Timers()])
    assert (held.position, held.lag, held.held) == (1, 2, True)
    assert (held.held_case, held.held_error) == (bad, "LookupError")
    assert held.held_since is not None
    assert "Anna" not in repr(held)
    # A release that can fold it goes on where the other was held.
    assert Runner(projector, feed, Timers(), chance=lambda: 0.5).catch_up() == 2
    (now,) = status(projector, feed, [Timers()])
    assert (now.position, now.held, now.held_since) == (3, False, None)


@pytest.mark.guarantee("PJ-4")
def test_a_case_that_cannot_be_read_holds_and_an_erased_one_leaves_the_view(
    projector: sa.Engine,
) -> None:
    feed = Casebook()
    lost = feed.case().opened(date(2025, 1, 13)).case_id
    view = Timers()
    follower = Runner(projector, feed, view, chance=lambda: 0.5)
    follower.catch_up()
    feed.ledger.append(replace(feed.ledger[0], position=2))
    feed.lost[lost] = False
    follower.attempt()
    (held,) = status(projector, feed, [view])
    assert (held.held_case, held.held_error, held.position) == (lost, "LostCause", 1)
    feed.lost[lost] = True
    assert follower.step() == 1
    with projector.begin() as conn:
        assert view.versions(conn, [lost]) == {}


@pytest.mark.guarantee("PJ-5")
def test_a_case_read_older_than_its_page_is_waited_for_and_nothing_moves_back(
    projector: sa.Engine,
) -> None:
    feed = Casebook()
    told = feed.case().opened(date(2025, 1, 13))
    told.plan(date(2025, 3, 3), date(2026, 3, 3))
    view = Timers()
    follower = Runner(projector, feed, view, chance=lambda: 0.5)
    follower.catch_up()
    with projector.begin() as conn:
        assert view.versions(conn, [told.case_id]) == {told.case_id: 2}
        view.project(conn, BookPage(tuple(told.facts[:1]), 1), lambda ids: {})
        assert view.versions(conn, [told.case_id]) == {told.case_id: 2}
        unread = BookPage((), 1, (Lost(LostCause(told.case_id, gone=False)),))
        view.project(conn, unread, lambda ids: {told.case_id: tuple(told.facts[:1])})
        assert view.versions(conn, [told.case_id]) == {told.case_id: 2}
    told.expired(date(2026, 3, 4), date(2026, 3, 3))

    class Replica(Casebook):
        behind = True

        def load_many(self, stream_ids):  # type: ignore[no-untyped-def]
            found = super().load_many(stream_ids)
            return {c: f[:2] if self.behind else f for c, f in found.items()}  # type: ignore[index]

    replica = Replica(feed.ledger)
    lagging = Runner(projector, replica, view, chance=lambda: 0.5)
    assert lagging.attempt() > 0
    (now,) = status(projector, feed, [view])
    assert (now.position, now.held) == (2, False)
    replica.behind = False
    assert lagging.step() == 1


@pytest.mark.guarantee("PJ-6")
def test_another_version_of_a_projection_asks_to_be_rebuilt(projector: sa.Engine) -> None:
    feed = book(1)
    runner(projector, feed).catch_up()

    class Newer(Tally):
        version = 2

    with pytest.raises(RebuildNeeded):
        Runner(projector, feed, Newer(), chance=lambda: 0.5).step()
    assert taken_in(projector) == [1, 2]


@pytest.mark.guarantee("PJ-7")
def test_a_reader_waits_for_the_version_it_has_seen_and_not_for_ever(
    projector: sa.Engine, database: Database
) -> None:
    feed, view = Casebook(), Timers()
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
        with reading(projector, ["espoo"]) as conn:
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
