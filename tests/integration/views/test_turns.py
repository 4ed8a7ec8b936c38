"""Workers share the ledger by turns: whoever has a turn has it for as long as its transaction."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import InternalError
from tests.casebook import Case, Casebook
from tests.patience import PATIENCE
from tests.tally import TALLY, Tally, Unordered, taken_in

from cases.app.embedded import Database
from cases.app.store.views import projector_engine
from cases.domain.law.load import load_law
from cases.projections import turns
from cases.projections.case_view import CaseView
from cases.projections.clients.fold import Clients
from cases.projections.comparing import Compared, compare
from cases.projections.engine import Runner
from cases.projections.feed import TRANSIENT, LedgerWentBack
from cases.projections.projection import Projection, Sources, Turn
from cases.projections.status import Status, status
from cases.projections.turns import position
from cases.projections.worklist.fold import Worklist

LAW = load_law()
OPENED = date(2025, 1, 13)
AS_THE_LOG = Compared((), {}, ())


@pytest.fixture(autouse=True)
def _tally(projector: sa.Engine) -> None:
    TALLY.create(projector)


def opened(cases: int) -> Casebook:
    book = Casebook()
    for _ in range(cases):
        book.case().opened(OPENED)
    return book


def runner(engine: sa.Engine, feed: Casebook, projection: Projection, size: int = 2) -> Runner:
    return Runner(engine, feed, projection, chance=lambda: 0.5, page_size=size)


def now(engine: sa.Engine, feed: Casebook, projection: Projection) -> Status:
    (found,) = status(engine, feed, [projection])
    return found


class Slow(Unordered):
    """Stays in its turn, rows written, until it may go on."""

    def __init__(self) -> None:
        self.entered, self.leave = threading.Event(), threading.Event()

    def project(self, conn: sa.Connection, turn: Turn, sources: Sources) -> None:
        super().project(conn, turn, sources)
        self.entered.set()
        self.leave.wait(PATIENCE)


@contextmanager
def at_work(engine: sa.Engine, feed: Casebook, slow: Slow) -> Iterator[list[int]]:
    """Another worker in the middle of the first page; what it took in stands there afterwards."""
    taken: list[int] = []
    thread = threading.Thread(target=lambda: taken.append(runner(engine, feed, slow).step()))
    thread.start()
    try:
        assert slow.entered.wait(PATIENCE)
        yield taken
    finally:
        slow.leave.set()
        thread.join(20)


@pytest.mark.guarantee("PJ-11")
def test_while_one_works_on_a_page_others_take_the_next_and_the_position_waits(
    projector: sa.Engine,
) -> None:
    feed, slow = opened(7), Slow()
    with at_work(projector, feed, slow) as taken:
        assert runner(projector, feed, Unordered()).catch_up() == 5
        assert taken_in(projector) == [3, 4, 5, 6, 7]
        seen = now(projector, feed, Unordered())
        assert (seen.position, seen.allotted, seen.unfinished, seen.lag) == (0, 7, 1, 7)
    assert taken == [2]
    assert taken_in(projector) == [1, 2, 3, 4, 5, 6, 7]
    assert position(projector, Unordered()) == 7


@pytest.mark.guarantee("PJ-13")
def test_where_order_matters_nobody_gets_a_page_before_the_last_one_is_finished(
    projector: sa.Engine,
) -> None:
    class SlowInOrder(Slow):
        ordered = True

    feed, slow = opened(7), SlowInOrder()
    with at_work(projector, feed, slow):
        assert runner(projector, feed, Tally()).catch_up() == 0
        assert taken_in(projector) == []
    assert runner(projector, feed, Tally()).catch_up() == 5
    assert taken_in(projector) == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.guarantee("PJ-13")
def test_of_two_who_look_at_the_same_moment_one_is_handed_the_page(projector: sa.Engine) -> None:
    feed = opened(6)
    runner(projector, feed, Tally()).step()
    with projector.connect() as first, projector.connect() as second:
        given = turns.look(first, Tally(), 6, 2, "1")
        assert given is not None
        answer: list[turns.Look | None] = []
        thread = threading.Thread(
            target=lambda: answer.append(turns.look(second, Tally(), 6, 2, "1"))
        )
        thread.start()
        until = time.monotonic() + PATIENCE
        while not _waits_for_a_lock(projector) and time.monotonic() < until:
            time.sleep(0.01)
        first.commit()
        thread.join(20)
        second.commit()
    assert given.first == 3
    assert answer[0] is not None
    assert (answer[0].first, answer[0].lost) == (None, True)
    assert now(projector, feed, Tally()).allotted == 4


def _waits_for_a_lock(engine: sa.Engine) -> bool:
    with engine.begin() as conn:
        query = sa.text("select exists (select from pg_locks where not granted)")
        return bool(conn.execute(query).scalar())


@pytest.mark.guarantee("PJ-11")
def test_a_worker_whose_session_the_server_ended_has_lost_its_turn_and_doubles_nothing(
    projector: sa.Engine, database: Database
) -> None:
    feed, slow = opened(5), Slow()
    failed: list[Exception] = []
    bounded = projector_engine(database.url, size=2, turn_limit=0.3)

    def work() -> None:
        try:
            runner(bounded, feed, slow).step()
        except Exception as error:
            failed.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    assert slow.entered.wait(PATIENCE)
    taken = 0
    until = time.monotonic() + PATIENCE
    while taken < 5 and time.monotonic() < until:
        taken += runner(projector, feed, Unordered()).catch_up()
    slow.leave.set()
    thread.join(20)
    bounded.dispose()
    assert [type(error) for error in failed] == [InternalError]
    assert isinstance(failed[0], TRANSIENT)
    assert taken_in(projector) == [1, 2, 3, 4, 5]
    assert not now(projector, feed, Unordered()).held


@pytest.mark.guarantee("PJ-5", "PJ-11")
def test_two_workers_on_pages_that_name_the_same_cases_leave_the_newest_rows(
    projector: sa.Engine,
) -> None:
    book = Casebook()
    told = [book.case().opened(OPENED) for _ in range(12)]
    steps: tuple[Callable[[Case], Case], ...] = (
        lambda c: c.granted(OPENED),
        lambda c: c.plan(date(2025, 3, 3), date(2026, 3, 3)),
        lambda c: c.ended(date(2025, 6, 2), date(2025, 6, 30)),
    )
    for n, step in enumerate(steps):
        for case in told if n % 2 else reversed(told):
            step(case)
    views: list[CaseView] = [Clients(LAW), Worklist(LAW)]
    everything, stop = list(book.ledger), threading.Event()
    growing = Casebook()
    workers = [
        Runner(projector, growing, view, chance=lambda: 0.5, page_size=5)
        for view in views
        for _ in range(3)
    ]
    threads = [threading.Thread(target=each.run, args=(stop,)) for each in workers]
    for thread in threads:
        thread.start()
    for fact in everything:
        growing.ledger.append(fact)
        time.sleep(0.002)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and any(each.lag for each in status(projector, growing, views)):
        time.sleep(0.01)
    stop.set()
    for thread in threads:
        thread.join(10)
    for view in views:
        assert compare(projector, growing, view) == AS_THE_LOG
    with projector.begin() as conn:
        versions = Clients(LAW).versions(conn, [case.case_id for case in told])
    assert set(versions.values()) == {4}


@pytest.mark.guarantee("PJ-14")
def test_a_ledger_that_ends_before_what_was_taken_in_holds_the_projection(
    projector: sa.Engine,
) -> None:
    feed = opened(6)
    runner(projector, feed, Tally()).catch_up()
    restored = Casebook(feed.ledger[:4])
    with pytest.raises(LedgerWentBack):
        runner(projector, restored, Tally()).step()
    seen = now(projector, restored, Tally())
    assert (seen.held, seen.held_error, seen.lag) == (True, "LedgerWentBack", 0)
    assert taken_in(projector) == [1, 2, 3, 4, 5, 6]


@pytest.mark.guarantee("PJ-14")
def test_a_head_read_before_another_worker_was_handed_more_is_no_ledger_that_went_back(
    projector: sa.Engine,
) -> None:
    feed = opened(6)

    class Late(Casebook):
        heads = iter((2, 6))

        def head(self) -> int:
            return next(self.heads)

    runner(projector, feed, Tally()).catch_up()
    assert runner(projector, Late(feed.ledger), Tally()).step() == 0


@pytest.mark.guarantee("PJ-16")
def test_how_long_something_has_been_missing_is_told_by_the_servers_clock(
    projector: sa.Engine,
) -> None:
    feed = opened(2)
    assert now(projector, feed, Tally()).behind_for is None
    follower = runner(projector, feed, Tally())
    follower.catch_up()
    with projector.begin() as conn:  # an hour without news, and a worker that looked to the end
        past = sa.text(
            "update views.tracking set current_at = now() - interval '1 hour',"
            " level_at = now() - interval '1 hour'"
        )
        conn.execute(past)
    assert now(projector, feed, Tally()).behind_for == 0
    follower.step()
    feed.case().opened(OPENED)
    waited = now(projector, feed, Tally()).behind_for
    assert waited is not None
    assert waited < 30
    with projector.begin() as conn:
        conn.execute(past)
    waited = now(projector, feed, Tally()).behind_for
    assert waited is not None
    assert 3_500 < waited < 3_700
    # One page after the other is taken in, but what is there now is still not reached.
    for _ in range(8):
        feed.case().opened(OPENED)
    follower.step()
    waited = now(projector, feed, Tally()).behind_for
    assert waited is not None
    assert waited > 3_500
    follower.catch_up()
    feed.case().opened(OPENED)
    waited = now(projector, feed, Tally()).behind_for
    assert waited is not None
    assert waited < 30


@pytest.mark.guarantee("PJ-11")
def test_two_who_keep_up_together_are_never_told_to_be_behind(projector: sa.Engine) -> None:
    feed, slow = opened(2), Slow()
    follower = runner(projector, feed, Unordered())
    with at_work(projector, feed, slow):
        for _ in range(3):
            feed.case().opened(OPENED)
            follower.catch_up()
        with projector.begin() as conn:
            conn.execute(
                sa.text("update views.tracking set current_at = now() - interval '1 hour'")
            )
    # The first page is finished: what was the end of the ledger when it was handed out is reached.
    feed.case().opened(OPENED)
    waited = now(projector, feed, Unordered()).behind_for
    assert waited is not None
    assert waited < 30
