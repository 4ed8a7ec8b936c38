"""Drawing up a plan: every rule of 16, 18, 19, 20, 22 and 23 § at its boundary days."""

from datetime import date

import pytest
from tests.acts import complete, draw_up, end, goals, interview, open_case, residence, review, start
from tests.acts import status as at
from tests.desk import (
    ASSESSED,
    DRAWN_UP,
    GRANTED,
    LAST_DAY,
    LAW,
    LAW_IN_FORCE,
    MAXIMUM,
    OPENED,
    Desk,
    only,
    pointers,
    refused,
    rule_log,
)
from tests.standing import assessed, opened, planned, under_assessment

from cases.domain.case.act import Decision
from cases.domain.case.assessment.acts import Departure, DiscontinueAssessment
from cases.domain.case.plan.acts import DrawUpPlan
from cases.domain.case.plan.facts import PlanDrawnUp
from cases.domain.codes.values import (
    GoalKind,
    LabourMarketStatus,
    PlanKind,
    PlanOutcome,
    ResidenceGroup,
)
from cases.domain.law.edition import Law

REVIEW_ON = date(2025, 9, 1)
FIRST_PLAN = draw_up(DRAWN_UP, LAST_DAY, review_on=REVIEW_ON)
BOTH_EDITIONS = pytest.mark.parametrize("law", [LAW, LAW_IN_FORCE], ids=["enacted", "in-force"])


def second_plan(until: date, **more: object) -> DrawUpPlan:
    """As in Vaasa on 23.2.2026: from the day after the first plan's last."""
    return draw_up(date(2026, 3, 4), until, review_on=date(2026, 8, 20), **more)


def jobseeker(status: LabourMarketStatus = LabourMarketStatus.UNEMPLOYED_JOBSEEKER) -> Desk:
    desk = assessed()
    desk.does(at(status, date(2025, 3, 3)), DRAWN_UP)
    return desk


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-11")
def test_16_1_a_plan_is_drawn_up_with_what_was_agreed_and_every_rule_is_in_its_log(
    law: Law,
) -> None:
    desk = assessed(law)
    decision = desk.does(FIRST_PLAN, DRAWN_UP)
    fact = only(decision, PlanDrawnUp)
    assert fact.plan_id == desk.plan
    assert (fact.kind, fact.valid_from, fact.valid_until, fact.next_review_on) == (
        PlanKind.INTEGRATION,
        DRAWN_UP,
        LAST_DAY,
        REVIEW_ON,
    )
    assert fact.goals == FIRST_PLAN.goals
    assert tuple(agreed.measure for agreed in fact.measures) == FIRST_PLAN.measures
    assert len({agreed.measure_id for agreed in fact.measures}) == 2
    assert desk.state.plans[0].drawn_up_on == DRAWN_UP
    assert rule_log(decision) == [
        ("plan-after-assessment", "16.1", True),
        ("first-plan-window", "20.3", "2027-09-16"),
        ("goals", "18", ()),
        ("first-plan", "23.2", "2026-03-03"),
        ("all-plans", "23.2", "2027-03-03"),
        ("review-due", "22.1", "2025-09-03"),
    ]


# 16 § 1 mom.: after its assessment ----------------------------------------------------------------


@pytest.mark.guarantee("CS-11")
def test_16_1_a_plan_may_be_drawn_up_on_the_day_of_the_assessment_and_not_before() -> None:
    desk = assessed()
    act = draw_up(ASSESSED, date(2026, 2, 23), review_on=date(2025, 8, 22))
    assert isinstance(desk.asks(act, ASSESSED), Decision)
    assert refused(desk.asks(act, date(2025, 2, 23))) == [("plan-after-assessment", "16.1", None)]


@pytest.mark.guarantee("CS-11")
def test_16_1_no_plan_without_an_assessment_or_while_it_is_under_way() -> None:
    discontinued, no_need = under_assessment(), under_assessment()
    discontinued.does(
        DiscontinueAssessment(assessment=discontinued.assessment, reason="Moved"), ASSESSED
    )
    no_need.does(complete(no_need, outcome=PlanOutcome.NO_PLAN, reasons="At work"), ASSESSED)
    for desk in (opened(), under_assessment(), discontinued, no_need):
        outcome = desk.asks(FIRST_PLAN, DRAWN_UP)
        assert refused(outcome) == [("plan-after-assessment", "16.1", None)]


