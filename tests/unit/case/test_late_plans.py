"""Acts on plans recorded late, or of another time: refused in words, or what they would have been.

Each began as an example that tests/property found.
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.acts import close, draw_up, end, expire, review, status
from tests.desk import ASSESSED, DRAWN_UP, LAST_DAY, LAW, MAXIMUM, VAASA_TE, Desk, pointers, refused
from tests.standing import assessed

from cases.domain.case.extension.acts import ContinueForStudies, ExtendPlan, Obstacle
from cases.domain.case.plan.acts import Measure
from cases.domain.case.plan.maximum import maximum_on
from cases.domain.case.plan.validity import validity
from cases.domain.case.responsibility.acts import (
    AcceptReferral,
    HandOver,
    ReferToEmploymentAuthority,
)
from cases.domain.case.review.acts import PlanChanges
from cases.domain.case.studies.acts import StartSupportedStudies
from cases.domain.codes.values import (
    ExtensionGround,
    HandOverReason,
    LabourMarketStatus,
    ReferralReason,
    Service,
)

TOLD_ON = date(2027, 2, 1)


def old_plan(drawn_up_on: date, **more: Any) -> Any:
    usual = {"under_act": "1386/2010", "signed_on": drawn_up_on}
    return draw_up(drawn_up_on, date(2025, 3, 2), review_on=date(2025, 2, 3), **{**usual, **more})


@pytest.mark.guarantee("CS-7")
def test_102_2_a_plan_of_now_is_no_plan_of_the_repealed_act() -> None:
    outcome = assessed().asks(
        old_plan(date(2025, 2, 24), signed_on=date(2024, 12, 31)), date(2025, 2, 24)
    )
    assert ("old-rules", "102.2", None) in refused(outcome)
    assert pointers(outcome)[0] == "/effectiveOn"


@pytest.mark.guarantee("CS-7")
def test_102_2_a_transferred_plan_names_the_act_that_was_repealed() -> None:
    day = date(2024, 12, 2)
    outcome = assessed().asks(old_plan(day, under_act="493/1999"), day, today=TOLD_ON)
    assert refused(outcome) == [("old-rules", "102.2", None)]
    assert pointers(outcome) == ["/underAct"]


def extend(plan: UUID, until: date | None, **more: Any) -> ExtendPlan:
    usual = {"ground": ExtensionGround.LITTLE_EDUCATION, "special_measures": ("Reading",)}
    return ExtendPlan(plan=plan, until=until, **{**usual, **more})


def first_until(last_day: date) -> Desk:
    """A first plan from 3.3.2025 that ends on this day."""
    desk = assessed()
    desk.does(draw_up(DRAWN_UP, last_day, review_on=date(2025, 9, 1)), DRAWN_UP)
    return desk


def extended(desk: Desk, on: date, until: date) -> Desk:
    desk.does(extend(desk.plan, until), on)
    return desk


@pytest.mark.guarantee("CS-15")
def test_23_4_days_of_an_obstacle_are_added_to_the_maximum() -> None:
    desk = first_until(LAST_DAY)
    ill = Obstacle(since=date(2025, 4, 1), until=date(2025, 4, 10))
    act = ExtendPlan(plan=desk.plan, ground=ExtensionGround.ILLNESS_OR_INJURY, obstacle=ill)
    desk.does(act, date(2025, 5, 5))
    most = maximum_on(desk.state, LAW.governing(TOLD_ON), TOLD_ON)
    assert most is not None
    assert most.until == MAXIMUM + timedelta(days=10)


@pytest.mark.guarantee("CS-7")
def test_23_2_a_plan_that_ended_before_it_began_says_the_day_it_was_ended_by() -> None:
    desk = first_until(LAST_DAY)
    begins = LAST_DAY + timedelta(days=1)
    desk.does(draw_up(begins, date(2026, 6, 2), review_on=date(2025, 9, 1)), DRAWN_UP)
    desk.does(end(desk.plan, DRAWN_UP), DRAWN_UP)
    outcome = desk.asks(end(desk.plan, DRAWN_UP), DRAWN_UP)
    assert refused(outcome, conflict=True) == [("plan-not-over", "23.2", DRAWN_UP)]


@pytest.mark.guarantee("PR-2")
def test_23_2_a_review_recorded_late_does_not_use_an_extension_granted_since() -> None:
    desk = extended(first_until(LAST_DAY), date(2026, 2, 2), date(2028, 3, 3))
    longer = PlanChanges(valid_until=date(2027, 12, 1))
    day = date(2025, 9, 1)
    act = review(desk.plan, next_on=date(2026, 2, 1), changes=longer)
    told = refused(desk.asks(act, day, today=date(2026, 2, 2)))
    assert ("all-plans", "23.2", MAXIMUM) in told


@pytest.mark.guarantee("PR-1")
def test_23_2_a_plan_recorded_late_is_not_moved_by_an_extension_into_another() -> None:
    desk = extended(first_until(date(2025, 12, 31)), date(2025, 12, 1), date(2028, 3, 3))
    desk.does(
        draw_up(MAXIMUM + timedelta(days=1), date(2028, 3, 3), review_on=date(2026, 1, 2)),
        date(2025, 12, 8),
    )
    late = draw_up(date(2026, 1, 1), MAXIMUM, review_on=date(2025, 12, 1))
    outcome = desk.asks(late, date(2025, 11, 3), today=date(2026, 1, 5))
    assert refused(outcome) == [("one-plan-in-force", "16.1", None)]


@pytest.mark.guarantee("PR-1")
def test_22_1_a_last_day_changed_late_is_not_moved_by_an_extension_into_another_plan() -> None:
    desk = extended(first_until(date(2025, 12, 31)), date(2025, 12, 1), date(2028, 3, 3))
    first = desk.plan
    desk.does(
        draw_up(MAXIMUM + timedelta(days=1), date(2028, 3, 3), review_on=date(2026, 1, 2)),
        date(2025, 12, 8),
    )
    desk.does(
        draw_up(date(2026, 1, 1), date(2026, 3, 1), review_on=date(2026, 1, 2)), date(2025, 12, 9)
    )
    changes = PlanChanges(valid_until=LAST_DAY)
    act = review(first, next_on=date(2026, 1, 1), changes=changes)
    outcome = desk.asks(act, date(2025, 11, 3), today=date(2026, 1, 5))
    assert refused(outcome) == [("one-plan-in-force", "16.1", None)]


@pytest.mark.guarantee("CS-23")
def test_23_4_an_obstacle_told_late_adds_its_days_before_a_length_granted_since() -> None:
    desk = extended(first_until(LAST_DAY), date(2025, 10, 1), date(2028, 3, 3))
    ill = Obstacle(since=date(2025, 4, 1), until=date(2025, 4, 10))
    act = ExtendPlan(plan=desk.plan, ground=ExtensionGround.ILLNESS_OR_INJURY, obstacle=ill)
    desk.does(act, date(2025, 5, 5), today=date(2025, 11, 3))
    assert desk.maximum(date(2025, 9, 30)) == date(2027, 3, 13)
    assert desk.maximum() == date(2028, 3, 13)


@pytest.mark.guarantee("PR-6")
def test_23_2_no_earlier_first_plan_is_recorded_under_a_maximum_that_was_extended() -> None:
    desk = extended(first_until(date(2025, 12, 31)), date(2025, 12, 1), date(2028, 3, 3))
    late = draw_up(ASSESSED, date(2025, 2, 28), review_on=date(2025, 2, 27))
    outcome = desk.asks(late, ASSESSED, today=date(2026, 1, 5))
    assert [rule for rule, *_ in refused(outcome)] == ["later-plans-fit"]


@pytest.mark.guarantee("CS-20")
def test_22_1_a_plan_does_not_come_to_end_before_a_review_on_record() -> None:
    desk = first_until(LAST_DAY)
    desk.does(review(desk.plan, next_on=date(2026, 1, 5)), date(2025, 9, 1))
    changes = PlanChanges(valid_until=date(2025, 7, 31))
    act = review(desk.plan, next_on=date(2025, 7, 31), changes=changes)
    outcome = desk.asks(act, date(2025, 6, 2))
    assert refused(outcome) == [("ended-after-last-review", "22.1", None)]


@pytest.mark.guarantee("CS-20")
def test_3_1_a_referral_accepted_after_the_hand_over_hands_nothing_over_again() -> None:
    desk = first_until(LAST_DAY)
    to = {"to": "vaasa-te", "reason": ReferralReason.INTENDS_TO_REGISTER}
    desk.does(ReferToEmploymentAuthority(**to), date(2025, 4, 1))
    (referral,) = desk.state.responsibility.referrals
    desk.does(status(LabourMarketStatus.JOBSEEKER, date(2025, 4, 7)), date(2025, 4, 7))
    desk.does(HandOver(to="vaasa-te", reason=HandOverReason.JOBSEEKER), date(2025, 4, 7))
    act = AcceptReferral(referral=referral.referral_id, registered_as_jobseeker_on=date(2025, 4, 7))
    desk.does(act, date(2025, 4, 8), by=VAASA_TE)
    assert [(h.former, h.to) for h in desk.state.responsibility.hand_overs] == [
        ("vaasa", "vaasa-te")
    ]


@pytest.mark.guarantee("CS-20")
def test_3_1_an_acceptance_recorded_late_does_not_overtake_a_hand_over() -> None:
    desk = first_until(LAST_DAY)
    desk.does(status(LabourMarketStatus.JOBSEEKER, date(2025, 4, 7)), date(2025, 4, 7))
    to = {"to": "vaasa-te", "reason": ReferralReason.INTENDS_TO_REGISTER}
    desk.does(ReferToEmploymentAuthority(**to), date(2025, 4, 7))
    (referral,) = desk.state.responsibility.referrals
    desk.does(HandOver(to="vaasa-te", reason=HandOverReason.JOBSEEKER), date(2025, 4, 7))
    desk.does(status(LabourMarketStatus.EMPLOYED, date(2025, 6, 2)), date(2025, 6, 2))
    back = HandOver(to="vaasa", reason=HandOverReason.NO_LONGER_JOBSEEKER)
    desk.does(back, date(2025, 6, 2), by=VAASA_TE)
    act = AcceptReferral(referral=referral.referral_id, registered_as_jobseeker_on=date(2025, 4, 7))
    outcome = desk.asks(act, date(2025, 4, 14), by=VAASA_TE)
    assert refused(outcome, conflict=True) == [("referral-awaits-answer", "3.1", None)]


def continued() -> Desk:
    """A plan until the maximum, 3.3.2027, then in force for studies that go on."""
    desk = first_until(date(2025, 12, 31))
    desk.does(status(LabourMarketStatus.JOBSEEKER, date(2025, 4, 7)), date(2025, 4, 7))
    studies = Measure(
        service=Service.SELF_MOTIVATED_STUDIES, provider="opisto", serves="An occupation"
    )
    second = draw_up(
        date(2026, 1, 1),
        MAXIMUM,
        review_on=date(2026, 1, 5),
        measures=(studies,),
        job_search_obligation="None while studying",
    )
    desk.does(second, date(2025, 12, 1))
    began = StartSupportedStudies(plan=desk.plan, since=date(2026, 1, 12), paid_by="kela")
    desk.does(began, date(2026, 1, 12))
    desk.does(ContinueForStudies(plan=desk.plan), date(2027, 1, 11))
    return desk


@pytest.mark.guarantee("CS-15")
def test_31_2_a_plan_whose_last_day_is_moved_before_the_maximum_is_not_continued() -> None:
    desk = continued()
    changes = PlanChanges(valid_until=date(2027, 2, 15))
    desk.does(review(desk.plan, next_on=date(2027, 2, 15), changes=changes), date(2027, 2, 1))
    plan = desk.state.plans[-1]
    days = validity(plan, desk.state, LAW.governing(TOLD_ON), date(2028, 1, 1))
    assert days.for_studies is None
    assert days.last_day == date(2027, 2, 15)


@pytest.mark.guarantee("CS-7")
def test_31_3_refusals_about_a_plan_without_a_last_day_name_none() -> None:
    desk = continued()
    day = date(2027, 4, 5)
    outcome = desk.asks(end(desk.plan, date(2027, 4, 4)), day)
    assert refused(outcome) == [("ends-from-its-decision", "23.2", None)]
    refused(desk.asks(expire(desk.plan, MAXIMUM), day), conflict=True)
    refused(desk.asks(close(), day), conflict=True)
    another = draw_up(date(2027, 2, 1), MAXIMUM, review_on=date(2027, 2, 2))
    told = refused(desk.asks(another, date(2027, 2, 1), today=day))
    assert [rule for rule, *_ in told if rule == "one-plan-in-force"] == ["one-plan-in-force"]
