"""What is told late never leaves a plan in force beyond the maximum, nor takes a granted day."""

from datetime import date

import pytest
from tests.acts import (
    continue_for_studies,
    draw_up,
    end,
    extend,
    goals,
    lengthen,
    obstacle,
    review,
    start_studies,
    switch,
)
from tests.desk import DRAWN_UP, LAST_DAY, LAW, MAXIMUM, refused
from tests.standing import assessed, planned, planned_to_the_maximum

from cases.domain.case.act import Decision
from cases.domain.case.earlier import EarlierPlans
from cases.domain.case.extension.acts import Extension
from cases.domain.case.person.acts import RecordBenefitNotice
from cases.domain.case.plan.maximum import maximum_on
from cases.domain.case.plan.validity import validity
from cases.domain.case.review.acts import PlanChanges
from cases.domain.case.studies.acts import EndSupportedStudies
from cases.domain.codes.terms import Language
from cases.domain.codes.values import (
    Benefit,
    DueKind,
    ExtensionGround,
    GoalKind,
    InForce,
    PlanKind,
    StudiesEndReason,
)
from cases.domain.law.texts import explain
from cases.domain.questions.as_of import AsOf, known
from cases.domain.questions.current_plan import current_plan
from cases.domain.questions.dues import what_is_due
from cases.domain.questions.explanation import explanation
from cases.domain.questions.plan_page import plan_page

STUDYING_FROM = date(2026, 9, 1)
GRANTED = date(2026, 10, 1)
A_YEAR_MORE = date(2028, 3, 3)


@pytest.mark.guarantee("CS-15")
def test_23_2_a_plan_of_an_earlier_case_told_late_cuts_the_plans_of_this_one() -> None:
    desk = planned_to_the_maximum()
    earlier = EarlierPlans(first_drawn_up_on=date(2025, 1, 20), granted=())
    desk.state = desk.state.having(earlier_plans=earlier)
    most = maximum_on(desk.state, LAW.governing(GRANTED), GRANTED)
    assert most is not None
    assert most.until < MAXIMUM
    days = validity(desk.state.plans[-1], desk.state, LAW.governing(GRANTED), GRANTED)
    assert days.last_day == most.until
    asked = known(desk.facts, AsOf(valid_on=GRANTED))
    told = explanation(asked.having(state=desk.state), LAW, Language.EN)
    assert told.valid_until is not None
    assert told.valid_until.date == most.until
    assert "By what was recorded of the person since" in told.valid_until.text


@pytest.mark.guarantee("CS-26")
def test_31_1_an_illness_told_after_the_year_for_studies_is_added_to_it() -> None:
    desk = planned_to_the_maximum(born=date(2002, 3, 20))
    desk.does(start_studies(desk.plan, STUDYING_FROM), STUDYING_FROM)
    desk.does(extend(desk.plan, lengthen(ExtensionGround.STUDIES_UNDER_25, A_YEAR_MORE)), GRANTED)
    # Twenty-five on 20.3.2027: twenty days of illness carry the maximum past that day.
    ill = obstacle(date(2026, 4, 10), date(2026, 4, 29))
    desk.does(extend(desk.plan, ill), date(2026, 11, 2))
    assert desk.maximum() == desk.last_day() == date(2028, 3, 23)
    # A length for special measures is counted from the maximum without the year for studies.
    more = lengthen(ExtensionGround.LITTLE_EDUCATION, date(2028, 6, 3))
    desk.does(extend(desk.plan, more), date(2026, 11, 2))
    assert desk.maximum() == desk.last_day() == date(2028, 6, 3)


@pytest.mark.guarantee("CS-24")
def test_23_4_days_not_lived_yet_or_without_a_plan_are_no_obstacle() -> None:
    desk = planned()
    ahead = obstacle(date(2025, 3, 3), date(2025, 3, 11))
    outcome = desk.asks(extend(desk.plan, ahead), date(2025, 3, 10))
    assert refused(outcome) == [("obstacle-while-planned", "23.4", date(2025, 3, 10))]
    lived = obstacle(date(2025, 3, 3), date(2025, 3, 10))
    assert isinstance(desk.asks(extend(desk.plan, lived), date(2025, 3, 10)), Decision)
    # The first plan ends on 3.3.2026; the next begins a month later.
    desk.does(draw_up(date(2026, 4, 3), MAXIMUM, review_on=date(2026, 8, 3)), date(2026, 2, 23))
    between = obstacle(date(2026, 3, 1), date(2026, 4, 9))
    assert refused(desk.asks(extend(desk.plan, between), date(2026, 4, 10))) == [
        ("obstacle-while-planned", "23.4", date(2026, 4, 10))
    ]