def test_16_1_a_new_assessment_may_find_the_need_that_the_first_did_not() -> None:
    desk = under_assessment()
    desk.does(complete(desk, outcome=PlanOutcome.NO_PLAN, reasons="At work"), ASSESSED)
    desk.does(start("14.1.4"), date(2025, 2, 25))
    desk.does(interview(desk.assessment), date(2025, 2, 25))
    desk.does(complete(desk), date(2025, 2, 26))
    decision = desk.does(FIRST_PLAN, DRAWN_UP)
    assert decision.rules[0].inputs["assessmentCompletedOn"] == "2025-02-26"


@pytest.mark.guarantee("CS-11")
def test_16_1_of_two_assessments_the_one_completed_last_by_the_day_decides() -> None:
    desk = planned()
    desk.does(start("14.1.4"), date(2026, 1, 7))
    no_need = complete(desk, outcome=PlanOutcome.NO_PLAN, reasons="At work")
    desk.does(no_need, date(2026, 1, 9))
    outcome = desk.asks(second_plan(MAXIMUM), date(2026, 2, 23))
    assert refused(outcome) == [("plan-after-assessment", "16.1", None)]
    as_of_the_day_before = desk.asks(
        draw_up(date(2026, 3, 4), MAXIMUM, review_on=date(2026, 7, 8)), date(2026, 1, 8)
    )
    assert isinstance(as_of_the_day_before, Decision)
    desk.does(start("14.1.4"), date(2026, 1, 9))
    desk.does(complete(desk), date(2026, 1, 9))  # on the same day, after the one without need
    assert isinstance(desk.asks(second_plan(MAXIMUM), date(2026, 2, 23)), Decision)


# 20 § 3 mom.: the window of the first plan --------------------------------------------------------


def late_case(
    group: ResidenceGroup = ResidenceGroup.OTHER, granted: date = date(2022, 9, 16)
) -> Desk:
    """A permit of 16.9.2022 unless said otherwise, assessed on the last day but one of its window.

    The authority learned of the person on 30.1.2025.
    """
    desk = Desk()
    desk.does(open_case(), OPENED)
    desk.does(residence(granted, group), OPENED)
    ground, departure = "14.1.4", None
    if group is ResidenceGroup.VICTIM_OF_TRAFFICKING:
        ground, departure = "15.1.3", Departure(section="15.3", reason="No need of health care")
    desk.does(start(ground, departure=departure), date(2025, 9, 15))
    desk.does(complete(desk), date(2025, 9, 15))
    return desk


def from_day(day: date) -> DrawUpPlan:
    return draw_up(day, date(2026, 3, 31), review_on=date(2026, 1, 9))


@pytest.mark.guarantee("CS-12")
def test_20_3_the_first_plan_on_the_last_day_of_the_window_and_not_on_the_next() -> None:
    desk = late_case()
    last, next_day = date(2025, 9, 16), date(2025, 9, 17)
    assert isinstance(desk.asks(from_day(last), last), Decision)
    outcome = desk.asks(from_day(next_day), next_day)
    assert refused(outcome) == [("first-plan-window", "20.3", last)]
    assert pointers(outcome) == ["/effectiveOn"]


@pytest.mark.guarantee("CS-12")
def test_20_3_a_first_plan_recorded_after_the_window_is_decided_as_of_its_own_day() -> None:
    last = date(2025, 9, 16)
    outcome = late_case().asks(from_day(last), last, today=date(2025, 12, 1))
    assert isinstance(outcome, Decision)


@pytest.mark.guarantee("CS-12")
def test_20_3_the_window_limits_the_first_plan_only_and_no_victim_of_trafficking() -> None:
    desk = late_case()
    day = date(2025, 9, 16)
    desk.does(draw_up(day, date(2026, 3, 31), review_on=date(2026, 1, 9)), day)
    later = date(2026, 3, 30)
    outcome = desk.asks(
        draw_up(date(2026, 4, 1), date(2026, 12, 31), review_on=date(2026, 9, 1)), later
    )
    assert "first-plan-window" not in {rule for rule, _, _ in rule_log(outcome)}
    reached_in_time = late_case(ResidenceGroup.VICTIM_OF_TRAFFICKING)
    outcome = reached_in_time.asks(from_day(date(2025, 9, 17)), date(2025, 9, 17))
    assert refused(outcome) == [("first-plan-window", "20.3", day)]
    reached_later = late_case(ResidenceGroup.VICTIM_OF_TRAFFICKING, date(2022, 1, 29))
    outcome = reached_later.asks(from_day(date(2025, 9, 17)), date(2025, 9, 17))
    assert ("first-plan-window", "20.3", "exempt") in rule_log(outcome)


