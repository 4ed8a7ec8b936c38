"""What one case cannot help holds everybody; what is one case's own trouble, that case alone."""

import threading
from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from tests.casebook import ESPOO, Casebook, LostCause
from tests.patience import PATIENCE

from cases.domain.case.state import CaseState
from cases.domain.law.load import load_law
from cases.projections import parking
from cases.projections.case_view import CaseView, Rows
from cases.projections.clients.fold import Clients
from cases.projections.clients.queries import clients
from cases.projections.comparing import Compared, compare
from cases.projections.engine import Runner
from cases.projections.feed import Held, ParkingSpreads
from cases.projections.folded import FoldedCases
from cases.projections.parking import Parked, Tried, parked, try_again
from cases.projections.projection import Sources, tracking_name
from cases.projections.reading import reading
from cases.projections.status import Status, status
from cases.projections.timers.fold import Timers
from cases.projections.turns import position, try_held_again
from cases.projections.worklist.fold import Worklist
from cases.projections.worklist.queries import worklist

LAW = load_law()
OPENED, DRAWN_UP, LAST_DAY = date(2025, 1, 13), date(2025, 3, 3), date(2026, 3, 3)


class Picky(Clients):
    """A release that cannot make rows of some cases; its message would name a person."""

    def __init__(self, *cannot: UUID) -> None:
        super().__init__(LAW)
        self.cannot = cannot

    def rows(self, state: CaseState) -> Rows:
        if state.case_id in self.cannot:
            raise LookupError("Anna Andersson")
        return super().rows(state)


def runner(
    engine: sa.Engine, feed: Casebook, view: CaseView, *, size: int = 500, release: str = "1"
) -> Runner:
    sources = Sources(feed, FoldedCases(feed), release)
    return Runner(engine, sources, view, chance=lambda: 0.5, page_size=size)


def now(engine: sa.Engine, feed: Casebook, view: CaseView) -> Status:
    (found,) = status(engine, feed, [view])
    return found


def aside(engine: sa.Engine, view: CaseView) -> list[Parked]:
    with engine.begin() as conn:
        return list(parked(conn, tracking_name(view)))


def versions(engine: sa.Engine, view: CaseView, *case_ids: UUID) -> list[int | None]:
    with engine.begin() as conn:
        have = view.versions(conn, case_ids)
    return [have.get(case_id) for case_id in case_ids]


def marks(engine: sa.Engine, view: CaseView) -> dict[str, set[UUID]]:
    """The cases of each table with a row that says since when it may be outdated."""
    with engine.begin() as conn:
        return {
            table.name: set(
                conn.execute(
                    sa.select(table.c.case_id).where(table.c.outdated_since.is_not(None))
                ).scalars()
            )
            for table in view.tables
        }


def make_due(engine: sa.Engine) -> None:
    with engine.begin() as conn:
        conn.execute(sa.text("update views.parked set next_try_at = now()"))
        conn.execute(sa.text("update views.turn set next_try_at = now()"))


def test_nothing_is_parked_where_nothing_is_wrong(projector: sa.Engine) -> None:
    feed = Casebook()
    feed.case().opened(OPENED).plan(DRAWN_UP, LAST_DAY)
    runner(projector, feed, Clients(LAW)).catch_up()
    assert aside(projector, Clients(LAW)) == []
    assert marks(projector, Clients(LAW)) == {"client": set(), "client_plan": set()}