@pytest.mark.guarantee("CS-24")
def test_23_4_an_obstacle_over_two_plans_that_follow_each_other_counts_whole() -> None:
    desk = planned_to_the_maximum()
    over_both = obstacle(date(2026, 3, 1), date(2026, 3, 9))
    desk.does(extend(desk.plan, over_both), date(2026, 3, 10))
    assert desk.maximum() == date(2027, 3, 12)


@pytest.mark.guarantee("CS-23")
def test_23_3_an_allowance_that_was_told_to_end_is_none_at_the_maximum() -> None:
    desk = planned_to_the_maximum()
    home_care = Benefit.CHILD_HOME_CARE_ALLOWANCE
    desk.does(RecordBenefitNotice(benefit=home_care, since=date(2025, 1, 1)), date(2026, 3, 9))
    assert home_care in desk.state.person.benefits_on(MAXIMUM)
    told = RecordBenefitNotice(benefit=home_care, since=date(2025, 1, 1), until=date(2026, 6, 30))
    desk.does(told, date(2026, 7, 1))
    assert home_care not in desk.state.person.benefits_on(MAXIMUM)
    assert home_care in desk.state.person.benefits_on(date(2026, 6, 30))


@pytest.mark.guarantee("CS-28")
def test_31_2_studies_that_begin_after_the_maximum_bring_no_plan_back() -> None:
    desk = planned_to_the_maximum(born=date(1990, 1, 1))
    desk.does(start_studies(desk.plan, STUDYING_FROM), STUDYING_FROM)
    desk.does(continue_for_studies(desk.plan), date(2027, 2, 1))
    ended = EndSupportedStudies(
        plan=desk.plan, ended_on=date(2027, 5, 31), reason=StudiesEndReason.STUDIES_COMPLETED
    )
    desk.does(ended, date(2027, 5, 31))
    again = start_studies(desk.plan, date(2027, 5, 31))
    rules = [rule for rule, _, _ in refused(desk.asks(again, date(2027, 5, 31)))]
    assert rules == ["studies-while-planned", "one-course-at-a-time"]
    assert desk.in_force(date(2027, 6, 1)) is None


@pytest.mark.guarantee("CS-31")
def test_22_an_extension_and_the_last_day_it_allows_go_in_one_review() -> None:
    desk = planned_to_the_maximum()
    desk.does(
        review(desk.plan, next_on=date(2026, 11, 2), changes=PlanChanges(valid_until=GRANTED)),
        date(2026, 5, 4),
    )
    assert desk.last_day() == GRANTED
    measures = ("Half pace",)
    both = review(
        desk.plan,
        next_on=date(2026, 12, 1),
        extension=Extension(
            ground=ExtensionGround.LITTLE_EDUCATION, until=A_YEAR_MORE, special_measures=measures
        ),
        changes=PlanChanges(valid_until=A_YEAR_MORE),
    )
    desk.does(both, date(2026, 6, 1))
    assert desk.last_day() == desk.maximum() == A_YEAR_MORE


@pytest.mark.guarantee("CS-31")
def test_23_2_of_two_plans_drawn_up_on_one_day_the_first_alone_has_a_year() -> None:
    desk = planned()
    desk.does(
        review(
            desk.plan, next_on=date(2025, 8, 3), changes=PlanChanges(valid_until=date(2025, 6, 30))
        ),
        date(2025, 3, 3),
    )
    desk.does(
        draw_up(date(2025, 7, 1), date(2026, 12, 31), review_on=date(2025, 9, 1)), date(2025, 3, 3)
    )
    longer = review(desk.plan, next_on=date(2025, 12, 1), changes=PlanChanges(valid_until=MAXIMUM))
    desk.does(longer, date(2025, 9, 1))
    assert desk.last_day() == MAXIMUM


