"""What a case knows of family plans: the need of one, and where those stand that name it (21 §)."""

from datetime import date
from uuid import UUID

import pytest
from tests.desk import ASSESSED, Desk, complete, planned, refused, review, under_assessment

from cases.domain.case.act import Decision
from cases.domain.case.assessment.acts import PlannedPlan
from cases.domain.case.family_plan.acts import NoteFamilyPlan
from cases.domain.codes.values import DueKind, PlanOutcome
from cases.domain.questions.dues import Due, dues

FAMILY = UUID("f0000000-0000-4000-8000-000000000001")
DRAWN_UP = date(2025, 5, 12)
UNTIL = date(2026, 5, 12)
REVIEW = date(2025, 11, 10)
NEEDED = PlannedPlan(outcome=PlanOutcome.PLAN_ON_DATE, date=DRAWN_UP)
NOT_NEEDED = PlannedPlan(outcome=PlanOutcome.NO_PLAN, reasons="No common services")
KINDS = {DueKind.FAMILY_PLAN_TO_DRAW_UP, DueKind.FAMILY_PLAN_REVIEW}


def note(version: int = 1, until: date = UNTIL, next_on: date | None = REVIEW) -> NoteFamilyPlan:
    return NoteFamilyPlan(
        family_plan=FAMILY,
        plan_version=version,
        drawn_up_on=DRAWN_UP,
        until=until,
        next_review_on=next_on,
    )


def found(need: PlannedPlan) -> Desk:
    desk = under_assessment()
    desk.does(complete(desk, family_plan=need), ASSESSED)
    return desk


def told(desk: Desk) -> list[Due]:
    return [due for due in dues(desk.state, desk.law) if due.kind in KINDS]


@pytest.mark.guarantee("FP-6")
def test_21_1_a_need_that_was_found_is_due_until_a_plan_names_the_case() -> None:
    assert told(found(NOT_NEEDED)) == []
    desk = found(NEEDED)
    [due] = told(desk)
    assert due.kind is DueKind.FAMILY_PLAN_TO_DRAW_UP
    assert (due.section, due.planned_on, due.since) == ("21.1", DRAWN_UP, ASSESSED)
    desk.does(note(), DRAWN_UP)
    [due] = told(desk)
    assert due.kind is DueKind.FAMILY_PLAN_REVIEW
    assert (due.subject_id, due.planned_on, due.shown_until) == (FAMILY, REVIEW, UNTIL)


@pytest.mark.guarantee("FP-6")
@pytest.mark.parametrize(
    ("until", "due"), [(date(2025, 8, 31), True), (date(2025, 9, 1), False)], ids=["over", "lasts"]
)
def test_21_1_a_need_found_by_a_review_is_met_by_a_plan_that_lasts_then(
    until: date, due: bool
) -> None:
    desk, on = planned(), date(2025, 9, 1)
    desk.does(note(until=until, next_on=None), DRAWN_UP)
    desk.does(review(desk.plan, next_on=date(2026, 2, 2), family_plan=NEEDED), on)
    assert bool(told(desk)) is due


@pytest.mark.guarantee("FP-6")
def test_what_was_found_last_counts() -> None:
    desk = planned()
    desk.does(review(desk.plan, next_on=date(2026, 2, 2), family_plan=NEEDED), date(2025, 9, 1))
    assert told(desk)
    desk.does(
        review(desk.plan, next_on=date(2026, 3, 2), family_plan=NOT_NEEDED), date(2025, 12, 1)
    )
    assert told(desk) == []


@pytest.mark.guarantee("FP-6")
def test_notes_are_taken_once_and_in_the_order_of_the_plan() -> None:
    desk = planned()
    desk.does(note(1), DRAWN_UP)
    twice = [("family-plan-noted-once", "21.1", None)]
    assert refused(desk.asks(note(1), DRAWN_UP), conflict=True) == twice
    assert refused(desk.asks(note(2), DRAWN_UP), conflict=True) == twice  # nothing new for this one
    desk.does(note(3, until=REVIEW, next_on=None), REVIEW)
    assert refused(desk.asks(note(2, next_on=UNTIL), REVIEW), conflict=True) == twice
    [plan] = desk.state.family_plans
    assert (plan.plan_version, plan.until, plan.next_review_on) == (3, REVIEW, None)
    assert told(desk) == []


@pytest.mark.guarantee("FP-6")
def test_a_note_is_no_act_on_the_case() -> None:
    desk = planned()
    before = desk.state.latest_effective_on
    assert isinstance(desk.asks(note(), DRAWN_UP), Decision)
    desk.does(note(), DRAWN_UP)
    assert desk.state.latest_effective_on == before