@pytest.mark.guarantee("CS-12")
def test_20_3_the_last_day_is_rolled_for_the_plan_and_not_for_the_assessment() -> None:
    granted, sunday, monday = date(2022, 11, 30), date(2025, 11, 30), date(2025, 12, 1)
    desk = late_case(granted=granted)
    assert isinstance(desk.asks(from_day(monday), monday), Decision)
    outcome = desk.asks(from_day(date(2025, 12, 2)), date(2025, 12, 2))
    assert refused(outcome) == [("first-plan-window", "20.3", monday)]
    another = Desk()
    another.does(open_case(), OPENED)
    another.does(residence(granted), OPENED)
    outcome = another.asks(start("14.1.4"), monday)
    assert refused(outcome) == [("assessment-window", "14.1", sunday)]


@pytest.mark.guarantee("CS-12")
def test_14_1_without_a_permit_known_for_the_day_the_window_cannot_be_counted() -> None:
    desk = Desk()
    desk.does(open_case(), OPENED)
    desk.does(residence(date(2025, 2, 20)), OPENED)
    desk.does(start("14.1.4"), date(2025, 2, 20))
    desk.does(complete(desk), date(2025, 2, 20))
    day = date(2025, 2, 19)
    act = draw_up(day, date(2026, 2, 1), review_on=date(2025, 8, 1))
    assert refused(desk.asks(act, day)) == [
        ("plan-after-assessment", "16.1", None),
        ("residence-basis-known", "14.1", None),
    ]


# 18 §: goals --------------------------------------------------------------------------------------


@pytest.mark.guarantee("CS-13")
@pytest.mark.parametrize(
    "status", [LabourMarketStatus.UNEMPLOYED_JOBSEEKER, LabourMarketStatus.JOBSEEKER]
)
def test_18_a_jobseekers_plan_has_a_goal_of_work(status: LabourMarketStatus) -> None:
    desk = jobseeker(status)

    def with_goals(*kinds: GoalKind) -> DrawUpPlan:
        return draw_up(
            DRAWN_UP,
            LAST_DAY,
            review_on=REVIEW_ON,
            goals=goals(*kinds),
            job_search_obligation="Four jobs a month",
        )

    without = desk.asks(with_goals(GoalKind.LANGUAGE, GoalKind.WORK_LIFE_READINESS), DRAWN_UP)
    assert refused(without) == [("goals", "18", None)]
    assert pointers(without) == ["/goals"]
    for kind in (GoalKind.EMPLOYMENT, GoalKind.ENTREPRENEURSHIP):
        assert isinstance(desk.asks(with_goals(kind), DRAWN_UP), Decision)


@pytest.mark.guarantee("CS-13")
def test_18_goals_that_others_as_a_rule_have_are_noted_and_not_demanded() -> None:
    act = draw_up(
        DRAWN_UP,
        LAST_DAY,
        review_on=REVIEW_ON,
        goals=goals(GoalKind.LANGUAGE),
        missing_goal_reason="Cares for a small child",
    )
    decision = assessed().asks(act, DRAWN_UP)
    missing = ("WORK_LIFE_READINESS", "EMPLOYMENT/ENTREPRENEURSHIP")
    assert ("goals", "18", missing) in rule_log(decision)
    assert only(decision, PlanDrawnUp).missing_goal_reason == "Cares for a small child"


@pytest.mark.guarantee("CS-13")
def test_18_whether_someone_is_a_jobseeker_is_asked_about_the_day_of_the_plan() -> None:
    act = draw_up(DRAWN_UP, LAST_DAY, review_on=REVIEW_ON, goals=goals(GoalKind.LANGUAGE))
    registered_next_day = assessed()
    registered_next_day.does(
        at(LabourMarketStatus.UNEMPLOYED_JOBSEEKER, date(2025, 3, 4)), date(2025, 3, 4)
    )
    assert isinstance(registered_next_day.asks(act, DRAWN_UP), Decision)
    told_late = assessed()
    told_late.does(at(LabourMarketStatus.UNEMPLOYED_JOBSEEKER, DRAWN_UP), date(2025, 3, 10))
    assert refused(told_late.asks(act, DRAWN_UP, today=date(2025, 3, 10))) == [
        ("goals", "18", None),
        ("job-search-obligation", "19", None),
    ]


