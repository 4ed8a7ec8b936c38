"""Reopening a case: when, for how long it was closed, and that nothing restarts the maximum."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from pydantic import ValidationError
from tests.acts import (
    ask_for_the_case,
    benefit,
    close,
    consent,
    continue_for_studies,
    draw_up,
    end_studies,
    expire,
    extend,
    lengthen,
    move,
    reopen,
    start,
    start_studies,
)
from tests.desk import (
    DRAWN_UP,
    GRANTED,
    KASKINEN,
    LAST_DAY,
    LAW,
    POHJANMAA,
    Desk,
    only,
    pointers,
    refused,
    rule_log,
)
from tests.duplicates import is_duplicate, opened_again, other
from tests.standing import assessed, opened, planned, planned_to_the_maximum, planned_together

from cases.domain.case.act import Decision
from cases.domain.case.closing.facts import CaseClosed
from cases.domain.case.earlier import EarlierGrant, EarlierObstacle, EarlierPlans, not_known_yet
from cases.domain.case.person.acts import RecordBenefitNotice
from cases.domain.case.plan.maximum import plans_of, plans_since
from cases.domain.case.plan.validity import validity
from cases.domain.case.records.acts import AnnulRecord, CorrectRecord
from cases.domain.case.reopening.acts import ReopenCase
from cases.domain.case.reopening.facts import CaseReopened
from cases.domain.case.standing import Standing, standing
from cases.domain.case.state import fold
from cases.domain.codes.terms import Language
from cases.domain.codes.values import Benefit, ExtensionGround, ReopeningGround
from cases.domain.questions.as_of import AsOf, known
from cases.domain.questions.case import CaseOverview, case_overview
from cases.domain.questions.dues import dues, what_is_due
from cases.domain.time import Length

CLOSED = date(2025, 2, 17)
BETWEEN = date(2025, 4, 1)
REOPENED = date(2025, 6, 2)
ERASED = date(2029, 2, 18)
NOT_THEN = ("reopened-after-last-act", "77", None)
WAS_CLOSED = ("case-was-open-then", "77", None)


def closed() -> Desk:
    """Opened on 3.2.2025 and closed on 17.2.2025."""
    desk = opened()
    desk.does(close(), CLOSED)
    return desk


def reopened() -> Desk:
    """The same, reopened on 2.6.2025."""
    desk = closed()
    desk.does(reopen(), REOPENED)
    return desk


def overview(desk: Desk, day: date) -> CaseOverview:
    return case_overview(known(desk.facts, AsOf(valid_on=day)), LAW)


def notice() -> RecordBenefitNotice:
    return benefit(Benefit.SOCIAL_ASSISTANCE_NOT_TEMPORARY, GRANTED)


def version_of(desk: Desk, kind: type) -> int:
    return max(each.version for each in desk.facts if isinstance(each.fact, kind))


def annul(version: int, *along: int) -> AnnulRecord:
    return AnnulRecord(version=version, along=along, reason="Recorded on the wrong person")


def dated(version: int, day: date) -> CorrectRecord:
    change = {"member": "/effectiveOn", "to": day.isoformat()}
    return CorrectRecord.model_validate(
        {"version": version, "changes": [change], "reason": "Written wrong"}
    )


STAYING = UUID(int=9)

# when --------------------------------------------------------------------------------------------


@pytest.mark.guarantee("CS-55")
def test_77_a_closed_case_is_reopened_and_goes_on_as_it_was() -> None:
    desk = closed()
    before = desk.state
    decision = desk.does(reopen(ReopeningGround.RETURNED), REOPENED)
    fact = only(decision, CaseReopened)
    assert (fact.ground, fact.earlier_plans) == (ReopeningGround.RETURNED, None)
    assert rule_log(decision) == [
        ("case-is-closed", "77", True),
        ("reopened-after-last-act", "77", True),
        ("reopened-before-erasure", "77", True),
        ("duplicate-stays-closed", "GDPR:5.1", True),
    ]
    assert desk.state.closing is None
    for part in ("opening", "person", "protection", "consents", "plans", "responsibility"):
        assert getattr(desk.state, part) == getattr(before, part)
    assert isinstance(desk.asks(start("14.1.4"), REOPENED), Decision)
    assert [due.kind for due in dues(desk.state, LAW)] == ["ASSESSMENT_TO_START"]
    assert dues(before, LAW) == ()


@pytest.mark.guarantee("CS-55")
def test_77_a_case_that_is_open_is_not_reopened() -> None:
    for desk in (opened(), reopened()):
        outcome = desk.asks(reopen(), REOPENED)
        assert refused(outcome, conflict=True) == [("case-is-closed", "77", None)]


@pytest.mark.guarantee("CS-55")
def test_77_not_before_it_was_closed_nor_before_a_later_act_and_then_on_that_day() -> None:
    desk = closed()
    outcome = desk.asks(reopen(), date(2025, 2, 16), today=REOPENED)
    assert refused(outcome, conflict=True) == [NOT_THEN]
    assert pointers(outcome) == ["/effectiveOn"]
    assert isinstance(desk.asks(reopen(), CLOSED, today=REOPENED), Decision)


@pytest.mark.guarantee("CS-55")
def test_77_not_once_its_data_are_to_be_erased() -> None:
    desk = closed()
    assert isinstance(desk.asks(reopen(), date(2029, 2, 17)), Decision)
    outcome = desk.asks(reopen(), ERASED)
    assert refused(outcome, conflict=True) == [("reopened-before-erasure", "77", None)]


@pytest.mark.guarantee("CS-55")
def test_a_duplicate_continues_elsewhere_and_everything_wrong_is_told_at_once() -> None:
    desk = opened()
    desk.other = other(opened_again()).having(case_id=STAYING)
    desk.does(is_duplicate(STAYING), date(2025, 9, 1))
    outcome = desk.asks(reopen(), date(2025, 8, 31), today=date(2025, 9, 1))
    duplicate = ("duplicate-stays-closed", "GDPR:5.1", None)
    assert refused(outcome, conflict=True) == [NOT_THEN, duplicate]
    desk.does(annul(version_of(desk, CaseClosed)), date(2025, 9, 1))
    assert desk.state.closing is None


def test_another_ground_needs_its_reason() -> None:
    with pytest.raises(ValidationError):
        ReopenCase(ground=ReopeningGround.OTHER)
    assert ReopenCase(ground=ReopeningGround.OTHER, reason="A mistake").reason == "A mistake"


# by day ------------------------------------------------------------------------------------------


@pytest.mark.guarantee("CS-56")
def test_on_the_days_between_the_case_was_closed_and_on_no_others() -> None:
    desk = reopened()
    told = {day: overview(desk, day).closed_on for day in (CLOSED, BETWEEN, date(2025, 6, 1))}
    assert set(told.values()) == {CLOSED}
    for day in (date(2025, 2, 16), REOPENED, date(2026, 1, 1)):
        assert overview(desk, day).closed_on is None
    asked = known(desk.facts, AsOf(valid_on=BETWEEN))
    assert what_is_due(asked, LAW, Language.EN).dues == ()
    again = known(desk.facts, AsOf(valid_on=REOPENED))
    assert [each.due for each in what_is_due(again, LAW, Language.EN).dues] == [
        "ASSESSMENT_TO_START"
    ]


@pytest.mark.guarantee("CS-56")
def test_nothing_is_recorded_of_a_day_on_which_the_case_was_closed() -> None:
    desk = reopened()
    for day in (date(2025, 2, 18), BETWEEN, date(2025, 6, 1)):
        outcome = desk.asks(notice(), day, today=REOPENED)
        assert refused(outcome, conflict=True) == [WAS_CLOSED]
        assert pointers(outcome) == ["/effectiveOn"]
    for day in (CLOSED, REOPENED, date(2025, 2, 10)):
        assert isinstance(desk.asks(notice(), day, today=REOPENED), Decision)


@pytest.mark.guarantee("CS-56")
def test_it_is_closed_again_and_each_closing_has_its_days() -> None:
    desk = reopened()
    decision = desk.does(close(), date(2025, 6, 10))
    assert rule_log(decision) == [("erasure", "77", "2029-06-11")]
    desk.does(reopen(), date(2025, 6, 20))
    days = [date(2025, 3, 1), date(2025, 6, 5), date(2025, 6, 15), date(2025, 6, 20)]
    closings = [overview(desk, day).closed_on for day in days]
    assert closings == [CLOSED, None, date(2025, 6, 10), None]


@pytest.mark.guarantee("CS-56")
def test_on_those_days_nobody_else_had_a_part_in_it() -> None:
    desk = planned_together()
    plan_over = date(2026, 3, 4)
    desk.does(close(), plan_over)
    desk.does(reopen(), date(2026, 4, 1))
    stands = [
        standing(desk.state, LAW, POHJANMAA.id, day)
        for day in (LAST_DAY, plan_over, date(2026, 3, 31), date(2026, 4, 1))
    ]
    assert stands == [Standing.PARTY, Standing.OTHER, Standing.OTHER, Standing.WAS_PARTY]


@pytest.mark.guarantee("CS-55")
def test_a_hand_over_that_the_closing_cancelled_stays_cancelled_and_a_request_waits_again() -> None:
    desk, day = opened(), date(2025, 2, 10)
    desk.does(consent(day), day)
    ask_for_the_case(desk, KASKINEN, day)
    desk.does(move(desk, to="laihia", takes_effect_on=date(2025, 3, 1)), day)
    desk.does(close(), CLOSED)
    assert not overview(desk, CLOSED).hand_over_requests[0].awaits_answer
    desk.does(reopen(), REOPENED)
    assert desk.state.responsible_on(REOPENED) == "vaasa"
    assert overview(desk, REOPENED).hand_over_requests[0].awaits_answer


def test_that_a_plan_is_over_is_still_noted_of_the_days_between() -> None:
    desk = planned()
    desk.does(close(), date(2026, 3, 10))
    desk.does(reopen(), date(2026, 9, 1))
    noted = desk.asks(expire(desk.plan, LAST_DAY), date(2026, 3, 11), today=date(2026, 9, 1))
    assert isinstance(noted, Decision), noted


# put right ---------------------------------------------------------------------------------------


@pytest.mark.guarantee("CS-57")
def test_an_annulled_reopening_leaves_the_case_closed() -> None:
    desk = reopened()
    desk.does(annul(version_of(desk, CaseReopened)), REOPENED)
    assert desk.state.closing is not None
    assert desk.state.closing.closed_on == CLOSED
    assert overview(desk, date(2025, 12, 1)).closed_on == CLOSED
    assert desk.state == fold(desk.facts)


@pytest.mark.guarantee("CS-57")
def test_what_was_done_since_the_reopening_builds_on_it() -> None:
    desk = reopened()
    desk.does(notice(), REOPENED)
    desk.does(close(), date(2025, 7, 1))
    first, *since = (each.version for each in desk.facts if each.effective_on >= REOPENED)
    outcome = desk.asks(annul(first), date(2025, 7, 2))
    assert refused(outcome, conflict=True) == [("nothing-builds-on-it", "GDPR:16", None)]
    desk.does(annul(first, *since), date(2025, 7, 2))
    assert [closing.closed_on for closing in desk.state.closings] == [CLOSED]


@pytest.mark.guarantee("CS-57")
def test_a_closing_goes_only_with_the_reopening_that_builds_on_it() -> None:
    desk = reopened()
    desk.does(notice(), REOPENED)
    closing, reopening = (version_of(desk, kind) for kind in (CaseClosed, CaseReopened))
    outcome = desk.asks(annul(closing), date(2025, 7, 2))
    assert refused(outcome, conflict=True) == [("nothing-builds-on-it", "GDPR:16", None)]
    desk.does(annul(closing, reopening), date(2025, 7, 2))
    assert desk.state.closings == ()
    assert overview(desk, BETWEEN).closed_on is None
    assert isinstance(desk.asks(notice(), BETWEEN, today=date(2025, 7, 2)), Decision)


@pytest.mark.guarantee("CS-57")
def test_days_are_corrected_while_the_closing_comes_first() -> None:
    desk = reopened()
    closing, reopening = (version_of(desk, kind) for kind in (CaseClosed, CaseReopened))
    late = desk.asks(dated(closing, date(2025, 6, 3)), date(2025, 7, 2))
    assert {"later-records-stand", "reopened-after-last-act"} <= {r for r, *_ in refused(late)}
    early = desk.asks(dated(reopening, date(2025, 2, 16)), date(2025, 7, 2))
    assert refused(early) == [NOT_THEN]
    desk.does(dated(reopening, date(2025, 5, 2)), date(2025, 7, 2))
    desk.does(dated(closing, date(2025, 2, 10)), date(2025, 7, 2))
    days = (date(2025, 2, 9), date(2025, 2, 10), date(2025, 5, 1), date(2025, 5, 2))
    told = [overview(desk, day).closed_on for day in days]
    assert told == [None, date(2025, 2, 10), date(2025, 2, 10), None]


@pytest.mark.guarantee("CS-57")
def test_a_reopening_corrected_to_a_later_day_leaves_nothing_in_the_days_between() -> None:
    desk = reopened()
    desk.does(notice(), date(2025, 6, 3))
    later = desk.asks(dated(version_of(desk, CaseReopened), date(2025, 6, 4)), date(2025, 7, 2))
    assert ("case-was-open-then", "77", None) in refused(later)


# the maximum -------------------------------------------------------------------------------------

OWN = EarlierGrant(ground=ExtensionGround.LITTLE_EDUCATION, length=Length(months=6, days=0))
ILL = EarlierGrant(
    ground=ExtensionGround.COMPARABLE_REASON,
    obstacle=EarlierObstacle(first=date(2028, 1, 3), last=date(2028, 1, 12)),
)
EXTENDED = date(2027, 9, 3)
BACK = date(2028, 9, 4)


def elsewhere(*grants: EarlierGrant, first: date = DRAWN_UP) -> EarlierPlans:
    return EarlierPlans(first_drawn_up_on=first, granted=grants)


def extended() -> Desk:
    """Plans to the maximum, which was extended by half a year; closed once they were over."""
    desk = planned_to_the_maximum()
    longer = lengthen(ExtensionGround.LITTLE_EDUCATION, EXTENDED)
    desk.does(extend(desk.plan, longer), date(2026, 12, 1))
    assert desk.last_day() == EXTENDED
    desk.does(close(), date(2027, 9, 10))
    return desk


@pytest.mark.guarantee("CS-58")
def test_23_what_was_granted_here_is_not_counted_twice_when_another_case_brings_it_back() -> None:
    desk = extended()
    own = plans_of(desk.state)
    assert own is not None
    assert own.granted == (OWN,)
    # The later case knew this one's plans as earlier ones, and granted more.
    assert plans_since(desk.state, elsewhere(OWN)) is None
    desk.earlier = plans_since(desk.state, elsewhere(OWN, ILL))
    assert desk.earlier == elsewhere(ILL)
    desk.does(reopen(), BACK)
    assert desk.maximum(date(2028, 9, 3)) == EXTENDED
    assert desk.maximum(BACK) == EXTENDED + timedelta(days=10)
    assert plans_of(desk.state) == elsewhere(OWN, ILL)


@pytest.mark.guarantee("CS-58")
def test_23_an_equal_grant_is_counted_as_often_as_it_was_given() -> None:
    known_here = elsewhere(OWN)
    assert not_known_yet(elsewhere(OWN, OWN), known_here) == elsewhere(OWN)
    assert not_known_yet(elsewhere(), known_here) is None
    assert not_known_yet(elsewhere(ILL), None) == elsewhere(ILL)
    older = elsewhere(OWN, first=date(2024, 9, 2))
    assert not_known_yet(older, known_here) == elsewhere(first=date(2024, 9, 2))
    desk = extended()
    desk.earlier = plans_since(desk.state, elsewhere(OWN, OWN))
    desk.does(reopen(), BACK)
    assert desk.maximum() == date(2028, 3, 3)


@pytest.mark.guarantee("CS-58")
def test_23_a_plan_drawn_up_elsewhere_meanwhile_is_the_first_one_and_the_maximum_runs_from_it() -> (
    None
):
    desk = assessed()
    desk.does(close(), date(2025, 3, 3))
    desk.earlier = elsewhere(first=date(2025, 5, 5))
    desk.does(reopen(), date(2026, 6, 1))
    plan = draw_up(date(2026, 6, 1), date(2027, 5, 6), review_on=date(2026, 9, 1))
    outcome = desk.asks(plan, date(2026, 6, 1))
    assert refused(outcome) == [("all-plans", "23.2", date(2027, 5, 5))]


@pytest.mark.guarantee("CS-58")
def test_23_no_plan_that_was_over_comes_back_with_what_was_granted_elsewhere() -> None:
    for desk in (extended(), continued()):
        before = [validity(p, desk.state, LAW.governing(BACK), date.max) for p in desk.state.plans]
        desk.earlier = elsewhere(ILL)
        desk.does(reopen(), BACK, today=date(2028, 9, 6))
        after = [validity(p, desk.state, LAW.governing(BACK), date.max) for p in desk.state.plans]
        assert after == before
        assert isinstance(desk.asks(close(), BACK), Decision)
        # And the reopening comes to the same when it is decided again.
        changed = dated(version_of(desk, CaseReopened), date(2028, 9, 5))
        desk.does(changed, date(2028, 9, 6))
        (told,) = (closing.reopened for closing in desk.state.closings)
        assert told is not None
        assert told.earlier_plans == elsewhere(ILL)


def continued() -> Desk:
    """Continued for studies that ended on 30.6.2027, and closed."""
    desk = planned_to_the_maximum()
    desk.does(start_studies(desk.plan, date(2026, 5, 4)), date(2026, 5, 4))
    desk.does(continue_for_studies(desk.plan), date(2027, 2, 1))
    desk.does(end_studies(desk.plan, date(2027, 6, 30)), date(2027, 6, 30))
    desk.does(close(), date(2027, 7, 2))
    return desk
