"""Facts of review."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from cases.domain.case.act import Maker
from cases.domain.case.review.acts import Participation
from cases.domain.codes.values import Initiative, ReviewHeldBy
from cases.domain.facts import Fact


class PlanReviewed(Fact):
    """A plan was reviewed on the fact's legal date."""

    TOPIC: ClassVar[str] = "plan.reviewed"

    review_id: UUID
    plan_id: UUID
    held_by: ReviewHeldBy
    initiative: Initiative
    participation: tuple[Participation, ...] = ()
    obstacles: tuple[str, ...] = ()
    new_needs: tuple[str, ...] = ()
    next_review_on: date
    makers: tuple[Maker, ...]
