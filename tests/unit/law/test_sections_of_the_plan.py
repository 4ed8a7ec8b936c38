"""18, 20, 22, 23, 77 and 102 § and decree 1 §, in both editions that are lived under."""

from datetime import date

import pytest

from cases.domain.codes.values import GoalKind, PlanOutcome, ResidenceGroup
from cases.domain.law.decree_1 import decree_1_1_no_plan_reasons
from cases.domain.law.edition import Edition
from cases.domain.law.load import load_law
from cases.domain.law.section_18 import section_18_goals
from cases.domain.law.section_20 import section_20_3_outer_limit, section_20_5_guidance_due
from cases.domain.law.section_22 import section_22_1_review_due
from cases.domain.law.section_23 import section_23_2_first_plan, section_23_2_maximum
from cases.domain.law.section_77 import section_77_erasure
from cases.domain.law.section_102 import (
    section_102_2_first_plan,
    section_102_2_maximum,
    section_102_2_old_rules,
)
from cases.domain.law.window import Arrival
from cases.domain.time import DateOutOfRange

LAW = load_law()
BOTH = pytest.mark.parametrize(
    "edition",
    [LAW.edition("681/2023"), LAW.edition("681/2023@2025")],
    ids=lambda each: each.id,
)
OLD = LAW.durations("1386/2010")

WORK = GoalKind.EMPLOYMENT
BUSINESS = GoalKind.ENTREPRENEURSHIP
READINESS = GoalKind.WORK_LIFE_READINESS
SCHOOL = GoalKind.UPPER_SECONDARY_EDUCATION


@BOTH
@pytest.mark.guarantee("LW-6")
@pytest.mark.parametrize(
    ("jobseeker", "age", "goals", "mandatory", "expected"),
    [
        (True, 40, [WORK], [], []),
        (True, 40, [BUSINESS, GoalKind.LANGUAGE], [], []),
        (True, 40, [READINESS, SCHOOL], [(WORK, BUSINESS)], []),
        (True, None, [], [(WORK, BUSINESS)], []),
        (True, 24, [WORK], [], [(SCHOOL,)]),
        (True, 25, [WORK], [], []),
        (False, 40, [READINESS, BUSINESS], [], []),
        (False, 40, [READINESS], [], [(WORK, BUSINESS)]),
        (False, 40, [WORK], [], [(READINESS,)]),
        (False, None, [], [], [(READINESS,), (WORK, BUSINESS)]),
        (False, 24, [READINESS, WORK], [], [(SCHOOL,)]),
        (False, 24, [READINESS, WORK, SCHOOL], [], []),
        (False, 25, [READINESS, WORK], [], []),
    ],
)
def test_18_a_jobseekers_work_goal_is_mandatory_and_other_goals_are_expected(  # noqa: PLR0917
    edition: Edition,
    jobseeker: bool,
    age: int | None,
    goals: list[GoalKind],
    mandatory: list[tuple[GoalKind, ...]],
    expected: list[tuple[GoalKind, ...]],
) -> None:
    checked = section_18_goals(edition, jobseeker=jobseeker, age=age, goals=goals).value
    assert [need.one_of for need in checked.mandatory_missing] == mandatory
    assert [need.one_of for need in checked.expected_missing] == expected


@BOTH
def test_18_the_line_names_all_that_is_missing_alternatives_together(edition: Edition) -> None:
    line = section_18_goals(edition, jobseeker=True, age=20, goals=[GoalKind.LANGUAGE]).line
    assert (line.rule, line.section, line.edition) == ("goals", "18", edition.id)
    assert line.inputs == {"jobseeker": True, "age": 20, "goals": ("LANGUAGE",)}
    assert line.result == ("EMPLOYMENT/ENTREPRENEURSHIP", "UPPER_SECONDARY_EDUCATION")


@BOTH
@pytest.mark.guarantee("LW-4")
def test_20_3_first_plan_within_the_window_of_three_years_rolled_as_a_deadline(
    edition: Edition,
) -> None:
    limit = section_20_3_outer_limit(edition, Arrival(first_granted_on=date(2025, 3, 4)))
    assert limit.value == date(2028, 3, 6)  # 4 March 2028 is a Saturday
    assert (limit.line.rule, limit.line.section) == ("first-plan-window", "20.3")
    eve = section_20_3_outer_limit(edition, Arrival(first_granted_on=date(2023, 12, 24)))
    assert eve.value == date(2026, 12, 28)  # after Christmas and a weekend
    victim = Arrival(
        first_granted_on=date(2015, 3, 4),
        group=ResidenceGroup.VICTIM_OF_TRAFFICKING,
        # Two days after the window, whatever its last day is rolled to: it was a Sunday.
        reached_on=date(2018, 3, 5),
    )
    assert section_20_3_outer_limit(edition, victim).value is None


@BOTH
@pytest.mark.guarantee("LW-4")
@pytest.mark.parametrize(
    ("drawn_up_on", "due"),
    [
        (date(2025, 3, 3), date(2025, 4, 3)),
        (date(2025, 1, 31), date(2025, 2, 28)),
        (date(2025, 5, 20), date(2025, 6, 23)),  # Midsummer Eve, Midsummer Day, a Sunday
        (date(2025, 11, 24), date(2025, 12, 29)),  # Christmas, then a weekend
    ],
)
def test_20_5_guidance_to_services_within_a_month_rolled(
    edition: Edition, drawn_up_on: date, due: date
) -> None:
    guidance = section_20_5_guidance_due(edition, drawn_up_on)
    assert guidance.value == due
    assert guidance.line.model_dump() == {
        "rule": "guidance-to-services",
        "section": "20.5",
        "edition": edition.id,
        "inputs": {"drawnUpOn": drawn_up_on.isoformat(), "period": "P1M"},
        "result": due.isoformat(),
    }


