"""Plans on the very day, and on either side of what was decided since (17–20, 23, 31, 102 §)."""

from datetime import date, timedelta

import pytest
from tests.acts import (
    benefit,
    complete,
    continue_for_studies,
    details,
    draw_up,
    draw_up_old,
    end,
    end_studies,
    expire,
    extend,
    goals,
    guide,
    lengthen,
    review,
    start_studies,
    start_together,
    switch,
)
from tests.acts import status as at
from tests.desk import (
    ASSESSED,
    DRAWN_UP,
    LAST_DAY,
    LAW,
    LAW_IN_FORCE,
    MAXIMUM,
    OPENED,
    STUDIES,
    TRAINING,
    Desk,
    pointers,
    refused,
    rule_log,
)
from tests.standing import assessed, opened, planned, planned_to_the_maximum

from cases.domain.case.act import Decision
from cases.domain.case.earlier import EarlierPlans
from cases.domain.case.extension.acts import Extension
from cases.domain.case.plan.acts import PlanDeparture
from cases.domain.case.plan.validity import validity
from cases.domain.case.review.acts import ChangedMeasure, PlanChanges
from cases.domain.codes.values import (
    Benefit,
    ExtensionGround,
    GoalKind,
    LabourMarketStatus,
    PlanKind,
)
from cases.domain.law.edition import Law

BOTH_EDITIONS = pytest.mark.parametrize("law", [LAW, LAW_IN_FORCE], ids=["enacted", "in-force"])
A_DAY = timedelta(days=1)
HELD = date(2025, 9, 1)
DECIDED = date(2026, 11, 2)
WORK = {"job_search_obligation": "Four jobs a month"}


def studying(law: Law = LAW, *, born: date = date(1992, 3, 14)) -> Desk:
    """Supported studies have gone on since 1.9.2026, under a plan that lasts to the maximum."""
    desk = planned_to_the_maximum(law, born=born)
    desk.does(start_studies(desk.plan, date(2026, 9, 1)), date(2026, 9, 1))
    return desk


def reviewed(desk: Desk, changes: PlanChanges, on: date = HELD) -> None:
    desk.does(review(desk.plan, next_on=on + 90 * A_DAY, changes=changes), on)


# drawing up ---------------------------------------------------------------------------------------


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-14")
def test_102_2_and_16_1_no_plan_is_transferred_over_the_days_of_another(law: Law) -> None:
    """Of two plans transferred one would hide the other, whichever was told first."""
    desk = opened(law)
    first, last = date(2024, 4, 1), date(2024, 9, 30)
    desk.does(draw_up_old(first, last), first, today=OPENED)
    later = date(2024, 9, 2)
    crossing = draw_up_old(later, date(2025, 3, 1)).model_copy(update={"valid_from": last})
    outcome = desk.asks(crossing, later, today=OPENED)
    assert refused(outcome) == [("one-plan-in-force", "16.1", None)]
    assert pointers(outcome) == ["/validFrom"]
    earlier = date(2024, 3, 4)
    outcome = desk.asks(draw_up_old(earlier, first), earlier, today=OPENED)
    assert ("one-plan-in-force", "16.1", None) in refused(outcome)
    beside = crossing.model_copy(update={"valid_from": last + A_DAY})
    assert isinstance(desk.asks(beside, later, today=OPENED), Decision)
    before = draw_up_old(earlier, first - A_DAY)
    assert isinstance(desk.asks(before, earlier, today=OPENED), Decision)


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-14")
def test_102_2_and_16_1_nor_over_the_days_of_a_plan_of_this_act(law: Law) -> None:
    desk = planned(law)
    day = date(2024, 12, 2)
    outcome = desk.asks(draw_up_old(day, DRAWN_UP), day, today=DRAWN_UP)
    assert ("one-plan-in-force", "16.1", None) in refused(outcome)
    beside = draw_up_old(day, DRAWN_UP - A_DAY)
    assert isinstance(desk.asks(beside, day, today=DRAWN_UP), Decision)