@pytest.mark.guarantee("PZ-1")
def test_a_bad_case_is_parked_in_sight_its_rows_say_so_and_the_others_pass(
    projector: sa.Engine, reader: sa.Engine
) -> None:
    feed = Casebook()
    others = [feed.case().opened(OPENED) for _ in range(2)]
    bad = feed.case().opened(OPENED).plan(DRAWN_UP, LAST_DAY)
    runner(projector, feed, Clients(LAW)).catch_up()
    bad.guided(date(2025, 3, 4))
    for other in others:
        other.plan(DRAWN_UP, LAST_DAY)
    view = Picky(bad.case_id)
    assert runner(projector, feed, view).catch_up() == 3
    assert versions(projector, view, bad.case_id, *(o.case_id for o in others)) == [2, 2, 2]
    (row,) = aside(projector, view)
    assert (row.case_id, row.version, row.error, row.attempts) == (bad.case_id, 3, "LookupError", 1)
    assert row.position == 5
    seen = now(projector, feed, view)
    assert (seen.position, seen.lag, seen.held, seen.parked) == (7, 0, False, 1)
    assert marks(projector, view) == {"client": {bad.case_id}, "client_plan": {bad.case_id}}
    with projector.begin() as conn:
        everything = conn.execute(sa.text("select p::text from views.parked p")).scalars().all()
    assert not [line for line in everything if "Anna" in line]
    # The officer sees it on the list.
    with reading(reader, [ESPOO], date.max) as conn:
        listed = clients(conn, authority=ESPOO, on=DRAWN_UP)
    outdated = {client.case_id: client.outdated_since for client in listed}
    assert isinstance(outdated.pop(bad.case_id), datetime)
    assert set(outdated.values()) == {None}
    compared = compare(projector, feed, view)
    assert (compared.differing, compared.unreadable) == ((), {})
    assert [each.case_id for each in compared.parked] == [bad.case_id]


@pytest.mark.guarantee("PZ-1")
def test_the_worklist_shows_which_of_its_entries_may_be_outdated(
    projector: sa.Engine, reader: sa.Engine
) -> None:
    feed = Casebook()
    case = feed.case().opened(OPENED)
    runner(projector, feed, Worklist(LAW)).catch_up()
    feed.lost[case.case_id] = LostCause(case.case_id)
    case.granted(OPENED)
    assert runner(projector, feed, Worklist(LAW)).catch_up() == 1
    with reading(reader, [ESPOO], date.max) as conn:
        (entry,) = worklist(conn, authority=ESPOO, on=OPENED)
    assert entry.outdated_since is not None
    assert [each.error for each in aside(projector, Worklist(LAW))] == ["LostCause"]


@pytest.mark.guarantee("PZ-2")
def test_later_facts_of_a_parked_case_wait_in_the_log_behind_one_row_until_it_is_released(
    projector: sa.Engine,
) -> None:
    feed = Casebook()
    bad = feed.case().opened(OPENED)
    picky = Picky(bad.case_id)
    runner(projector, feed, picky).catch_up()
    for n in range(10):
        bad.granted(date(2025, 2, 1 + n))
        feed.case().opened(OPENED)
        runner(projector, feed, picky).catch_up()
    bad.plan(DRAWN_UP, LAST_DAY)
    runner(projector, feed, Clients(LAW)).catch_up()  # it could take the case in, and leaves it
    (row,) = aside(projector, picky)
    assert (row.version, row.attempts) == (1, 1)
    assert versions(projector, picky, bad.case_id) == [None]
    assert len(bad.facts) == 12
    sources = Sources.of(feed)
    assert try_again(projector, Clients(LAW), sources, bad.case_id) == Tried(bad.case_id, None)
    assert versions(projector, picky, bad.case_id) == [12]
    assert aside(projector, picky) == []
    assert compare(projector, feed, Clients(LAW)) == Compared((), {}, ())


@pytest.mark.guarantee("PZ-3")
def test_another_release_tries_each_parked_case_once_by_itself(projector: sa.Engine) -> None:
    feed = Casebook()
    mended, bad = feed.case().opened(OPENED), feed.case().opened(OPENED)
    feed.case().opened(OPENED)
    both = Picky(mended.case_id, bad.case_id)
    runner(projector, feed, both).catch_up()
    runner(projector, feed, both).catch_up()
    assert [each.attempts for each in aside(projector, both)] == [1, 1]
    one = Picky(bad.case_id)
    for _ in range(2):
        runner(projector, feed, one, release="2").catch_up()
        runner(projector, feed, one, release="1").catch_up()  # a roll-out has two at a time
    (row,) = aside(projector, one)
    assert (row.case_id, row.attempts) == (bad.case_id, 2)
    assert versions(projector, one, mended.case_id) == [1]


