"""Rebuilding equals following, and comparing finds what does not equal the log."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import ClassVar
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from tests.casebook import ESPOO, Case, Casebook, LostCause
from tests.patience import PATIENCE

from cases.app.embedded import Database
from cases.domain.case.closing.facts import CaseClosed
from cases.domain.case.joining.facts import CasesJoined
from cases.domain.case.state import CaseState
from cases.domain.law.load import load_law
from cases.projections.case_view import CaseView, Rows
from cases.projections.clients.fold import Clients
from cases.projections.clients.table import CLIENT
from cases.projections.comparing import Compared, compare
from cases.projections.engine import Runner
from cases.projections.feed import BadFact
from cases.projections.loading import load_cases
from cases.projections.projection import Sources, Turn
from cases.projections.reading import reading
from cases.projections.rebuild import AlreadyRebuilding, Differs, rebuild, rebuild_case
from cases.projections.status import status
from cases.projections.timers.fold import Timers
from cases.projections.timers.table import TIMER
from cases.projections.turns import position
from cases.projections.worklist.fold import Worklist

LAW = load_law()
OPENED = date(2025, 1, 13)
TWICE = CasesJoined(duplicate=UUID(int=8), reason="", opened_on=OPENED, closed_on=OPENED, held=())


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
            lambda c, d: c.guided(d).record(d, TWICE),
            lambda c, d: c.ended(d, d + timedelta(days=30)),
            lambda c, d: c.closed(d),
        )
        for step in steps[: n % 8]:
            step(case, day)
    book.ledger.sort(key=lambda f: (f.version, f.stream_id))
    book.ledger[:] = [replace(fact, position=n) for n, fact in enumerate(book.ledger, start=1)]
    return book


def views() -> tuple[CaseView, ...]:
    return (Clients(LAW), Worklist(LAW), Timers(LAW))


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


AS_THE_LOG = Compared((), {}, ())


def beside(engine: sa.Engine) -> list[str]:
    """The tables a rebuild is filling, or has left behind."""
    query = "select relname from pg_class where relnamespace = 'views_next'::regnamespace"
    with engine.begin() as conn:
        return list(conn.execute(sa.text(query.replace("::", "\\:\\:"))).scalars())


@pytest.mark.guarantee("PJ-8")
def test_rebuilt_rows_equal_the_followed_ones(projector: sa.Engine) -> None:
    book = interleaved(24)
    for view in views():
        follow(projector, book, view)
    followed = [contents(projector, view) for view in views()]
    assert all(all(tables.values()) for tables in followed)
    seen: list[int] = []
    done = rebuild(projector, book, views(), chunk=5, progress=seen.append)
    assert [contents(projector, view) for view in views()] == followed
    assert (done.position, done.facts) == (book.head(), book.head())
    assert done.differing == {view.name: () for view in views()}
    assert seen[-1] == book.head()
    assert seen == sorted(seen)
    assert len(seen) == 5
    for view in views():
        assert position(projector, view) == book.head()
        assert compare(projector, book, view, chunk=5) == AS_THE_LOG
    assert beside(projector) == []


@pytest.mark.guarantee("RB-4")
def test_a_rebuild_takes_in_what_came_meanwhile_and_followers_go_on(projector: sa.Engine) -> None:
    book, view = interleaved(8), Clients(LAW)
    follower = follow(projector, book, view)
    changed = book.case().opened(OPENED)

    class Meanwhile(Casebook):
        times = 0

        def head(self) -> int:
            self.times += 1
            head = super().head()
            if self.times > 1:  # it is loaded, or compared; and this is beyond what is told
                changed.granted(OPENED)
                book.case().opened(OPENED)
                follower.catch_up()
            return head

    meanwhile = Meanwhile(book.ledger)
    done = rebuild(projector, meanwhile, [view])
    assert meanwhile.times == 3
    assert (done.position, done.differing) == (book.head(), {"clients": ()})
    book.case().opened(OPENED)
    assert follower.step() == 1
    assert compare(projector, book, view) == AS_THE_LOG


@pytest.mark.guarantee("RB-4")
def test_what_followers_do_until_the_very_swap_is_neither_lost_nor_repeated(
    projector: sa.Engine,
) -> None:
    book, view = interleaved(30), Clients(LAW)
    follow(projector, book, view)
    stop = threading.Event()
    followers = [
        Runner(projector, book, Clients(LAW), chance=lambda: 0.5, page_size=2) for _ in range(2)
    ]
    threads = [threading.Thread(target=each.run, args=(stop,)) for each in followers]
    told = [book.case().opened(OPENED) for _ in range(4)]

    def write() -> None:
        for n in range(400):
            told[n % 4].granted(OPENED)
            if n % 5 == 0:
                book.case().opened(OPENED)
            if stop.wait(0.002):
                return

    threads.append(threading.Thread(target=write))
    for thread in threads:
        thread.start()
    for _ in range(4):
        rebuild(projector, book, [view], chunk=10)
    stop.set()
    for thread in threads:
        thread.join(20)
    assert [each.failures for each in followers] == [0, 0]
    follow(projector, book, view)
    assert compare(projector, book, view) == AS_THE_LOG


@pytest.mark.guarantee("RB-4")
def test_new_tables_come_with_figures_for_the_planner(
    projector: sa.Engine, database: Database
) -> None:
    rebuild(projector, interleaved(8), views())
    with psycopg.connect(database.superuser_url) as superuser:
        known = superuser.execute(
            "select distinct tablename from pg_stats where schemaname='views'"
        )
        told = {name for (name,) in known}
    assert {table.name for view in views() for table in view.tables} <= told


@pytest.mark.guarantee("RB-4")
def test_a_reader_in_the_middle_of_a_long_reading_meets_no_error(
    projector: sa.Engine, reader: sa.Engine
) -> None:
    book, view = interleaved(8), Clients(LAW)
    follow(projector, book, view)
    inside, enough = threading.Event(), threading.Event()
    counted: list[int] = []

    def read() -> None:
        with reading(reader, [ESPOO], date.max) as conn:
            query = sa.text("select count(*) from views.client")
            counted.append(conn.execute(query).scalar_one())
            inside.set()
            enough.wait(1.5)  # longer than the swap waits for its locks at a time
            counted.append(conn.execute(query).scalar_one())

    thread = threading.Thread(target=read)
    thread.start()
    assert inside.wait(PATIENCE)
    rebuild(projector, book, [view])
    enough.set()
    thread.join(20)
    assert counted == [8, 8]
    with reading(reader, [ESPOO], date.max) as conn:
        assert conn.execute(sa.text("select count(*) from views.client")).scalar() == 8


@pytest.mark.guarantee("RB-3", "PJ-8")
def test_a_bad_fact_ends_a_rebuild_and_the_live_rows_stay(projector: sa.Engine) -> None:
    class Failing(Clients):
        def rows(self, state: CaseState) -> Rows:
            raise LookupError

    book, view = interleaved(8), Clients(LAW)
    follow(projector, book, view)
    before = contents(projector, view)
    with pytest.raises(BadFact):
        rebuild(projector, book, [Failing(LAW)])
    case_id = book.ledger[0].stream_id
    book.lost[case_id] = LostCause(case_id)
    with pytest.raises(BadFact):
        rebuild(projector, book, [view])
    del book.lost[case_id]
    assert contents(projector, view) == before
    assert position(projector, view) == book.head()
    assert beside(projector) == []


@pytest.mark.guarantee("RB-2")
@pytest.mark.parametrize("chunks", [0, 1])
def test_a_loader_that_dies_ends_a_rebuild_and_leaves_nothing(
    projector: sa.Engine, chunks: int
) -> None:
    book, view = interleaved(8), Clients(LAW)
    follow(projector, book, view)
    before = contents(projector, view)

    def load(ids: Iterator[tuple[UUID, ...]]) -> Iterator[int]:
        for _ in range(chunks):
            yield load_cases(projector, book, [view], next(ids))
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        rebuild(projector, book, [view], load=load, chunk=3)
    assert contents(projector, view) == before
    assert beside(projector) == []
    rebuild(projector, book, [view])
    assert contents(projector, view) == before


@pytest.mark.guarantee("RB-7")
def test_no_more_cases_are_read_at_a_time_than_a_chunk_has(projector: sa.Engine) -> None:
    class Measuring(Casebook):
        most = 0

        def load_since(self, known):  # type: ignore[no-untyped-def]
            self.most = max(self.most, len(known))
            return super().load_since(known)

    book = interleaved(40)
    follow(projector, book, Clients(LAW))
    measuring = Measuring(book.ledger)
    rebuild(projector, measuring, [Clients(LAW)], chunk=7)
    assert measuring.most == 7


@pytest.mark.guarantee("RB-3")
def test_a_parked_case_that_still_fails_ends_a_rebuild_and_one_that_does_not_is_released(
    projector: sa.Engine,
) -> None:
    book = interleaved(8)
    case = book.case().opened(OPENED)
    follow(projector, book, Clients(LAW))

    class Picky(Clients):
        def rows(self, state: CaseState) -> Rows:
            if state.case_id == case.case_id:
                raise LookupError
            return super().rows(state)

    case.granted(OPENED)
    follow(projector, book, Picky(LAW))
    with pytest.raises(BadFact):
        rebuild(projector, book, [Picky(LAW)])
    (seen,) = status(projector, book, [Clients(LAW)])
    assert (seen.parked, seen.lag) == (1, 0)
    done = rebuild(projector, book, [Clients(LAW)])
    assert done.differing == {"clients": ()}
    (seen,) = status(projector, book, [Clients(LAW)])
    assert seen.parked == 0
    assert compare(projector, book, Clients(LAW)) == AS_THE_LOG


@pytest.mark.guarantee("RB-1")
def test_a_difference_nobody_has_accepted_prevents_the_swap_and_is_named(
    projector: sa.Engine,
) -> None:
    class Different(Clients):
        def rows(self, state: CaseState) -> Rows:
            rows = super().rows(state)
            return rows if state.closing is None else {**rows, "client_plan": []}

    book = interleaved(16)
    follow(projector, book, Clients(LAW))
    closed = sorted({f.stream_id for f in book.ledger if isinstance(f.fact, CaseClosed)})
    before = contents(projector, Clients(LAW))
    with pytest.raises(Differs) as refused:
        rebuild(projector, book, [Different(LAW), Timers(LAW)])
    assert refused.value.cases == {"clients": tuple(closed)}
    assert contents(projector, Clients(LAW)) == before
    assert beside(projector) == []
    done = rebuild(projector, book, [Different(LAW)], accept_differences=True)
    assert list(done.differing["clients"]) == closed


@pytest.mark.guarantee("RB-1")
def test_a_case_that_has_moved_on_is_compared_at_its_own_version(projector: sa.Engine) -> None:
    class Shifted(Clients):
        def rows(self, state: CaseState) -> Rows:
            rows = super().rows(state)
            return {"client": [{**row, "authority": "turku"} for row in rows["client"]],
                    "client_plan": rows["client_plan"]}  # fmt: skip

    book = Casebook()
    case, quiet = book.case().opened(OPENED), book.case().opened(OPENED)
    follow(projector, book, Clients(LAW))

    class Ahead(Casebook):  # what is loaded is newer than the live rows
        def load_since(self, known):  # type: ignore[no-untyped-def]
            found = super().load_since(known)
            if case.case_id in known and len(case.facts) == 1:
                case.granted(OPENED)
                return super().load_since(known)
            return found

    assert rebuild(projector, Ahead(book.ledger), [Clients(LAW)]).differing == {"clients": ()}
    case.granted(OPENED)
    with pytest.raises(Differs) as refused:
        rebuild(projector, book, [Shifted(LAW)])
    assert refused.value.cases == {"clients": tuple(sorted([case.case_id, quiet.case_id]))}


@pytest.mark.guarantee("RB-1")
def test_a_case_the_live_rows_lack_is_a_difference_unless_they_are_not_so_far(
    projector: sa.Engine,
) -> None:
    book = interleaved(8)
    follow(projector, book, Clients(LAW))
    book.case().opened(OPENED)
    assert rebuild(projector, book, [Clients(LAW)]).differing == {"clients": ()}
    lost = book.ledger[0].stream_id
    with projector.begin() as conn:
        for table in ("client", "client_plan"):
            conn.execute(sa.text(f"delete from views.{table} where case_id = :c"), {"c": lost})
    with pytest.raises(Differs) as refused:
        rebuild(projector, book, [Clients(LAW)])
    assert refused.value.cases == {"clients": (lost,)}


@pytest.mark.guarantee("RB-6")
def test_the_mark_of_what_was_shown_survives_and_is_never_lowered(projector: sa.Engine) -> None:
    book, view = interleaved(8), Timers(LAW)
    follow(projector, book, view)
    shown = book.head()
    rebuild(projector, book, [view])
    (seen,) = status(projector, book, [view])
    assert seen.mark == shown
    marks: list[int] = []

    class Telling(Timers):
        def project(self, conn: sa.Connection, turn: Turn, sources: Sources) -> None:
            marks.append(turn.mark)
            super().project(conn, turn, sources)

    book.case().opened(OPENED)
    follow(projector, book, Telling(LAW))
    assert marks == [shown]
    with projector.begin() as conn:
        conn.execute(sa.text("update views.tracking set mark = 1000"))
    rebuild(projector, book, [view])
    (seen,) = status(projector, book, [view])
    assert seen.mark == 1000


@pytest.mark.guarantee("RB-5")
@pytest.mark.parametrize("view", views(), ids=lambda view: view.name)
def test_one_case_rebuilt_in_place_equals_the_same_case_in_a_full_rebuild(
    projector: sa.Engine, view: CaseView
) -> None:
    book = interleaved(16)
    follow(projector, book, view)
    followed = contents(projector, view)
    case_id = book.ledger[-1].stream_id
    with projector.begin() as conn:
        for table in view.tables:
            conn.execute(sa.update(table).where(table.c.case_id == case_id).values(version=99))
    assert compare(projector, book, view).differing == (case_id,)
    assert rebuild_case(projector, book, view, case_id) == book.ledger[-1].version
    assert contents(projector, view) == followed
    rebuild(projector, book, [view])
    assert contents(projector, view) == followed
    assert rebuild_case(projector, book, view, UUID(int=7)) is None


@pytest.mark.guarantee("RB-5")
def test_one_bad_case_is_not_rebuilt_and_a_parked_one_is_released_by_it(
    projector: sa.Engine,
) -> None:
    book, view = interleaved(8), Clients(LAW)
    follow(projector, book, view)
    case = book.case(book.ledger[0].stream_id)
    before = contents(projector, view)
    book.lost[case.case_id] = LostCause(case.case_id)
    with pytest.raises(BadFact):
        rebuild_case(projector, book, view, case.case_id)
    assert contents(projector, view) == before
    other = book.case().opened(OPENED)
    book.lost[other.case_id] = LostCause(other.case_id)
    follow(projector, book, view)
    book.lost.clear()
    assert rebuild_case(projector, book, view, other.case_id) == 1
    (seen,) = status(projector, book, [view])
    assert seen.parked == 0
    assert compare(projector, book, view) == AS_THE_LOG


@pytest.mark.guarantee("PJ-6")
def test_a_new_version_replaces_rows_and_position_and_says_what_changed(
    projector: sa.Engine,
) -> None:
    class Newer(Clients):
        version: ClassVar[int] = Clients.version + 1

        def rows(self, state: CaseState) -> Rows:
            rows = super().rows(state)
            if state.closing is None:
                return rows
            return {**rows, "client_plan": []}

    book = interleaved(16)
    old = follow(projector, book, Clients(LAW))
    closed = sorted({f.stream_id for f in book.ledger if isinstance(f.fact, CaseClosed)})
    done = rebuild(projector, book, [Newer(LAW)])
    assert list(done.differing["clients"]) == closed
    book.case().opened(OPENED)
    assert old.attempt() > 0  # the older release finds its place taken, and writes nothing
    assert follow(projector, book, Newer(LAW)).projection.version == Newer.version
    assert compare(projector, book, Newer(LAW)) == AS_THE_LOG


@pytest.mark.guarantee("PJ-8")
def test_one_rebuild_of_a_projection_at_a_time(projector: sa.Engine) -> None:
    book, view = interleaved(4), Timers(LAW)
    follow(projector, book, view)
    entered, leave = threading.Event(), threading.Event()

    def pause(at: int) -> None:
        entered.set()
        leave.wait(PATIENCE)

    thread = threading.Thread(
        target=rebuild, args=(projector, book, [view]), kwargs={"progress": pause}
    )
    thread.start()
    assert entered.wait(PATIENCE)
    with pytest.raises(AlreadyRebuilding):
        rebuild(projector, book, [Clients(LAW), view])
    leave.set()
    thread.join(20)
    assert compare(projector, book, view) == AS_THE_LOG
    rebuild(projector, book, [Clients(LAW), view])


@pytest.fixture
def compared(projector: sa.Engine) -> tuple[Casebook, Case]:
    book = interleaved(8)
    case = book.case().opened(OPENED).plan(date(2025, 3, 3), date(2026, 3, 3))
    for view in views():
        follow(projector, book, view)
        assert compare(projector, book, view, chunk=3) == AS_THE_LOG
    return book, case


@pytest.mark.guarantee("PJ-9")
@pytest.mark.parametrize(
    ("view", "tamper"),
    [
        (Clients(LAW), "update views.client_plan set last_day = last_day + 1 where case_id = :id"),
        (Clients(LAW), "update views.client set authority = 'turku' where case_id = :id"),
        (Clients(LAW), "update views.client set version = 1 where case_id = :id"),
        (Clients(LAW), "update views.client set version = 9 where case_id = :id"),
        (Clients(LAW), "update views.client set outdated_since = now() where case_id = :id"),
        (Clients(LAW), "delete from views.client_plan where case_id = :id"),
        (Clients(LAW), "delete from views.client where case_id = :id"),
        (
            Worklist(LAW),
            "delete from views.worklist where (case_id, entry) in (select case_id, max(entry)"
            " from views.worklist where case_id = :id group by case_id)",
        ),
        (Timers(LAW), "update views.timer set due_on = due_on - 1 where case_id = :id"),
        (
            Timers(LAW),
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
    assert compare(projector, book, view, chunk=3).differing == (case.case_id,)
    rebuild(projector, book, [view], accept_differences=True)
    assert compare(projector, book, view, chunk=3) == AS_THE_LOG


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
    assert compare(projector, book, Clients(LAW)).differing == (case.plan_id,)
    stray = UUID(int=7)
    with projector.begin() as conn:
        conn.execute(sa.update(TIMER).where(TIMER.c.case_id == case.case_id).values(case_id=stray))
    assert compare(projector, book, Timers(LAW)).differing == tuple(sorted([case.case_id, stray]))