@pytest.mark.guarantee("CS-13")
@pytest.mark.parametrize(("born", "expected"), [(3, ()), (4, ("UPPER_SECONDARY_EDUCATION",))])
def test_18_the_young_as_a_rule_study_until_the_day_they_are_25(
    born: int, expected: tuple[str, ...]
) -> None:
    desk = Desk()
    desk.does(open_case(date_of_birth=date(2000, 3, born)), OPENED)
    desk.does(residence(GRANTED), OPENED)
    desk.does(start("14.1.4"), date(2025, 2, 10))
    desk.does(complete(desk), ASSESSED)
    assert ("goals", "18", expected) in rule_log(desk.asks(FIRST_PLAN, DRAWN_UP))


# 19 §: the job-search obligation ------------------------------------------------------------------


@pytest.mark.guarantee("CS-13")
def test_19_a_jobseekers_plan_says_the_job_search_obligation_or_why_there_is_none() -> None:
    desk = jobseeker()
    outcome = desk.asks(FIRST_PLAN, DRAWN_UP)
    assert refused(outcome) == [("job-search-obligation", "19", None)]
    assert pointers(outcome) == ["/jobSearchObligation"]
    for said in ({"job_search_obligation": "Four jobs a month"}, {"no_job_search_reason": "Ill"}):
        act = draw_up(DRAWN_UP, LAST_DAY, review_on=REVIEW_ON, **said)
        decision = desk.asks(act, DRAWN_UP)
        assert ("job-search-obligation", "19", True) in rule_log(decision)
        fact = only(decision, PlanDrawnUp)
        assert {fact.job_search_obligation, fact.no_job_search_reason} == {None, *said.values()}


def test_19_others_have_no_job_search_obligation() -> None:
    rules = {rule for rule, _, _ in rule_log(assessed().asks(FIRST_PLAN, DRAWN_UP))}
    assert "job-search-obligation" not in rules
    employed = jobseeker(LabourMarketStatus.EMPLOYED)
    assert isinstance(employed.asks(FIRST_PLAN, DRAWN_UP), Decision)


# 16 § 1 mom.: one plan at a time ------------------------------------------------------------------


@pytest.mark.guarantee("CS-14")
def test_16_1_a_plan_begins_on_the_day_after_the_one_before_it_and_no_earlier() -> None:
    desk = planned()
    day = date(2026, 2, 23)
    assert isinstance(desk.asks(second_plan(MAXIMUM), day), Decision)
    overlapping = draw_up(LAST_DAY, MAXIMUM, review_on=date(2026, 8, 20))
    outcome = desk.asks(overlapping, day)
    assert refused(outcome) == [("one-plan-in-force", "16.1", None)]
    assert pointers(outcome) == ["/validFrom"]


@pytest.mark.guarantee("CS-14")
def test_16_1_a_plan_recorded_late_does_not_run_into_the_next_one() -> None:
    desk = assessed()
    desk.does(
        draw_up(date(2025, 6, 2), date(2026, 3, 3), review_on=date(2025, 9, 1)), date(2025, 6, 2)
    )
    until_the_day_before = draw_up(DRAWN_UP, date(2025, 6, 1), review_on=date(2025, 5, 5))
    on_its_first_day = draw_up(DRAWN_UP, date(2025, 6, 2), review_on=date(2025, 5, 5))
    assert isinstance(desk.asks(until_the_day_before, DRAWN_UP), Decision)
    assert refused(desk.asks(on_its_first_day, DRAWN_UP)) == [("one-plan-in-force", "16.1", None)]


@pytest.mark.guarantee("CS-14")
def test_16_1_an_ended_plan_makes_room_from_the_day_after_its_last() -> None:
    desk = planned()
    desk.does(end(desk.plan, date(2025, 6, 30)), date(2025, 6, 16))
    for first, lawful in ((date(2025, 6, 30), False), (date(2025, 7, 1), True)):
        act = draw_up(first, date(2026, 6, 30), review_on=date(2025, 12, 1))
        outcome = desk.asks(act, date(2025, 6, 16))
        if lawful:
            assert isinstance(outcome, Decision)
        else:
            assert refused(outcome) == [("one-plan-in-force", "16.1", None)]