@pytest.mark.guarantee("PZ-3")
def test_a_parked_case_is_tried_on_a_slow_clock_of_the_server(projector: sa.Engine) -> None:
    feed = Casebook()
    bad = feed.case().opened(OPENED).plan(DRAWN_UP, LAST_DAY)
    runner(projector, feed, Clients(LAW)).catch_up()
    bad.guided(date(2025, 3, 4))
    picky = Picky(bad.case_id)
    pauses = []
    follower = runner(projector, feed, picky)
    follower.catch_up()
    for attempts in range(2, 10):
        make_due(projector)
        follower.catch_up()
        assert [each.attempts for each in aside(projector, picky)] == [attempts]
        with projector.begin() as conn:
            wait = conn.execute(sa.text("select next_try_at - tried_at from views.parked"))
            pauses.append(wait.scalar_one().total_seconds())
    assert pauses == [120, 240, 480, 960, 1920, 3600, 3600, 3600]
    make_due(projector)
    runner(projector, feed, Clients(LAW)).catch_up()  # what was wrong has passed
    assert aside(projector, picky) == []
    assert marks(projector, picky) == {"client": set(), "client_plan": set()}
    assert versions(projector, picky, bad.case_id) == [3]


@pytest.mark.guarantee("PZ-3")
def test_rows_of_the_same_version_are_made_anew_when_a_case_is_released(
    projector: sa.Engine,
) -> None:
    feed = Casebook()
    bad = feed.case().opened(OPENED).plan(DRAWN_UP, LAST_DAY)
    runner(projector, feed, Clients(LAW)).catch_up()
    bad.guided(date(2025, 3, 4))
    picky = Picky(bad.case_id)
    runner(projector, feed, picky).catch_up()
    with projector.begin() as conn:
        conn.execute(sa.text("update views.client set version = 3, authority = 'turku'"))
    assert try_again(projector, Clients(LAW), Sources.of(feed)) is not None
    assert compare(projector, feed, Clients(LAW)) == Compared((), {}, ())


@pytest.mark.guarantee("PZ-3")
def test_a_parked_case_is_read_anew_when_it_is_tried(projector: sa.Engine) -> None:
    feed = Casebook()
    bad = feed.case().opened(OPENED).plan(DRAWN_UP, LAST_DAY)
    sources = Sources.of(feed)
    Runner(projector, sources, Picky(bad.case_id), chance=lambda: 0.5).catch_up()
    feed.ledger.pop()  # what was folded of it was wrong, and its last fact is mended in the log
    bad.facts.pop()
    bad.plan(DRAWN_UP, date(2026, 2, 2))
    assert try_again(projector, Clients(LAW), sources, bad.case_id) == Tried(bad.case_id, None)
    assert compare(projector, feed, Clients(LAW)) == Compared((), {}, ())


