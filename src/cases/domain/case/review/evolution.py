"""What is known of the reviews held."""

from datetime import date
from uuid import UUID

from cases.domain.case.plan.evolution import Plan
from cases.domain.case.review.facts import PlanReviewed
from cases.domain.codes.values import ReviewHeldBy
from cases.domain.facts import Recorded
from cases.domain.model import State


class Review(State):
    """One review of one plan."""

    review_id: UUID
    plan_id: UUID
    version: int
    held_on: date
    held_by: ReviewHeldBy
    next_review_on: date


Reviews = tuple[Review, ...]


def evolve(reviews: Reviews, recorded: Recorded, fact: PlanReviewed) -> Reviews:
    """The reviews after one more."""
    review = Review(
        review_id=fact.review_id,
        plan_id=fact.plan_id,
        version=recorded.version,
        held_on=recorded.effective_on,
        held_by=fact.held_by,
        next_review_on=fact.next_review_on,
    )
    return (*reviews, review)


def last_review(reviews: Reviews, plan: Plan, day: date) -> Review | None:
    """The newest review of the plan held by ``day``."""
    held = [r for r in reviews if r.plan_id == plan.plan_id and r.held_on <= day]
    return max(held, key=lambda r: (r.held_on, r.version), default=None)


def review_counted_from(reviews: Reviews, plan: Plan, day: date) -> date:
    """The day from which the six months to the next review run (22 § 1 mom.)."""
    last = last_review(reviews, plan, day)
    return last.held_on if last else plan.drawn_up_on


def planned_review(reviews: Reviews, plan: Plan, day: date) -> date:
    """The day agreed for the next review, as known by ``day``."""
    last = last_review(reviews, plan, day)
    return last.next_review_on if last else plan.next_review_on