@pytest.mark.guarantee("CS-30")
def test_17_2_a_plan_of_the_day_of_its_assessment_settles_the_kind() -> None:
    """An ordinary plan was drawn up with a reason; the next ordinary one needs none again."""
    desk = opened()
    notice = benefit(Benefit.SOCIAL_ASSISTANCE_NOT_TEMPORARY, date(2025, 1, 1))
    desk.does(notice, OPENED)
    desk.does(start_together(), date(2025, 2, 10))
    desk.does(complete(desk, planned_on=DRAWN_UP), DRAWN_UP)
    instead = PlanDeparture(reason="Needs no other authority")
    first = draw_up(DRAWN_UP, date(2025, 12, 31), review_on=HELD, departure=instead)
    desk.does(first, DRAWN_UP)
    day = date(2025, 12, 1)
    second = draw_up(date(2026, 1, 1), LAST_DAY, review_on=date(2026, 5, 4))
    assert isinstance(desk.asks(second, day), Decision)
    # Completed a day later, the assessment would call for its own kind of plan once more.
    again = start_together()
    desk.does(again, date(2025, 11, 3))
    desk.does(complete(desk, planned_on=date(2026, 1, 1)), day - A_DAY)
    assert refused(desk.asks(second, day)) == [("ordinary-plan-instead", "17.2", None)]


@pytest.mark.guarantee("CS-13")
def test_18_the_goals_of_the_young_go_by_the_age_on_the_day_of_drawing_up() -> None:
    desk = assessed()
    birthday = DRAWN_UP + A_DAY
    desk.does(details(date_of_birth=birthday.replace(year=2000)), ASSESSED)
    act = draw_up(birthday, LAST_DAY, review_on=HELD)
    found = [rule_log(desk.asks(act, day, today=HELD)) for day in (DRAWN_UP, birthday)]
    missing = [[line for line in log if line[0] == "goals"] for log in found]
    assert missing == [[("goals", "18", ("UPPER_SECONDARY_EDUCATION",))], [("goals", "18", ())]]


# guidance and expiry ------------------------------------------------------------------------------


@pytest.mark.guarantee("CS-17")
def test_20_5_the_month_for_guidance_runs_from_the_drawing_up_not_from_the_first_day() -> None:
    desk = assessed()
    desk.does(draw_up(date(2025, 3, 24), LAST_DAY, review_on=HELD), DRAWN_UP)
    decision = desk.asks(guide(desk.plan, desk.measures[0]), date(2025, 3, 28))
    assert rule_log(decision) == [("guidance-to-services", "20.5", "2025-04-03")]


@pytest.mark.guarantee("CS-17")
def test_19_and_20_5_guidance_is_to_a_measure_that_was_agreed_at_any_time_by_then() -> None:
    desk = planned()
    given_up = desk.measures[0]
    reviewed(desk, PlanChanges(added_measures=(STUDIES,), ended_measures=(given_up,)))
    (added,) = (m.measure_id for m in desk.state.plans[0].measures_on(HELD) if m.measure == STUDIES)
    for measure in (given_up, added):
        assert isinstance(desk.asks(guide(desk.plan, measure), HELD), Decision)
    too_early = desk.asks(guide(desk.plan, added), HELD - A_DAY, today=HELD)
    assert refused(too_early) == [("measure-of-the-plan", "19", None)]


@pytest.mark.guarantee("CS-17")
def test_20_5_guidance_is_owed_to_every_measure_but_what_a_review_gave_up() -> None:
    desk = planned()
    first, second = desk.measures
    desk.does(guide(desk.plan, first), date(2025, 4, 1))
    reviewed(desk, PlanChanges(ended_measures=(second,)))
    plan = desk.state.plans[0]
    found = [plan.guided_to_all_by(day) for day in (HELD - A_DAY, HELD)]
    assert found == [False, True]


@pytest.mark.guarantee("CS-19")
def test_23_2_and_22_4_a_plan_that_was_switched_does_not_expire() -> None:
    desk = planned()
    former = desk.plan
    to = switch(former, PlanKind.MULTISECTORAL, HELD, MAXIMUM, review_on=date(2026, 2, 2))
    desk.does(to, HELD)
    last = HELD - A_DAY
    assert desk.last_day(former) == last
    outcome = desk.asks(expire(former, last), HELD + A_DAY)
    assert refused(outcome, conflict=True) == [("over-after-last-day", "23.2", None)]


# what was known on an earlier day -----------------------------------------------------------------


