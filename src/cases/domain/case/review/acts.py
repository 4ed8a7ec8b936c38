"""Acts of review."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from cases.domain.case.act import Act, LegalDate, Maker, Text
from cases.domain.codes.values import Initiative, ParticipationState, ReviewHeldBy
from cases.domain.model import Value


class Participation(Value):
    """How taking part in one agreed measure has gone (decree 3 § 4 mom.)."""

    measure: UUID
    state: ParticipationState
    progress: Text | None = None
    result: Text | None = None


class ReviewPlan(Act):
    """Hold a review of the plan. Its legal date is the day the review was held."""

    NAME: ClassVar[str] = "reviewPlan"

    plan: UUID
    held_by: ReviewHeldBy
    initiative: Initiative
    participation: tuple[Participation, ...] = Field(default=(), max_length=50)
    obstacles: tuple[Text, ...] = Field(default=(), max_length=50)
    new_needs: tuple[Text, ...] = Field(default=(), max_length=50)
    next_review_on: LegalDate
    makers: tuple[Maker, ...] = Field(min_length=1, max_length=20)
