"""How an authority stands to a case, and until when (3, 17, 22, 86 §)."""

from datetime import date, timedelta

import pytest
from tests.acts import (
    accept,
    close,
    complete,
    draw_up,
    draw_up_together,
    end,
    hand_over,
    refer,
    review,
    start,
    status,
    switch,
)
from tests.desk import (
    ASSESSED,
    DRAWN_UP,
    KELA,
    LAST_DAY,
    LAW,
    MAKERS,
    POHJANMAA,
    VAASA,
    VAASA_TE,
    Desk,
)
from tests.standing import assessed_together, opened, planned, planned_together

from cases.domain.case.act import Decision, Organisation
from cases.domain.case.assessment.acts import OrderExpertAssessment
from cases.domain.case.standing import Standing, standing
from cases.domain.codes.values import (
    HandOverReason,
    LabourMarketStatus,
    PlanKind,
    PlanOutcome,
    ReviewHeldBy,
)

A_DAY = timedelta(days=1)
LAST_TO_RECORD = date(2026, 9, 3)


def stands(desk: Desk, day: date, who: Organisation = POHJANMAA) -> Standing:
    return standing(desk.state, LAW, who.id, day)


def handed_over() -> Desk:
    """The employment authority answers for an ordinary plan from 16.6.2025 on."""
    desk = planned()
    desk.does(refer(), date(2025, 6, 2))
    desk.does(accept(desk.referral, date(2025, 6, 9)), date(2025, 6, 16), by=VAASA_TE)
    return desk


@pytest.mark.guarantee("AC-6")
def test_22_a_party_stays_one_while_its_plan_lasts_and_records_late_for_six_months() -> None:
    desk = planned_together()
    days = (LAST_DAY, LAST_DAY + A_DAY, LAST_TO_RECORD, LAST_TO_RECORD + A_DAY)
    assert [stands(desk, day) for day in days] == [
        Standing.PARTY,
        Standing.WAS_PARTY,
        Standing.WAS_PARTY,
        Standing.OTHER,
    ]
    assert {stands(desk, day, KELA) for day in days} == {Standing.OTHER}


@pytest.mark.guarantee("AC-6")
def test_22_3_the_welfare_area_records_its_own_review_when_the_plan_is_over() -> None:
    desk = planned_together()
    (_, rehabilitation) = desk.measures
    own = review(
        desk.plan,
        next_on=None,
        held_by=ReviewHeldBy.WELFARE_AREA,
        initiative=None,
        limited_to=(rehabilitation,),
        makers=MAKERS,
    )
    day = LAST_DAY + A_DAY
    assert isinstance(desk.asks(own, LAST_DAY, today=day, by=POHJANMAA), Decision)
    assert not isinstance(desk.asks(own, day, today=day, by=POHJANMAA), Decision)


@pytest.mark.guarantee("AC-6")
def test_86_4_a_plan_that_ended_before_it_began_has_no_party() -> None:
    desk = assessed_together()
    ahead = draw_up_together(date(2025, 4, 1), LAST_DAY, review_on=date(2025, 9, 1))
    desk.does(ahead, DRAWN_UP)
    desk.does(end(desk.plan, date(2025, 3, 10)), date(2025, 3, 10))
    assert stands(desk, date(2025, 3, 10)) is Standing.OTHER


@pytest.mark.guarantee("AC-6")
def test_86_4_a_plan_switched_on_its_first_day_has_no_party() -> None:
    desk = planned_together()
    instead = switch(
        desk.plan, PlanKind.INTEGRATION, DRAWN_UP, LAST_DAY, review_on=date(2025, 9, 1)
    )
    desk.does(instead, DRAWN_UP)
    assert stands(desk, DRAWN_UP) is Standing.OTHER


@pytest.mark.guarantee("AC-6")
def test_86_4_who_handed_over_shares_the_client_while_a_plan_lasts() -> None:
    desk = handed_over()
    days = (date(2025, 6, 16), LAST_DAY, LAST_DAY + A_DAY, LAST_TO_RECORD + A_DAY)
    assert [stands(desk, day, VAASA) for day in days] == [
        Standing.HANDED_OVER,
        Standing.HANDED_OVER,
        Standing.WAS_PARTY,
        Standing.OTHER,
    ]


