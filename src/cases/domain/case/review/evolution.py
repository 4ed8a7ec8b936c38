"""What is known of the reviews held."""

from datetime import date
from uuid import UUID

from cases.domain.case.act import Maker
from cases.domain.case.assessment.acts import PlannedPlan
from cases.domain.case.plan.evolution import Plan
from cases.domain.case.review.acts import KindNeeded, Participation
from cases.domain.case.review.facts import PlanChanged, PlanReviewed
from cases.domain.codes.values import ReviewHeldBy
from cases.domain.facts import Recorded
from cases.domain.model import State


class Review(State):
    """One review of one plan; ``act_id`` is that of the act, which may carry more than it."""

    review_id: UUID
    plan_id: UUID
    version: int
    act_id: str
    held_on: date
    held_by: ReviewHeldBy
    next_review_on: date | None
    limited_to: tuple[UUID, ...] = ()
    kind_needed: KindNeeded | None = None
    family_plan: PlannedPlan | None = None
    intends_to_become_jobseeker: bool = False
    participation: tuple[Participation, ...] = ()
    obstacles: tuple[str, ...] = ()
    new_needs: tuple[str, ...] = ()
    changes: PlanChanged | None = None
    makers: tuple[Maker, ...] = ()


Reviews = tuple[Review, ...]


def evolve(reviews: Reviews, recorded: Recorded, fact: PlanReviewed) -> Reviews:
    """The reviews after one more."""
    review = Review(
        review_id=fact.review_id,
        plan_id=fact.plan_id,
        version=recorded.version,
        act_id=recorded.act_id,
        held_on=recorded.effective_on,
        held_by=fact.held_by,
        next_review_on=fact.next_review_on,
        limited_to=fact.limited_to,
        kind_needed=fact.kind_needed,
        family_plan=fact.family_plan,
        intends_to_become_jobseeker=bool(fact.intends_to_become_jobseeker),
        participation=fact.participation,
        obstacles=fact.obstacles,
        new_needs=fact.new_needs,
        changes=fact.changes,
        makers=fact.makers,
    )
    return (*reviews, review)


def last_review(reviews: Reviews, plan: Plan, day: date) -> Review | None:
    """The newest review of the plan held by ``day``."""
    held = [r for r in reviews if r.plan_id == plan.plan_id and r.held_on <= day]
    return max(held, key=lambda r: (r.held_on, r.version), default=None)


def reviewed_after(reviews: Reviews, plan_id: UUID, day: date) -> date | None:
    """The last review of the plan, where it was held after ``day``."""
    return max(
        (r.held_on for r in reviews if r.plan_id == plan_id and r.held_on > day), default=None
    )


def review_counted_from(
    reviews: Reviews, plan: Plan, day: date, *, limited_restarts: bool
) -> date | None:
    """The day from which the six months to the next review run (22 § 1 mom.).

    A review limited to one authority's own services (22 § 3 mom.) restarts them where the reading
    chosen says so. None for a plan of the repealed Act before its first review under 22 §.
    """
    held = [
        r.held_on
        for r in reviews
        if r.plan_id == plan.plan_id and r.held_on <= day and (limited_restarts or not r.limited_to)
    ]
    if held:
        return max(held)
    return None if plan.under_act else plan.drawn_up_on


def planned_review(reviews: Reviews, plan: Plan, day: date) -> date | None:
    """The day agreed for the next review, as known by ``day``.

    None where the last review agreed on no other, since the plan is over by then. A review limited
    to own services may leave the day as it was.
    """
    said = [
        r
        for r in reviews
        if r.plan_id == plan.plan_id
        and r.held_on <= day
        and (r.next_review_on is not None or not r.limited_to)
    ]
    last = max(said, key=lambda r: (r.held_on, r.version), default=None)
    return plan.next_review_on if last is None else last.next_review_on
