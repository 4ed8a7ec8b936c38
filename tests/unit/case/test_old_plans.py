"""Plans of the repealed Act keep its durations (102 § 2 mom.), and when editions change midway."""

from datetime import date, timedelta

import pytest
from pydantic import ValidationError
from tests.acts import (
    complete,
    continue_for_studies,
    draw_up,
    draw_up_old,
    end_studies,
    extend,
    lengthen,
    obstacle,
    open_case,
    residence,
    review,
    start,
    start_studies,
    start_together,
    switch,
)
from tests.acts import status as at
from tests.desk import (
    LAW,
    LAW_IN_FORCE,
    OPENED,
    STUDIES,
    TRAINING,
    Desk,
    only,
    pointers,
    refused,
    rule_log,
)
from tests.standing import planned_together

from cases.domain.case.act import Decision, Outcome
from cases.domain.case.plan.facts import PlanDrawnUp
from cases.domain.case.review.acts import PlanChanges
from cases.domain.case.review.evolution import review_counted_from
from cases.domain.codes.values import (
    ExtensionGround,
    InForce,
    LabourMarketStatus,
    PlanKind,
    ReviewHeldBy,
)
from cases.domain.law.edition import Law
from cases.domain.law.load import load_law
from cases.domain.law.rules import Refusal

BOTH_EDITIONS = pytest.mark.parametrize("law", [LAW, LAW_IN_FORCE], ids=["enacted", "in-force"])
SIGNED = date(2024, 4, 1)
YEAR = date(2025, 4, 1)
OLD_MAXIMUM = date(2027, 4, 1)
A_DAY = timedelta(days=1)


def person(law: Law = LAW, born: date = date(1992, 3, 14)) -> Desk:
    """A case of 3.2.2025 of a jobseeker since 2023, nothing assessed."""
    desk = Desk(law)
    desk.does(open_case(date_of_birth=born), OPENED)
    desk.does(residence(date(2023, 9, 16)), OPENED)
    desk.does(at(LabourMarketStatus.UNEMPLOYED_JOBSEEKER, date(2023, 10, 1)), OPENED)
    return desk


def transferred(law: Law = LAW, born: date = date(1992, 3, 14)) -> Desk:
    """A plan signed on 1.4.2024 is transferred on 10.2.2025."""
    desk = person(law, born)
    act = draw_up_old(SIGNED, YEAR, measures=(STUDIES, TRAINING))
    desk.does(act, SIGNED, today=date(2025, 2, 10))
    return desk


def to_the_maximum(law: Law = LAW, born: date = date(1992, 3, 14)) -> Desk:
    """Its successor of 25.3.2025 lasts until the old maximum, 1.4.2027; studies since 1.9.2026."""
    desk = transferred(law, born)
    desk.does(start("14.1.1"), date(2025, 2, 10))
    desk.does(complete(desk), date(2025, 3, 24))
    act = draw_up(
        YEAR + A_DAY,
        OLD_MAXIMUM,
        review_on=date(2025, 9, 25),
        measures=(STUDIES, TRAINING),
        job_search_obligation="Four jobs a month",
    )
    desk.does(act, date(2025, 3, 25))
    desk.does(start_studies(desk.plan, date(2026, 9, 1)), date(2026, 9, 1))
    return desk


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-25")
def test_102_2_a_transferred_plan_needs_no_assessment_and_may_predate_the_case(law: Law) -> None:
    desk = person(law)
    act = draw_up_old(SIGNED, YEAR)
    decision = desk.does(act, SIGNED, today=date(2025, 2, 10))
    fact = only(decision, PlanDrawnUp)
    assert (fact.under_act, fact.signed_on) == ("1386/2010", SIGNED)
    assert rule_log(decision) == [
        ("old-rules", "102.2", True),
        ("old-first-plan", "102.2", "2025-04-01"),
        ("old-rules", "102.2", True),
        ("old-all-plans", "102.2", "2027-04-01"),
    ]
    assert desk.last_day() == YEAR


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-25")
def test_102_2_its_year_and_its_three_years_are_counted_from_signing(law: Law) -> None:
    desk = person(law)
    too_long = draw_up_old(SIGNED, YEAR + A_DAY)
    outcome = desk.asks(too_long, SIGNED, today=date(2025, 2, 10))
    assert refused(outcome) == [("old-first-plan", "102.2", YEAR)]
    assert pointers(outcome) == ["/validUntil"]
    signed_later = draw_up_old(SIGNED, YEAR + A_DAY, signed_on=SIGNED + A_DAY)
    desk.does(signed_later, SIGNED, today=date(2025, 2, 10))
    assert desk.maximum() == OLD_MAXIMUM + A_DAY


