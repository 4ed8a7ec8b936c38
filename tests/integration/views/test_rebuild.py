"""Rebuilding equals following, and comparing finds what does not equal the log."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import ClassVar
from uuid import UUID

import pytest
import sqlalchemy as sa
from tests.casebook import BookPage, Case, Casebook

from cases.domain.case.state import CaseState
from cases.domain.law.load import load_law
from cases.projections.case_view import CaseView, Rows
from cases.projections.clients.fold import Clients
from cases.projections.clients.table import CLIENT
from cases.projections.engine import BadFact, Runner, position
from cases.projections.rebuild import AlreadyRebuilding, compare, rebuild
from cases.projections.timers.fold import Timers
from cases.projections.timers.table import TIMER
from cases.projections.worklist.fold import Worklist

LAW = load_law()
OPENED = date(2025, 1, 13)


def interleaved(cases: int) -> Casebook:
    """Cases whose facts stand mixed in the ledger, at every stage of a case."""
    book = Casebook()
    told = [book.case().opened(OPENED) for _ in range(cases)]
    for n, case in enumerate(told):
        day = OPENED + timedelta(days=n)
        steps: tuple[Callable[[Case, date], Case], ...] = (
            lambda c, d: c.granted(d),
            lambda c, d: c.assessment_started(d),
            lambda c, d: c.assessment_completed(d),
            lambda c, d: c.plan(d, d + timedelta(days=300)),
            lambda c, d: c.guided(d),
            lambda c, d: c.ended(d, d + timedelta(days=30)),
            lambda c, d: c.closed(d),
        )
        for step in steps[: n % 8]:
            step(case, day)
    book.ledger.sort(key=lambda f: (f.version, f.stream_id))
    book.ledger[:] = [replace(fact, position=n) for n, fact in enumerate(book.ledger, start=1)]
    return book


def views() -> tuple[CaseView, ...]:
    return (Clients(LAW), Worklist(LAW), Timers())


def follow(engine: sa.Engine, feed: Casebook, view: CaseView, page_size: int = 7) -> Runner:
    runner = Runner(engine, feed, view, chance=lambda: 0.5, page_size=page_size)
    runner.catch_up()
    return runner


def contents(engine: sa.Engine, view: CaseView) -> dict[str, list[tuple[object, ...]]]:
    with engine.begin() as conn:
        return {
            table.name: [tuple(row) for row in conn.execute(sa.select(table).order_by(*table.c))]
            for table in view.tables
        }


@pytest.mark.guarantee("PJ-8")
@pytest.mark.parametrize("view", views(), ids=lambda view: view.name)
def test_rebuilt_rows_equal_the_followed_ones(projector: sa.Engine, view: CaseView) -> None:
    book = interleaved(24)
    follow(projector, book, view)
    followed = contents(projector, view)
    assert all(followed.values())
    seen: list[int] = []
    done = rebuild(projector, book, view, page_size=13, progress=seen.append)
    assert contents(projector, view) == followed
    assert (done.position, done.differing) == (book.head(), ())
    assert seen[-1] == book.head()
    assert position(projector, view) == book.head()
    assert compare(projector, book, view, chunk=5) == []


@pytest.mark.guarantee("PJ-8")
def test_a_rebuild_takes_in_what_came_meanwhile_and_followers_go_on(projector: sa.Engine) -> None:
    book, view = interleaved(8), Clients(LAW)
    follower = follow(projector, book, view)

    class Meanwhile(Casebook):
        def page(self, after: int, limit: int) -> BookPage:
            if after == len(book.ledger):  # the rebuild believes to be at the end
                page = super().page(after, limit)
                book.case().opened(OPENED)
                follower.step()
                return page
            return super().page(after, limit)

    done = rebuild(projector, Meanwhile(book.ledger), view)
    assert done.position == book.head()
    book.case().opened(OPENED)
    assert follower.step() == 1
    assert compare(projector, book, view) == []


@pytest.mark.guarantee("PJ-8")
def test_a_bad_fact_ends_a_rebuild_and_the_live_rows_stay(projector: sa.Engine) -> None:
    class Failing(Clients):
        def rows(self, state: CaseState) -> Rows:
            raise LookupError

    book, view = interleaved(8), Clients(LAW)
    follow(projector, book, view)
    before = contents(projector, view)
    with pytest.raises(BadFact):
        rebuild(projector, book, Failing(LAW))
    assert contents(projector, view) == before
    assert position(projector, view) == book.head()


@pytest.mark.guarantee("PJ-6")
def test_a_new_version_replaces_rows_and_position_and_says_what_changed(
    projector: sa.Engine,
) -> None:
    class Newer(Clients):
        version: ClassVar[int] = 2

        def rows(self, state: CaseState) -> Rows:
            rows = super().rows(state)
            if state.closing is None:
                return rows
            return {**rows, "client_plan": []}

    book = interleaved(16)
    old = follow(projector, book, Clients(LAW))
    closed = sorted({f.stream_id for f in book.ledger if f.fact.topic() == "case.closed.v1"})
    done = rebuild(projector, book, Newer(LAW))
    assert list(done.differing) == closed
    book.case().opened(OPENED)
    assert old.attempt() > 0  # the older release finds its place taken, and writes nothing
    assert follow(projector, book, Newer(LAW)).projection.version == 2
    assert compare(projector, book, Newer(LAW)) == []


@pytest.mark.guarantee("PJ-8")
def test_one_rebuild_of_a_projection_at_a_time(projector: sa.Engine) -> None:
    book, view = interleaved(4), Timers()
    follow(projector, book, view)
    entered, leave = threading.Event(), threading.Event()

    def pause(at: int) -> None:
        entered.set()
        leave.wait(20)

    thread = threading.Thread(
        target=rebuild, args=(projector, book, view), kwargs={"progress": pause}
    )
    thread.start()
    assert entered.wait(20)
    with pytest.raises(AlreadyRebuilding):
        rebuild(projector, book, view)
    leave.set()
    thread.join(20)
    assert compare(projector, book, view) == []


@pytest.fixture
def compared(projector: sa.Engine) -> tuple[Casebook, Case]:
    book = interleaved(8)
    case = book.case().opened(OPENED).plan(date(2025, 3, 3), date(2026, 3, 3))
    for view in views():
        follow(projector, book, view)
        assert compare(projector, book, view, chunk=3) == []
    return book, case


@pytest.mark.guarantee("PJ-9")
@pytest.mark.parametrize(
    ("view", "tamper"),
    [
        (Clients(LAW), "update views.client_plan set last_day = last_day + 1 where case_id = :id"),
        (Clients(LAW), "update views.client set authority = 'turku' where case_id = :id"),
        (Clients(LAW), "update views.client set version = 1 where case_id = :id"),
        (Clients(LAW), "update views.client set version = 9 where case_id = :id"),
        (Clients(LAW), "delete from views.client_plan where case_id = :id"),
        (Clients(LAW), "delete from views.client where case_id = :id"),
        (Worklist(LAW), "delete from views.worklist where case_id = :id and entry = 2"),
        (Timers(), "update views.timer set due_on = due_on - 1 where case_id = :id"),
        (
            Timers(),
            "insert into views.timer select case_id, 'X', subject_id, version, last_day, due_on"
            " from views.timer where case_id = :id",
        ),
    ],
)
def test_comparing_finds_a_case_whose_rows_were_touched(
    projector: sa.Engine, compared: tuple[Casebook, Case], view: CaseView, tamper: str
) -> None:
    book, case = compared
    with projector.begin() as conn:
        assert conn.execute(sa.text(tamper), {"id": case.case_id}).rowcount == 1
    assert compare(projector, book, view, chunk=3) == [case.case_id]
    rebuild(projector, book, view)
    assert compare(projector, book, view, chunk=3) == []


@pytest.mark.guarantee("PJ-9")
def test_comparing_finds_rows_of_a_case_that_is_not_in_the_log(
    projector: sa.Engine, compared: tuple[Casebook, Case]
) -> None:
    book, case = compared
    with projector.begin() as conn:
        conn.execute(
            sa.insert(CLIENT).values(
                case_id=case.plan_id, version=1, authority="espoo", opened_on=OPENED
            )
        )
    assert compare(projector, book, Clients(LAW)) == [case.plan_id]
    stray = UUID(int=7)
    with projector.begin() as conn:
        conn.execute(sa.update(TIMER).where(TIMER.c.case_id == case.case_id).values(case_id=stray))
    assert compare(projector, book, Timers()) == sorted([case.case_id, stray])