@pytest.mark.guarantee("AC-6")
def test_86_4_without_a_plan_who_handed_over_has_nothing_to_review() -> None:
    desk = opened()
    desk.does(refer(), ASSESSED)
    desk.does(accept(desk.referral, ASSESSED), ASSESSED, by=VAASA_TE)
    assert stands(desk, ASSESSED, VAASA) is Standing.OTHER
    assert stands(desk, ASSESSED, VAASA_TE) is Standing.RESPONSIBLE


@pytest.mark.guarantee("AC-6")
def test_77_closing_ends_every_standing_but_that_of_who_answered() -> None:
    desk = planned_together()
    desk.does(refer(), date(2025, 6, 2))
    desk.does(accept(desk.referral, date(2025, 6, 9)), date(2025, 6, 16), by=VAASA_TE)
    closed = LAST_DAY + A_DAY
    assert {stands(desk, closed, each) for each in (VAASA, POHJANMAA)} == {Standing.WAS_PARTY}
    desk.does(close(), closed, by=VAASA_TE)
    assert {stands(desk, closed, each) for each in (VAASA, POHJANMAA)} == {Standing.OTHER}
    assert stands(desk, closed, VAASA_TE) is Standing.RESPONSIBLE


@pytest.mark.guarantee("AC-6")
def test_77_an_expert_assessment_owed_opens_no_closed_case() -> None:
    desk = opened()
    desk.does(start(), date(2025, 2, 10))
    owed = OrderExpertAssessment(assessment=desk.assessment, clarifies="Hearing", by="pohjanmaa")
    desk.does(owed, date(2025, 2, 10))
    none = complete(desk, outcome=PlanOutcome.NO_PLAN, reasons="Means to work")
    desk.does(none, ASSESSED)
    assert stands(desk, ASSESSED) is Standing.PARTY
    desk.does(close(), ASSESSED)
    assert stands(desk, ASSESSED) is Standing.OTHER


@pytest.mark.guarantee("AC-6")
def test_86_4_what_the_new_authority_agrees_on_is_not_the_formers() -> None:
    desk = handed_over()
    assert stands(desk, LAST_DAY, VAASA) is Standing.HANDED_OVER
    second = draw_up(
        date(2026, 3, 4),
        date(2027, 3, 3),
        review_on=date(2026, 8, 3),
        job_search_obligation="Four jobs a month",
    )
    desk.does(second, date(2026, 2, 23), by=VAASA_TE)
    # The plan it had a part in is over; the one that followed it is another's.
    assert stands(desk, LAST_DAY + A_DAY, VAASA) is Standing.WAS_PARTY
    assert stands(desk, LAST_TO_RECORD + A_DAY, VAASA) is Standing.OTHER


@pytest.mark.guarantee("AC-6")
def test_3_1_a_referral_nobody_answered_opens_nothing_once_the_case_has_come_back() -> None:
    desk = planned()
    desk.does(refer(), date(2025, 6, 2))
    desk.does(status(LabourMarketStatus.JOBSEEKER, date(2025, 6, 9)), date(2025, 6, 9))
    desk.does(hand_over("vaasa-te", HandOverReason.JOBSEEKER), date(2025, 6, 9))
    employed = status(LabourMarketStatus.EMPLOYED, date(2025, 9, 1))
    desk.does(employed, date(2025, 9, 1), by=VAASA_TE)
    desk.does(hand_over("vaasa"), date(2025, 9, 1), by=VAASA_TE)
    assert stands(desk, date(2025, 9, 2), VAASA_TE) is Standing.HANDED_OVER
    assert stands(desk, LAST_TO_RECORD + A_DAY, VAASA_TE) is Standing.OTHER
    # And she can be referred anew.
    assert isinstance(desk.asks(refer(), date(2025, 10, 1)), Decision)