def test_18_a_missing_goal_is_named() -> None:
    desk = assessed()
    act = draw_up(DRAWN_UP, LAST_DAY, review_on=date(2025, 9, 1), goals=goals(GoalKind.EMPLOYMENT))
    desk.does(act, DRAWN_UP)
    (line,) = [rule for rule in desk.facts[-1].rules if rule.rule == "goals"]
    assert line.result == ("WORK_LIFE_READINESS",)
    assert "work-life readiness" in explain(line, Language.EN)


@pytest.mark.guarantee("CS-28")
def test_31_2_a_switch_told_late_takes_no_continuation_away() -> None:
    desk = planned_to_the_maximum(born=date(1990, 1, 1))
    desk.does(start_studies(desk.plan, STUDYING_FROM), STUDYING_FROM)
    desk.does(continue_for_studies(desk.plan), date(2027, 2, 1))
    told_late = switch(
        desk.plan,
        PlanKind.MULTISECTORAL,
        valid_from=date(2026, 12, 1),
        valid_until=MAXIMUM,
        review_on=date(2027, 3, 1),
    )
    outcome = desk.asks(told_late, date(2026, 12, 1), today=date(2027, 2, 2))
    assert refused(outcome, conflict=True) == [("not-continued-yet", "31.2", None)]
    # Nor does an obstacle whose stated day would leave the plan before the maximum.
    ill = obstacle(date(2026, 11, 2), date(2026, 11, 11))
    short = extend(desk.plan, ill.model_copy(update={"until": date(2027, 3, 8)}))
    outcome = desk.asks(short, date(2027, 2, 2))
    assert refused(outcome) == [("obstacle-adds-days", "23.4", date(2027, 3, 13))]
    desk.does(extend(desk.plan, ill), date(2027, 2, 2))
    assert desk.in_force(date(2027, 3, 20)) is InForce.FOR_STUDIES_ONLY


@pytest.mark.guarantee("CS-18")
def test_23_3_a_plan_has_not_ended_before_it_was_extended_or_hindered() -> None:
    desk = planned()
    lived = obstacle(date(2025, 5, 1), date(2025, 5, 20))
    desk.does(extend(desk.plan, lived), date(2025, 6, 2))
    early, decided = date(2025, 4, 30), date(2025, 4, 1)
    ended = end(desk.plan, early)
    outcome = desk.asks(ended, decided, today=date(2025, 6, 3))
    assert refused(outcome, conflict=True) == [("ended-after-extension", "23.3", None)]
    shorter = review(
        desk.plan, next_on=date(2025, 9, 1), changes=PlanChanges(valid_until=date(2025, 5, 19))
    )
    rules = [r for r, _, _ in refused(desk.asks(shorter, decided, today=date(2025, 6, 3)))]
    assert rules == ["ended-after-extension"]
    desk.does(end(desk.plan, date(2025, 6, 2)), date(2025, 6, 2))


@pytest.mark.guarantee("CS-24")
def test_23_4_the_days_of_an_earlier_case_are_its_own() -> None:
    desk = planned()
    desk.state = desk.state.having(
        earlier_plans=EarlierPlans(first_drawn_up_on=date(2025, 1, 20), granted=())
    )
    before = obstacle(date(2025, 2, 1), date(2025, 2, 10))
    outcome = desk.asks(extend(desk.plan, before), date(2025, 4, 1))
    assert [rule for rule, _, _ in refused(outcome)] == ["obstacle-while-planned"]


@pytest.mark.guarantee("CS-20")
def test_22_1_after_the_last_review_no_other_is_awaited() -> None:
    desk = planned()
    shorter = PlanChanges(valid_until=date(2025, 12, 31))
    desk.does(review(desk.plan, next_on=None, changes=shorter), date(2025, 9, 1))
    day = date(2025, 10, 1)
    asked = known(desk.facts, AsOf(valid_on=day))
    plan = current_plan(asked, LAW).plan
    assert plan is not None
    assert plan.next_review_on is None
    due = [each.due for each in what_is_due(asked, LAW, Language.EN).dues]
    assert DueKind.REVIEW not in due
    page = plan_page(asked, LAW, Language.EN, str)
    (of_review,) = (part for part in page.parts if part.heading == "Review of the plan")
    assert "has not been recorded" not in str(of_review)
