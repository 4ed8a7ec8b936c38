"""What is sent and what is answered. Code values are the product's, so that bodies are the same."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from cases.domain.codes.values import (
    Benefit,
    Initiative,
    LabourMarketStatus,
    ParticipationState,
    ReviewHeldBy,
    SourceKind,
)

Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2199, 12, 31))]
Text = Annotated[str, Field(min_length=1, max_length=4000)]
Name = Annotated[str, Field(min_length=1, max_length=200)]


class Body(BaseModel):
    """Base of everything in JSON: camelCase, nothing unknown."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, extra="forbid")


class SourceBody(Body):
    """Where the content came from."""

    kind: SourceKind
    name: Name | None = None


class ActBody(Body):
    """What every act may say."""

    effective_on: Day | None = None
    source: SourceBody | None = None


class ParticipationBody(Body):
    """How taking part in a measure has gone."""

    measure: UUID
    state: ParticipationState
    progress: Text | None = None
    result: Text | None = None


class MakerBody(Body):
    """Who held the review."""

    name: Name
    organisation: Name
    title: Name | None = None
    phone: Annotated[str, Field(min_length=3, max_length=50)] | None = None
    email: Annotated[str, Field(min_length=3, max_length=254)] | None = None


class ReviewBody(ActBody):
    """A review of a plan."""

    held_by: ReviewHeldBy
    initiative: Initiative
    participation: list[ParticipationBody] = Field(default=[], max_length=50)
    obstacles: list[Text] = Field(default=[], max_length=50)
    new_needs: list[Text] = Field(default=[], max_length=50)
    next_review_on: Day
    makers: list[MakerBody] = Field(min_length=1, max_length=20)


class LabourMarketStatusBody(ActBody):
    """The labour market status, and from when."""

    status: LabourMarketStatus
    since: Day = Field(alias="from")


class BenefitNoticeBody(ActBody):
    """A notice of a benefit, and the days it covers."""

    benefit: Benefit
    since: Day = Field(alias="from")
    until: Day | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until is not None and self.until < self.since:
            raise ValueError("until is before from")
        return self


class Recorded(Body):
    """The answer to an act: what was recorded, and the version the case is at with it."""

    case_id: UUID
    version: int
    act: str
    effective_on: date
    recorded_at: datetime
    content: dict[str, Any]


class PlanShown(Body):
    """A plan as it stands."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: str
    drawn_up_on: date
    valid_from: date
    valid_until: date
    next_review_on: date
    last_reviewed_on: date | None
    goals: list[dict[str, Any]]
    measures: list[dict[str, Any]]
    follow_up: str


class CaseShown(Body):
    """A case as it stands."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    authority: str
    origin: str
    opened_on: date
    closed_on: date | None
    person: dict[str, Any]
    labour_market_status: str | None
    labour_market_status_from: date | None
    benefits: list[dict[str, Any]]
    plans: list[PlanShown]