@pytest.mark.guarantee("CS-32")
def test_22_4_until_the_day_of_the_switch_the_plan_had_all_its_days() -> None:
    desk = planned()
    former = desk.plan
    to = switch(former, PlanKind.MULTISECTORAL, HELD, MAXIMUM, review_on=date(2026, 2, 2))
    desk.does(to, HELD)
    plan = next(p for p in desk.state.plans if p.plan_id == former)
    edition = LAW.on(HELD)
    found = [validity(plan, desk.state, edition, d).last_day for d in (HELD - A_DAY, HELD)]
    assert found == [LAST_DAY, HELD - A_DAY]


@pytest.mark.guarantee("CS-27")
def test_31_2_until_the_studies_have_ended_nobody_knows_the_last_day() -> None:
    desk = studying()
    desk.does(continue_for_studies(desk.plan), DECIDED)
    finished = date(2027, 6, 4)
    desk.does(end_studies(desk.plan, finished), finished)
    plan, edition = desk.state.plans[-1], LAW.on(DECIDED)
    found = [validity(plan, desk.state, edition, d).last_day for d in (finished - A_DAY, finished)]
    assert found == [None, finished]


@pytest.mark.guarantee("CS-27")
def test_31_2_it_lasts_until_the_last_of_several_studies_has_ended() -> None:
    desk = studying()
    desk.does(end_studies(desk.plan, date(2026, 12, 18)), date(2026, 12, 18))
    desk.does(start_studies(desk.plan, date(2027, 1, 11)), date(2027, 1, 11))
    desk.does(continue_for_studies(desk.plan), date(2027, 1, 11))
    desk.does(end_studies(desk.plan, date(2027, 6, 4)), date(2027, 6, 4))
    assert desk.last_day() == date(2027, 6, 4)


@pytest.mark.guarantee("CS-27")
@pytest.mark.parametrize("ends_on", [date(2027, 6, 3), date(2027, 9, 30)])
def test_31_2_it_lasts_until_the_studies_or_the_plan_end_whichever_is_first(ends_on: date) -> None:
    desk = studying()
    desk.does(continue_for_studies(desk.plan), DECIDED)
    desk.does(end(desk.plan, ends_on), date(2027, 5, 31))
    desk.does(end_studies(desk.plan, date(2027, 6, 4)), date(2027, 6, 4))
    assert desk.last_day() == min(ends_on, date(2027, 6, 4))


# extension and continuation -----------------------------------------------------------------------


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-23")
def test_23_3_part_time_participation_is_what_the_plan_agrees_on_since_its_review(law: Law) -> None:
    training = TRAINING.model_copy(update={"part_time": True})
    ground = Extension(
        ground=ExtensionGround.HOME_CARE_PART_TIME, until=date(2028, 3, 3), reason="Cares for two"
    )
    desk = planned_to_the_maximum(law)
    desk.does(benefit(Benefit.CHILD_HOME_CARE_ALLOWANCE, date(2026, 5, 1)), DECIDED)
    changed = ChangedMeasure(measure=desk.measures[1], content=training)
    reviewed(desk, PlanChanges(changed_measures=(changed,)), DECIDED)
    assert isinstance(desk.asks(extend(desk.plan, ground), DECIDED), Decision)
    before = desk.asks(extend(desk.plan, ground), DECIDED - A_DAY, today=DECIDED)
    assert refused(before) == [("part-time-on-home-care", "23.3", MAXIMUM)]
    # Agreed no longer, it opens nothing.
    whole = ChangedMeasure(measure=desk.measures[1], content=TRAINING)
    reviewed(desk, PlanChanges(changed_measures=(whole,)), DECIDED + A_DAY)
    since = desk.asks(extend(desk.plan, ground), DECIDED + A_DAY)
    assert refused(since) == [("part-time-on-home-care", "23.3", MAXIMUM)]