@pytest.mark.guarantee("CS-25")
def test_102_2_only_the_repealed_act_and_only_before_this_one() -> None:
    desk = person()
    another = draw_up_old(SIGNED, YEAR, under_act="493/1999")
    outcome = desk.asks(another, SIGNED, today=date(2025, 2, 10))
    assert refused(outcome) == [("old-rules", "102.2", None)]
    assert pointers(outcome) == ["/underAct"]
    last, first = date(2024, 12, 31), date(2025, 1, 1)
    in_time = draw_up_old(last, date(2025, 12, 31))
    assert isinstance(desk.asks(in_time, last, today=date(2025, 2, 10)), Decision)
    too_late = draw_up_old(first, date(2025, 12, 31), signed_on=last)
    outcome = desk.asks(too_late, first, today=date(2025, 2, 10))
    assert refused(outcome) == [("old-rules", "102.2", None)]
    assert pointers(outcome) == ["/effectiveOn"]
    signed_since = draw_up_old(SIGNED, YEAR, signed_on=first)
    outcome = desk.asks(signed_since, SIGNED, today=date(2025, 2, 10))
    assert refused(outcome) == [("old-rules", "102.2", last)]
    assert pointers(outcome) == ["/signedOn"]
    signed_last = draw_up_old(SIGNED, YEAR, signed_on=last)
    assert isinstance(desk.asks(signed_last, SIGNED, today=date(2025, 2, 10)), Decision)
    with pytest.raises(ValidationError, match="said together"):
        draw_up_old(SIGNED, YEAR, signed_on=None)


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-25")
def test_102_2_it_follows_the_old_rules_until_its_first_review_under_22(law: Law) -> None:
    desk = transferred(law)
    plan = desk.state.plans[0]
    day = date(2025, 3, 17)
    counted = review_counted_from(desk.state.reviews, plan, day, limited_restarts=False)
    assert counted is None
    beyond = review(desk.plan, next_on=date(2025, 9, 18))
    assert refused(desk.asks(beyond, day)) == [("review-due", "22.1", date(2025, 9, 17))]
    desk.does(review(desk.plan, next_on=date(2025, 9, 17)), day)
    counted = review_counted_from(desk.state.reviews, plan, day, limited_restarts=False)
    assert counted == day
    assert desk.maximum() == OLD_MAXIMUM


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-25")
def test_102_2_a_review_keeps_an_old_first_plan_within_its_old_year(law: Law) -> None:
    desk = transferred(law)
    act = review(
        desk.plan, next_on=date(2025, 9, 17), changes=PlanChanges(valid_until=YEAR + A_DAY)
    )
    outcome = desk.asks(act, date(2025, 3, 17))
    assert refused(outcome) == [("old-first-plan", "102.2", YEAR)]


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-25")
def test_102_2_a_later_plan_keeps_the_old_maximum_and_is_held_to_the_rules_of_this_act(
    law: Law,
) -> None:
    desk = transferred(law)
    day = date(2025, 3, 25)
    work = {"job_search_obligation": "Four jobs a month"}
    act = draw_up(YEAR + A_DAY, OLD_MAXIMUM + A_DAY, review_on=date(2025, 9, 25), **work)
    assert refused(desk.asks(act, day)) == [
        ("plan-after-assessment", "16.1", None),
        ("old-all-plans", "102.2", OLD_MAXIMUM),
    ]
    assert to_the_maximum(law).last_day() == OLD_MAXIMUM


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-25")
def test_102_2_two_more_years_with_special_measures_and_the_days_of_obstacles(law: Law) -> None:
    desk = to_the_maximum(law)
    day = date(2027, 1, 11)
    beyond = lengthen(ExtensionGround.LITTLE_EDUCATION, date(2029, 4, 2))
    assert refused(desk.asks(extend(desk.plan, beyond), day)) == [
        ("extends-within-its-cap", "102.2", date(2029, 4, 1))
    ]
    two_years = lengthen(ExtensionGround.LITTLE_EDUCATION, date(2029, 4, 1))
    decision = desk.does(extend(desk.plan, two_years), day)
    assert ("extension", "102.2", "2029-04-01") in rule_log(decision)
    # An obstacle of the time of the old plan counts.
    ill = obstacle(date(2024, 11, 4), date(2024, 11, 10))
    decision = desk.does(extend(desk.plan, ill), day)
    assert ("extension-for-obstacle", "102.2", "2029-04-08") in rule_log(decision)
    assert desk.last_day() == date(2029, 4, 8)


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-26")
def test_102_2_and_31_1_what_the_repealed_act_did_not_know_comes_on_top(law: Law) -> None:
    desk = to_the_maximum(law, born=date(2002, 4, 2))
    act = extend(desk.plan, lengthen(ExtensionGround.STUDIES_UNDER_25, date(2028, 4, 1)))
    decision = desk.does(act, date(2027, 1, 11))
    assert rule_log(decision)[-1] == ("extension-for-studies", "31.1", "2028-04-01")
    assert desk.last_day() == date(2028, 4, 1)


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-27")
def test_102_2_and_31_2_the_plan_goes_on_for_the_studies_after_the_old_maximum(law: Law) -> None:
    desk = to_the_maximum(law)
    desk.does(continue_for_studies(desk.plan), date(2027, 1, 11))
    found = [desk.in_force(day) for day in (OLD_MAXIMUM, OLD_MAXIMUM + A_DAY)]
    assert found == [InForce.FULLY, InForce.FOR_STUDIES_ONLY]
    desk.does(end_studies(desk.plan, date(2027, 6, 4)), date(2027, 6, 7))
    assert desk.last_day() == date(2027, 6, 4)