@BOTH
@pytest.mark.guarantee("LW-4")
@pytest.mark.parametrize(
    ("counted_from", "due"),
    [
        (date(2025, 3, 3), date(2025, 9, 3)),
        (date(2025, 8, 31), date(2026, 3, 2)),  # 28 February is a Saturday
        (date(2025, 6, 6), date(2025, 12, 8)),  # Independence Day, a Sunday
        (date(2025, 11, 1), date(2026, 5, 4)),  # May Day, a weekend
    ],
)
def test_22_1_first_review_within_six_months_of_drawing_up(
    edition: Edition, counted_from: date, due: date
) -> None:
    review = section_22_1_review_due(edition, counted_from)
    assert review.value == due
    assert review.line.model_dump() == {
        "rule": "review-due",
        "section": "22.1",
        "edition": edition.id,
        "inputs": {"countedFrom": counted_from.isoformat(), "period": "P6M"},
        "result": due.isoformat(),
    }


@BOTH
@pytest.mark.guarantee("LW-3")
@pytest.mark.parametrize(
    ("drawn_up_on", "last"),
    [
        (date(2025, 3, 3), date(2026, 3, 3)),
        (date(2024, 2, 29), date(2025, 2, 28)),
        (date(2025, 3, 7), date(2026, 3, 7)),  # a Saturday: validity never rolls
    ],
)
def test_23_2_first_plan_at_most_one_year(edition: Edition, drawn_up_on: date, last: date) -> None:
    first = section_23_2_first_plan(edition, drawn_up_on)
    assert first.value == last
    assert first.line.model_dump() == {
        "rule": "first-plan",
        "section": "23.2",
        "edition": edition.id,
        "inputs": {"drawnUpOn": drawn_up_on.isoformat(), "period": "P1Y"},
        "result": last.isoformat(),
    }


@BOTH
@pytest.mark.guarantee("LW-3")
@pytest.mark.parametrize(
    ("first_drawn_up_on", "last"),
    [
        (date(2025, 3, 3), date(2027, 3, 3)),
        (date(2024, 2, 29), date(2026, 2, 28)),
        (date(2025, 5, 1), date(2027, 5, 1)),  # May Day and a Saturday: it never rolls
    ],
)
def test_23_2_all_plans_at_most_two_years_from_the_first(
    edition: Edition, first_drawn_up_on: date, last: date
) -> None:
    maximum = section_23_2_maximum(edition, first_drawn_up_on)
    assert maximum.value == last
    assert maximum.line.model_dump() == {
        "rule": "all-plans",
        "section": "23.2",
        "edition": edition.id,
        "inputs": {"firstDrawnUpOn": first_drawn_up_on.isoformat(), "period": "P2Y"},
        "result": last.isoformat(),
    }


@BOTH
@pytest.mark.guarantee("LW-6")
def test_77_erasure_when_four_years_have_passed_and_not_a_day_before(edition: Edition) -> None:
    erasure = section_77_erasure(edition, date(2025, 3, 3))
    assert erasure.value == date(2029, 3, 4)  # a Sunday: erasure does not roll
    assert (erasure.line.rule, erasure.line.section) == ("erasure", "77")
    with pytest.raises(DateOutOfRange):
        section_77_erasure(edition, date(9995, 12, 31))


@BOTH
@pytest.mark.guarantee("LW-6")
def test_102_2_plans_whose_first_is_older_than_the_act_keep_the_old_durations(
    edition: Edition,
) -> None:
    assert section_102_2_old_rules(edition, date(2024, 12, 31)).value
    assert not section_102_2_old_rules(edition, date(2025, 1, 1)).value
    assert LAW.durations(edition.old_plans.durations_of) == OLD


@BOTH
@pytest.mark.guarantee("LW-6")
def test_102_2_old_first_plan_a_year_and_all_old_plans_three_from_signing(
    edition: Edition,
) -> None:
    assert section_102_2_first_plan(edition, OLD, date(2022, 10, 3)).value == date(2023, 10, 3)
    maximum = section_102_2_maximum(edition, OLD, date(2022, 10, 3))
    assert maximum.value == date(2025, 10, 3)
    assert maximum.line.model_dump() == {
        "rule": "old-all-plans",
        "section": "102.2",
        "edition": edition.id,
        "inputs": {"firstSignedOn": "2022-10-03", "durationsOf": "1386/2010", "period": "P3Y"},
        "result": "2025-10-03",
    }


@BOTH
@pytest.mark.guarantee("LW-6")
@pytest.mark.parametrize(
    ("outcome", "reasons", "complete"),
    [
        (PlanOutcome.NO_PLAN, None, False),
        (PlanOutcome.NO_PLAN, "  ", False),
        (PlanOutcome.NO_PLAN, "Already at work in her own field", True),
        (PlanOutcome.PLAN_ON_DATE, None, True),
        (PlanOutcome.AS_SOON_AS_POSSIBLE, None, True),
    ],
)
def test_decree_1_1_no_plan_only_with_reasons_which_stay_out_of_the_rule_log(
    edition: Edition, outcome: PlanOutcome, reasons: str | None, complete: bool
) -> None:
    applied = decree_1_1_no_plan_reasons(edition, outcome, reasons)
    assert applied.value is complete
    assert applied.line.section == "decree:1.1"
    assert "own field" not in applied.line.model_dump_json()