@pytest.mark.guarantee("CS-26")
def test_31_1_a_length_for_studies_told_late_is_counted_from_what_special_measures_reached() -> (
    None
):
    """From 3.3.2027 no length of a month and thirty days can be said: two months are shorter."""
    desk = studying(born=date(2004, 6, 1))
    educated = lengthen(ExtensionGround.LITTLE_EDUCATION, date(2027, 8, 31))
    desk.does(extend(desk.plan, educated), DECIDED)
    until = date(2027, 10, 30)
    young = extend(desk.plan, lengthen(ExtensionGround.STUDIES_UNDER_25, until))
    desk.does(young, DECIDED - A_DAY, today=DECIDED)
    assert desk.maximum() == until


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-26")
@pytest.mark.guarantee("CS-27")
def test_31_studies_begun_on_the_last_day_of_the_maximum_are_unfinished_after_it(law: Law) -> None:
    young, grown = (
        planned_to_the_maximum(law, born=b) for b in (date(2004, 6, 1), date(1992, 1, 1))
    )
    for desk in (young, grown):
        desk.does(start_studies(desk.plan, MAXIMUM), MAXIMUM)
    length = lengthen(ExtensionGround.STUDIES_UNDER_25, date(2028, 3, 3))
    assert isinstance(young.asks(extend(young.plan, length), MAXIMUM), Decision)
    grown.does(continue_for_studies(grown.plan), MAXIMUM)
    assert grown.last_day() is None


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-27")
def test_31_2_a_plan_that_ends_before_the_maximum_is_not_continued(law: Law) -> None:
    desk = studying(law)
    desk.does(end(desk.plan, date(2027, 1, 29)), DECIDED)
    outcome = desk.asks(continue_for_studies(desk.plan), DECIDED)
    assert refused(outcome, conflict=True) == [("reaches-the-maximum", "31.2", MAXIMUM)]


@pytest.mark.guarantee("CS-27")
def test_31_2_nor_is_one_that_a_successor_replaces() -> None:
    desk = studying()
    former = desk.plan
    day = date(2026, 12, 1)
    to = switch(former, PlanKind.MULTISECTORAL, day, MAXIMUM, review_on=date(2027, 3, 1), **WORK)
    desk.does(to, DECIDED)
    outcome = desk.asks(continue_for_studies(former), DECIDED)
    assert refused(outcome, conflict=True) == [("reaches-the-maximum", "31.2", MAXIMUM)]
    assert isinstance(desk.asks(continue_for_studies(desk.plan), DECIDED), Decision)


# studies ------------------------------------------------------------------------------------------


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-28")
def test_28_the_plan_agreed_on_the_studies_on_the_day_they_began(law: Law) -> None:
    desk = assessed(law)
    desk.does(at(LabourMarketStatus.JOBSEEKER, DRAWN_UP), DRAWN_UP)
    desk.does(draw_up(DRAWN_UP, LAST_DAY, review_on=HELD, **WORK), DRAWN_UP)
    reviewed(desk, PlanChanges(added_measures=(STUDIES,)))
    outcome = desk.asks(start_studies(desk.plan, HELD - A_DAY), HELD)
    assert refused(outcome) == [("studies-agreed", "28", None)]
    assert isinstance(desk.asks(start_studies(desk.plan, HELD), HELD), Decision)
    (added,) = (m.measure_id for m in desk.state.plans[0].measures_on(HELD) if m.measure == STUDIES)
    given_up = date(2025, 10, 6)
    reviewed(desk, PlanChanges(ended_measures=(added,)), given_up)
    told_late = desk.asks(start_studies(desk.plan, given_up - A_DAY), given_up)
    assert isinstance(told_late, Decision)
    outcome = desk.asks(start_studies(desk.plan, given_up), given_up)
    assert refused(outcome) == [("studies-agreed", "28", None)]


# earlier cases ------------------------------------------------------------------------------------


@pytest.mark.guarantee("CS-15")
def test_102_2_of_two_earlier_cases_the_plan_drawn_up_first_counts_whenever_it_was_signed() -> None:
    one = EarlierPlans(first_drawn_up_on=date(2024, 5, 1), first_signed_on=date(2024, 6, 3))
    other = EarlierPlans(first_drawn_up_on=date(2024, 5, 13), first_signed_on=date(2024, 5, 20))
    assert one.and_of(other) == other.and_of(one) == one


@pytest.mark.guarantee("CS-33")
def test_18_goals_are_what_they_were_until_the_day_a_review_changed_them() -> None:
    desk = planned()
    work = goals(GoalKind.EMPLOYMENT)
    reviewed(desk, PlanChanges(goals=work))
    plan = desk.state.plans[0]
    assert [plan.goals_on(HELD - A_DAY), plan.goals_on(HELD)] == [plan.goals, work]