@pytest.mark.guarantee("CS-28")
def test_28_studies_going_on_since_the_repealed_act_are_recorded_of_their_day() -> None:
    desk = transferred()
    act = start_studies(desk.plan, date(2024, 8, 19))
    assert isinstance(desk.asks(act, date(2024, 8, 19), today=date(2025, 2, 10)), Decision)
    assert isinstance(desk.asks(act, date(2025, 2, 10)), Decision)


# when the edition changes midway ------------------------------------------------------------------


CHANGED = date(2026, 1, 1)
MIDWAY = load_law([("681/2023", date(2025, 1, 1)), ("681/2023@2025", CHANGED)])


@pytest.mark.guarantee("CS-22")
def test_an_act_of_either_side_of_a_change_is_decided_under_the_edition_of_its_own_day() -> None:
    desk = planned_together()
    desk.law = MIDWAY
    until = date(2027, 3, 3)

    def to_ordinary(day: date) -> Outcome:
        act = switch(desk.plan, PlanKind.INTEGRATION, day, until, review_on=day + 90 * A_DAY)
        return desk.asks(act, day, today=date(2026, 2, 2))

    # Told on the same day: what was decided before the change is decided under what held then.
    assert isinstance(to_ordinary(CHANGED - A_DAY), Decision)
    outcome = to_ordinary(CHANGED)
    assert refused(outcome) == [("switch-of-the-edition", "22", None)]
    assert isinstance(outcome, Refusal)
    assert outcome.violations[0].line.edition == "681/2023@2025"
    before = desk.asks(start_together("15.1.5"), CHANGED - A_DAY, today=CHANGED)
    assert isinstance(before, Decision)
    assert ("assessment-kind-of-the-edition", "14.1", None) in refused(
        desk.asks(start_together("15.1.5"), CHANGED)
    )


@pytest.mark.guarantee("CS-22")
def test_what_was_agreed_and_extended_before_a_change_holds_after_it() -> None:
    desk = planned_together()
    desk.law = MIDWAY
    extension = lengthen(ExtensionGround.MULTISECTORAL_NEED, date(2028, 3, 3))
    desk.does(extend(desk.plan, extension), date(2025, 12, 1))
    assert desk.maximum(CHANGED - A_DAY) == date(2028, 3, 3)
    held = review(
        desk.plan,
        next_on=date(2026, 7, 6),
        held_by=ReviewHeldBy.MUNICIPALITY_AND_WELFARE_AREA,
    )
    decision = desk.does(held, date(2026, 1, 7))
    assert {line.edition for line in decision.rules} == {"681/2023@2025"}
    assert desk.maximum() == date(2028, 3, 3)
    beyond = desk.asks(
        extend(desk.plan, lengthen(ExtensionGround.MULTISECTORAL_NEED, date(2029, 3, 4))),
        date(2026, 1, 8),
    )
    assert refused(beyond) == [("extends-within-its-cap", "23.3", date(2029, 3, 3))]