def test_16_1_a_plan_that_ended_before_it_began_takes_no_room() -> None:
    desk = assessed()
    desk.does(draw_up(date(2025, 4, 1), LAST_DAY, review_on=REVIEW_ON), DRAWN_UP)
    desk.does(end(desk.plan, date(2025, 3, 10)), date(2025, 3, 10))
    act = draw_up(date(2025, 4, 1), LAST_DAY, review_on=REVIEW_ON)
    assert isinstance(desk.asks(act, date(2025, 3, 11)), Decision)


# 20 § 1 and 23 § 2 mom.: from when and until when -------------------------------------------------


@pytest.mark.guarantee("CS-15")
def test_20_1_a_plan_is_not_valid_before_it_is_drawn_up() -> None:
    desk = assessed()
    outcome = desk.asks(draw_up(date(2025, 3, 2), LAST_DAY, review_on=REVIEW_ON), DRAWN_UP)
    assert refused(outcome) == [("valid-from-drawing-up", "20.1", None)]
    assert pointers(outcome) == ["/validFrom"]
    later = draw_up(date(2025, 3, 17), LAST_DAY, review_on=REVIEW_ON)
    assert isinstance(desk.asks(later, DRAWN_UP), Decision)


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-15")
def test_23_2_first_plan_at_most_one_year_from_drawing_up(law: Law) -> None:
    desk = assessed(law)
    assert isinstance(desk.asks(FIRST_PLAN, DRAWN_UP), Decision)
    outcome = desk.asks(draw_up(DRAWN_UP, date(2026, 3, 4), review_on=REVIEW_ON), DRAWN_UP)
    assert refused(outcome) == [("first-plan", "23.2", LAST_DAY)]
    assert pointers(outcome) == ["/validUntil"]
    # The year runs from the drawing up, also where the plan begins later.
    begins_later = draw_up(date(2025, 4, 1), date(2026, 3, 4), review_on=REVIEW_ON)
    assert refused(desk.asks(begins_later, DRAWN_UP)) == [("first-plan", "23.2", LAST_DAY)]


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-15")
def test_23_2_all_plans_together_at_most_two_years_from_drawing_up_the_first(law: Law) -> None:
    desk = planned(law)
    day = date(2026, 2, 23)
    outcome = desk.asks(second_plan(date(2027, 3, 4)), day)
    assert refused(outcome) == [("all-plans", "23.2", date(2027, 3, 3))]
    assert pointers(outcome) == ["/validUntil"]
    decision = desk.does(second_plan(date(2027, 3, 3)), day)
    assert ("all-plans", "23.2", "2027-03-03") in rule_log(decision)
    assert "first-plan" not in {rule for rule, _, _ in rule_log(decision)}


@pytest.mark.guarantee("CS-15")
def test_23_2_neither_a_gap_nor_an_early_end_nor_a_review_starts_the_two_years_again() -> None:
    desk = planned()
    desk.does(review(desk.plan, next_on=date(2025, 12, 1)), date(2025, 6, 2))
    desk.does(end(desk.plan, date(2025, 6, 30)), date(2025, 6, 16))
    day = date(2026, 11, 2)
    past = draw_up(day, date(2027, 3, 4), review_on=date(2027, 2, 1))
    assert refused(desk.asks(past, day)) == [("all-plans", "23.2", MAXIMUM)]
    assert isinstance(desk.asks(draw_up(day, MAXIMUM, review_on=date(2027, 2, 1)), day), Decision)


@pytest.mark.guarantee("CS-15")
def test_23_2_a_second_plan_recorded_late_counts_from_the_first_as_of_its_own_day() -> None:
    desk = planned()
    day, today = date(2026, 2, 23), date(2026, 11, 20)
    assert isinstance(desk.asks(second_plan(MAXIMUM), day, today=today), Decision)
    outcome = desk.asks(second_plan(date(2027, 3, 4)), day, today=today)
    assert refused(outcome) == [("all-plans", "23.2", MAXIMUM)]


