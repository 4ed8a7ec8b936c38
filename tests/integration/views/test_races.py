"""Two who write the same case at once: what the slower one knows is old by then."""

import threading
from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID

import pytest
import sqlalchemy as sa
from tests.casebook import Casebook, Lost, LostCause
from tests.integration.views.test_parking import marks, runner, versions
from tests.patience import PATIENCE

from cases.domain.facts import Recorded
from cases.domain.law.load import load_law
from cases.projections.case_view import Change
from cases.projections.clients.fold import Clients
from cases.projections.comparing import Compared, compare
from cases.projections.engine import Runner
from cases.projections.erasing import erase_gone
from cases.projections.folded import Folded
from cases.projections.projection import Sources
from cases.projections.rebuild import Differs, rebuild, rebuild_case

LAW = load_law()
OPENED, DRAWN_UP, LAST_DAY = date(2025, 1, 13), date(2025, 3, 3), date(2026, 3, 3)


class Slow(Clients):
    """Waits between having folded the cases of a turn and writing them."""

    def __init__(self) -> None:
        super().__init__(LAW)
        self.folded, self.go = threading.Event(), threading.Event()

    def change(self, folded: Mapping[UUID, Folded]) -> Change:
        change = super().change(folded)
        if folded and not self.folded.is_set():
            self.folded.set()
            assert self.go.wait(PATIENCE)
        return change


def overtaken(projector: sa.Engine, feed: Casebook, spoil: Callable[[], object]) -> None:
    """A worker folds the next fact and pauses; another takes in what ``spoil`` makes of it."""
    slow = Slow()
    turn = threading.Thread(target=lambda: runner(projector, feed, slow, size=1).step())
    turn.start()
    assert slow.folded.wait(PATIENCE)
    spoil()
    assert runner(projector, feed, Clients(LAW), size=1).step() == 1
    slow.go.set()
    turn.join(20)
    assert not turn.is_alive()


@pytest.mark.guarantee("PZ-1")
def test_rows_of_a_parked_case_stay_marked_whoever_was_slower(projector: sa.Engine) -> None:
    feed, view = Casebook(), Clients(LAW)
    case = feed.case().opened(OPENED)
    runner(projector, feed, view, size=1).catch_up()
    case.plan(DRAWN_UP, LAST_DAY)

    def spoil() -> None:
        case.guided(date(2025, 3, 4))
        feed.lost[case.case_id] = LostCause(case.case_id)

    overtaken(projector, feed, spoil)
    assert case.case_id in marks(projector, view)["client"]


@pytest.mark.guarantee("PJ-17")
def test_what_was_erased_does_not_come_back_with_a_slower_worker(projector: sa.Engine) -> None:
    feed, view = Casebook(), Clients(LAW)
    case = feed.case().opened(OPENED)
    runner(projector, feed, view, size=1).catch_up()
    case.plan(DRAWN_UP, LAST_DAY)

    def spoil() -> None:
        case.guided(date(2025, 3, 4))
        feed.lost[case.case_id] = LostCause(case.case_id, gone=True)

    overtaken(projector, feed, spoil)
    assert versions(projector, view, case.case_id) == [None]


@pytest.mark.guarantee("PJ-17")
def test_rows_of_an_erased_case_go_although_no_fact_says_so(projector: sa.Engine) -> None:
    feed, view = Casebook(), Clients(LAW)
    kept, erased = feed.case().opened(OPENED), feed.case().opened(OPENED)
    runner(projector, feed, view).catch_up()
    assert erase_gone(projector, feed, view) == 0
    feed.lost[erased.case_id] = LostCause(erased.case_id, gone=True)
    assert erase_gone(projector, feed, view) == 1
    assert versions(projector, view, erased.case_id) == [None]
    assert versions(projector, view, kept.case_id) == [1]


@pytest.mark.guarantee("PJ-17")
def test_a_case_erased_while_it_is_rebuilt_is_not_among_the_new_rows(projector: sa.Engine) -> None:
    feed, view = Casebook(), Clients(LAW)
    case = feed.case().opened(OPENED)
    runner(projector, feed, view).catch_up()

    def erased(_: int) -> None:
        feed.lost[case.case_id] = LostCause(case.case_id, gone=True)

    rebuild(projector, feed, [view], progress=erased)
    assert versions(projector, view, case.case_id) == [None]


class Interrupted(Casebook):
    """Does something once, between being read and telling what was read."""

    hook: Callable[[], object] | None = None

    def load_since(self, known: Mapping[UUID, int]) -> dict[UUID, tuple[Recorded, ...] | Lost]:
        found = super().load_since(known)
        hook, self.hook = self.hook, None
        if hook is not None:
            hook()
        return found


@pytest.mark.guarantee("RB-5")
def test_a_missing_case_made_anew_never_goes_back_behind_its_followers(
    projector: sa.Engine,
) -> None:
    feed, view = Interrupted(), Clients(LAW)
    case = feed.case().opened(OPENED)
    runner(projector, feed, view).catch_up()
    with projector.begin() as conn:
        conn.execute(sa.text("delete from views.client"))
    follower = threading.Thread(target=lambda: runner(projector, feed, view).catch_up())

    def later() -> None:
        case.plan(DRAWN_UP, LAST_DAY)
        follower.start()

    feed.hook = later
    rebuild_case(projector, feed, view, case.case_id)
    follower.join(20)
    assert not follower.is_alive()
    assert versions(projector, view, case.case_id) == [2]


@pytest.mark.guarantee("RB-1")
def test_a_rebuild_sees_rows_that_stayed_behind_what_was_promised(projector: sa.Engine) -> None:
    feed, view = Casebook(), Clients(LAW)
    case = feed.case().opened(OPENED)
    runner(projector, feed, view).catch_up()
    with projector.begin() as conn:
        row = conn.execute(sa.text("select row_to_json(r)::text from views.client r")).scalar_one()
    case.plan(DRAWN_UP, LAST_DAY)
    runner(projector, feed, view).catch_up()
    with projector.begin() as conn:
        conn.execute(sa.text("delete from views.client_plan"))
        conn.execute(sa.text("delete from views.client"))
        conn.execute(
            sa.text(
                "insert into views.client select *"
                " from json_populate_record(null::views.client, cast(:row as json))"
            ),
            {"row": row},
        )
    with pytest.raises(Differs) as found:
        rebuild(projector, feed, [view])
    assert found.value.cases["clients"] == (case.case_id,)


@pytest.mark.guarantee("PJ-9")
def test_a_mark_without_a_parked_case_is_found(projector: sa.Engine) -> None:
    feed, view = Casebook(), Clients(LAW)
    case = feed.case().opened(OPENED)
    runner(projector, feed, view).catch_up()
    with projector.begin() as conn:
        conn.execute(sa.text("update views.client set outdated_since = now()"))
    assert compare(projector, feed, view).differing == (case.case_id,)


@pytest.mark.guarantee("RS-8")
def test_what_a_lost_server_had_told_is_not_folded_on_by_its_successor(
    projector: sa.Engine,
) -> None:
    feed = Casebook()
    case = feed.case().opened(OPENED).plan(DRAWN_UP, LAST_DAY)
    sources = Sources.of(feed)
    sources.folded.at_least({case.case_id: 2})
    case.facts.pop()
    feed.ledger.pop()  # the successor lacks it, and gives its version and position again
    case.granted(OPENED)
    view = Clients(LAW)
    Runner(projector, sources, view, chance=lambda: 0.5).catch_up()
    assert compare(projector, feed, view) == Compared((), {}, ())