@pytest.mark.guarantee("PZ-4")
@pytest.mark.parametrize("cases", [5, 300])
def test_where_parking_spreads_nothing_is_written_and_the_read_model_is_held(
    projector: sa.Engine, cases: int
) -> None:
    feed = Casebook()
    told = [feed.case().opened(OPENED) for _ in range(cases)]
    before = runner(projector, feed, Clients(LAW))
    before.catch_up()
    for case in told:
        case.plan(DRAWN_UP, LAST_DAY)
    wrong = Picky(*(case.case_id for case in told[: max(4, cases // 10 + 1)]))
    follower = runner(projector, feed, wrong)
    with pytest.raises(ParkingSpreads):
        follower.step()
    with pytest.raises(Held):
        follower.step()
    seen = now(projector, feed, wrong)
    assert (seen.held_error, seen.held_case, seen.parked) == ("ParkingSpreads", None, 0)
    assert (seen.position, seen.lag) == (cases, cases)
    assert set(versions(projector, wrong, *(c.case_id for c in told))) == {1}
    assert marks(projector, wrong) == {"client": set(), "client_plan": set()}
    make_due(projector)
    assert before.catch_up() == cases
    assert not now(projector, feed, wrong).held


@pytest.mark.guarantee("PZ-4")
def test_a_release_that_parks_one_case_after_the_other_is_held_and_another_is_not(
    projector: sa.Engine,
) -> None:
    feed = Casebook()

    class Wrong(Clients):
        def rows(self, state: CaseState) -> Rows:
            raise LookupError

    follower = runner(projector, feed, Wrong(LAW))
    for _ in range(parking.MOST_OF_A_RELEASE):
        feed.case().opened(OPENED)
        assert follower.catch_up() == 1
    feed.case().opened(OPENED)
    with pytest.raises(ParkingSpreads):
        follower.step()
    feed.case().opened(OPENED)
    with pytest.raises(Held):  # nothing more is handed out meanwhile
        follower.step()
    seen = now(projector, feed, Wrong(LAW))
    assert (seen.lag, seen.parked) == (2, parking.MOST_OF_A_RELEASE)
    make_due(projector)
    runner(projector, feed, Clients(LAW), release="2").catch_up()
    seen = now(projector, feed, Wrong(LAW))
    assert (seen.lag, seen.parked, seen.held) == (0, 0, False)
    assert compare(projector, feed, Clients(LAW)) == Compared((), {}, ())


@pytest.mark.guarantee("PJ-4")
def test_a_fact_of_an_unknown_kind_holds_the_read_model_until_a_release_knows_it(
    projector: sa.Engine,
) -> None:
    feed = Casebook()
    newer = feed.case().opened(OPENED)
    feed.case().opened(OPENED)
    feed.lost[newer.case_id] = LostCause(newer.case_id, unknown=True)
    follower = runner(projector, feed, Timers(LAW), size=1)
    for _ in range(3):
        assert follower.attempt() > 0
    seen = now(projector, feed, Timers(LAW))
    assert (seen.held_error, seen.held_case, seen.parked) == ("LostCause", newer.case_id, 0)
    assert (seen.position, seen.lag, seen.allotted) == (0, 2, 1)
    assert seen.held_since is not None
    with projector.begin() as conn:
        assert try_held_again(conn, Timers(LAW)) == 1
    del feed.lost[newer.case_id]
    assert runner(projector, feed, Timers(LAW), release="2").catch_up() == 2
    seen = now(projector, feed, Timers(LAW))
    assert (seen.position, seen.held, seen.held_since) == (2, False, None)


@pytest.mark.guarantee("PJ-4")
def test_an_error_that_is_no_cases_holds_without_content_and_pauses_grow(
    projector: sa.Engine,
) -> None:
    class Broken(Timers):
        def versions(self, conn: sa.Connection, case_ids: object) -> dict[UUID, int]:
            raise LookupError("Anna Andersson")

    feed = Casebook()
    feed.case().opened(OPENED)
    follower = runner(projector, feed, Broken(LAW))
    pauses = []
    for _ in range(6):
        follower.attempt()
        with projector.begin() as conn:
            wait = conn.execute(sa.text("select next_try_at - now() from views.turn"))
            pauses.append(wait.scalar_one().total_seconds())
        make_due(projector)
    seen = now(projector, feed, Timers(LAW))
    assert (seen.held_error, seen.held_case) == ("LookupError", None)
    assert "Anna" not in repr(seen)
    assert pauses[0] < 11
    assert min(pauses[-2:]) > 25
    assert max(pauses) <= 60
    assert runner(projector, feed, Timers(LAW)).catch_up() == 1


@pytest.mark.guarantee("PZ-5")
def test_trouble_of_the_world_around_neither_parks_nor_holds(projector: sa.Engine) -> None:
    feed = Casebook()
    feed.case().opened(OPENED)

    class Away(Casebook):
        def load_since(self, known: Mapping[UUID, int]):  # type: ignore[no-untyped-def]
            raise OperationalError("", {}, Exception())

    class Locked(Exception):
        """The key store does not answer."""

    class KeysAway(Casebook):
        def load_since(self, known: Mapping[UUID, int]):  # type: ignore[no-untyped-def]
            raise Locked

    class Full(Timers):
        def rows(self, state: CaseState) -> Rows:
            raise MemoryError

    for book, view in ((Away, Timers(LAW)), (KeysAway, Timers(LAW)), (Casebook, Full(LAW))):
        follower = Runner(
            projector, book(feed.ledger), view, chance=lambda: 0.5, transient=(Locked,)
        )
        for _ in range(3):
            assert follower.attempt() > 0
        assert follower.failures == 3
        seen = now(projector, feed, Timers(LAW))
        assert (seen.held, seen.parked, seen.position) == (False, 0, 0)
    assert runner(projector, feed, Timers(LAW)).catch_up() == 1


@pytest.mark.guarantee("PZ-6")
def test_a_fact_that_comes_while_its_case_is_released_is_not_lost(projector: sa.Engine) -> None:
    feed = Casebook()
    bad = feed.case().opened(OPENED)
    runner(projector, feed, Picky(bad.case_id)).catch_up()
    inside, go_on = threading.Event(), threading.Event()

    class Slow(Clients):
        def rows(self, state: CaseState) -> Rows:
            inside.set()
            go_on.wait(PATIENCE)
            return super().rows(state)

    release = threading.Thread(target=try_again, args=(projector, Slow(LAW), Sources.of(feed)))
    release.start()
    assert inside.wait(PATIENCE)
    bad.plan(DRAWN_UP, LAST_DAY)  # the release has read the case without it
    follow = threading.Thread(target=runner(projector, feed, Clients(LAW)).catch_up)
    follow.start()
    follow.join(0.5)
    assert follow.is_alive(), "it waits for the release"
    go_on.set()
    release.join(20)
    follow.join(20)
    assert versions(projector, Clients(LAW), bad.case_id) == [2]
    assert position(projector, Clients(LAW)) == 2
    assert compare(projector, feed, Clients(LAW)) == Compared((), {}, ())


@pytest.mark.guarantee("PZ-6")
def test_a_parked_case_somebody_is_at_is_left_to_them(projector: sa.Engine) -> None:
    feed = Casebook()
    bad = feed.case().opened(OPENED)
    runner(projector, feed, Picky(bad.case_id)).catch_up()
    make_due(projector)
    with projector.begin() as conn:
        conn.execute(sa.text("select from views.parked for update"))
        assert try_again(projector, Clients(LAW), Sources.of(feed)) is None
        assert runner(projector, feed, Clients(LAW)).step() == 0
    assert try_again(projector, Clients(LAW), Sources.of(feed)) == Tried(bad.case_id, None)


@pytest.mark.guarantee("PJ-17")
def test_an_erased_case_leaves_the_view_parked_or_not(projector: sa.Engine) -> None:
    feed = Casebook()
    told = [feed.case().opened(OPENED).plan(DRAWN_UP, LAST_DAY) for _ in range(2)]
    ids = [case.case_id for case in told]
    view = Picky(ids[1])
    runner(projector, feed, Clients(LAW)).catch_up()
    for case in told:
        case.guided(date(2025, 3, 4))
    runner(projector, feed, view).catch_up()
    assert versions(projector, view, *ids) == [3, 2]
    for case in told:
        case.guided(date(2025, 3, 5))
        feed.lost[case.case_id] = LostCause(case.case_id, gone=True)
    runner(projector, feed, view, release="2").catch_up()
    assert versions(projector, view, *ids) == [None, None]
    with projector.begin() as conn:
        assert conn.execute(sa.text("select count(*) from views.client_plan")).scalar() == 0
    assert aside(projector, view) == []