@pytest.mark.guarantee("CS-15")
def test_23_2_an_older_first_plan_recorded_late_may_not_put_a_later_one_past_the_maximum() -> None:
    desk = assessed()
    desk.does(
        draw_up(date(2025, 6, 2), date(2026, 6, 2), review_on=date(2025, 9, 1)), date(2025, 6, 2)
    )
    last = draw_up(date(2026, 6, 3), date(2027, 3, 10), review_on=date(2026, 9, 1))
    desk.does(last, date(2026, 6, 2))
    # Two years from 3.3.2025 are over on 3.3.2027; from 10.3.2025 on 10.3.2027.
    too_old = draw_up(DRAWN_UP, date(2025, 6, 1), review_on=date(2025, 5, 5))
    outcome = desk.asks(too_old, DRAWN_UP)
    assert refused(outcome) == [("later-plans-fit", "23.2", None)]
    assert pointers(outcome) == ["/effectiveOn"]
    old_enough = draw_up(date(2025, 3, 10), date(2025, 6, 1), review_on=date(2025, 5, 5))
    assert isinstance(desk.asks(old_enough, date(2025, 3, 10)), Decision)


@pytest.mark.guarantee("CS-15")
def test_23_2_a_plan_counted_from_one_told_late_was_too_long_until_its_ending_was_decided() -> None:
    desk = assessed()
    day = date(2026, 4, 7)
    desk.does(draw_up(day, date(2027, 4, 7), review_on=date(2026, 9, 1)), day)
    desk.does(end(desk.plan, date(2026, 10, 1)), date(2026, 5, 27))
    first = draw_up(DRAWN_UP, date(2025, 12, 1), review_on=date(2025, 9, 1))
    assert refused(desk.asks(first, DRAWN_UP)) == [("later-plans-fit", "23.2", None)]


# 22 § 1 mom.: the first review --------------------------------------------------------------------


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-16")
def test_22_1_the_first_review_is_set_within_six_months_of_drawing_up(law: Law) -> None:
    desk = assessed(law)
    on_the_last_day = draw_up(DRAWN_UP, LAST_DAY, review_on=date(2025, 9, 3))
    assert isinstance(desk.asks(on_the_last_day, DRAWN_UP), Decision)
    outcome = desk.asks(draw_up(DRAWN_UP, LAST_DAY, review_on=date(2025, 9, 4)), DRAWN_UP)
    assert refused(outcome) == [("review-due", "22.1", date(2025, 9, 3))]
    assert pointers(outcome) == ["/nextReviewOn"]


@pytest.mark.guarantee("CS-16")
def test_22_1_the_first_review_comes_after_the_day_of_drawing_up() -> None:
    desk = assessed()
    same_day = draw_up(DRAWN_UP, LAST_DAY, review_on=DRAWN_UP)
    assert refused(desk.asks(same_day, DRAWN_UP)) == [("review-due", "22.1", date(2025, 9, 3))]
    next_day = draw_up(DRAWN_UP, LAST_DAY, review_on=date(2025, 3, 4))
    assert isinstance(desk.asks(next_day, DRAWN_UP), Decision)


# several at once ----------------------------------------------------------------------------------


@pytest.mark.guarantee("CS-7")
def test_22_1_and_23_2_a_plan_and_its_review_both_too_late_are_named_at_once() -> None:
    act = draw_up(DRAWN_UP, date(2026, 3, 4), review_on=date(2025, 9, 4))
    assert refused(assessed().asks(act, DRAWN_UP)) == [
        ("first-plan", "23.2", date(2026, 3, 3)),
        ("review-due", "22.1", date(2025, 9, 3)),
    ]


@pytest.mark.guarantee("CS-7")
def test_every_rule_a_plan_breaks_is_named_in_the_order_of_the_act() -> None:
    desk = planned()
    desk.does(at(LabourMarketStatus.JOBSEEKER, OPENED), DRAWN_UP)
    act = draw_up(
        date(2025, 3, 10),
        date(2027, 3, 4),
        review_on=date(2026, 2, 2),
        goals=goals(GoalKind.LANGUAGE),
    )
    outcome = desk.asks(act, date(2025, 3, 11))
    assert refused(outcome) == [
        ("goals", "18", None),
        ("job-search-obligation", "19", None),
        ("one-plan-in-force", "16.1", None),
        ("valid-from-drawing-up", "20.1", None),
        ("all-plans", "23.2", MAXIMUM),
        ("review-due", "22.1", date(2025, 9, 11)),
    ]
