"""What is known of family plans that name the case, and whether one is needed."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from cases.domain.case.assessment.acts import PlannedPlan
from cases.domain.case.assessment.evolution import Assessments
from cases.domain.case.family_plan.facts import NamedInFamilyPlan
from cases.domain.case.review.evolution import Reviews
from cases.domain.codes.values import PlanOutcome
from cases.domain.facts import Recorded
from cases.domain.model import State


class NamedPlan(State):
    """A family plan that names the case, as far as it was told last."""

    family_plan: UUID
    plan_version: int
    drawn_up_on: date
    until: date
    next_review_on: date | None


FamilyPlans = tuple[NamedPlan, ...]


def evolve(known: FamilyPlans, recorded: Recorded, fact: NamedInFamilyPlan) -> FamilyPlans:
    """The plans after one more note; what was told of an older version says nothing any more."""
    told = NamedPlan(
        family_plan=fact.family_plan,
        plan_version=fact.plan_version,
        drawn_up_on=fact.drawn_up_on,
        until=fact.until,
        next_review_on=fact.next_review_on,
    )
    before = next((each for each in known if each.family_plan == told.family_plan), None)
    if before is None:
        return (*known, told)
    newer = told if told.plan_version >= before.plan_version else before
    return tuple(newer if each is before else each for each in known)


class FamilyPlanNeed(State):
    """That a family plan is needed, by what was found last: since when, and when it is agreed."""

    subject_id: UUID
    since: date
    planned_on: date | None


def need_of_family_plan(
    assessments: Assessments, reviews: Reviews, named: FamilyPlans
) -> FamilyPlanNeed | None:
    """The need that an assessment or a review has found, and no plan has met since.

    What was found last replaces what was found before; a plan that lasts then meets it as well.
    """
    found: list[tuple[date, int, UUID, PlannedPlan]] = [
        (a.completed_on, a.version, a.assessment_id, a.family_plan)
        for a in assessments
        if a.completed_on is not None and a.family_plan is not None
    ]
    found += [(r.held_on, r.version, r.review_id, r.family_plan) for r in reviews if r.family_plan]
    if not found:
        return None
    since, _, subject, told = max(found, key=lambda each: each[:2])
    if told.outcome is PlanOutcome.NO_PLAN or _met(named, since):
        return None
    return FamilyPlanNeed(subject_id=subject, since=since, planned_on=told.date)


def _met(named: Iterable[NamedPlan], since: date) -> bool:
    return any(plan.until >= max(since, plan.drawn_up_on) for plan in named)
