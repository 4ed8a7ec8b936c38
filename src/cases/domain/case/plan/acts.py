"""Acts of the plan, and what a plan is made of."""

from typing import Annotated, ClassVar, Self
from uuid import UUID

from pydantic import Field, model_validator

from cases.domain.case.act import Act, LegalDate, Maker, OrganisationId, Text
from cases.domain.codes.values import EndingGround, GoalKind, GoalTerm, PlanKind, Service
from cases.domain.model import Value


class Goal(Value):
    """A long-term goal, or one of the plan's period (18 §)."""

    term: GoalTerm
    kind: GoalKind
    text: Text


class Measure(Value):
    """An agreed measure or service, with why it serves the goal (19 §)."""

    service: Service
    provider: OrganisationId
    serves: Text
    responsible: OrganisationId | None = None
    part_time: bool | None = None
    hours: Annotated[int, Field(ge=1, le=10_000)] | None = None


class DrawUpPlan(Act):
    """Draw up a plan. Its drawing-up date is the act's legal date.

    ``valid_until`` is the last day of validity. ``missing_goal_reason`` says why a goal the Act
    expects is absent; ``no_job_search_reason`` why a registered jobseeker has no job-search
    obligation; ``rights_and_duties_explained`` that the client was told (24 §).
    """

    NAME: ClassVar[str] = "drawUpPlan"

    kind: PlanKind
    valid_from: LegalDate
    valid_until: LegalDate
    goals: tuple[Goal, ...] = Field(min_length=1, max_length=50)
    measures: tuple[Measure, ...] = Field(min_length=1, max_length=50)
    follow_up: Text
    next_review_on: LegalDate
    makers: tuple[Maker, ...] = Field(min_length=1, max_length=20)
    job_search_obligation: Text | None = None
    no_job_search_reason: Text | None = None
    missing_goal_reason: Text | None = None
    rights_and_duties_explained: bool | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_until < self.valid_from:
            msg = "validUntil is before validFrom"
            raise ValueError(msg)
        return self


class GuideToServices(Act):
    """Guide the client to services the plan agrees on (20 § 5 mom.)."""

    NAME: ClassVar[str] = "guideToServices"

    plan: UUID
    measures: tuple[UUID, ...] = Field(min_length=1, max_length=50)

    @model_validator(mode="after")
    def _names_a_measure_once(self) -> Self:
        if len(set(self.measures)) != len(self.measures):
            msg = "a measure is named twice"
            raise ValueError(msg)
        return self


class EndPlan(Act):
    """End the plan before its last day. ``ends_on`` is the last day it is in force."""

    NAME: ClassVar[str] = "endPlan"

    plan: UUID
    ground: EndingGround
    ends_on: LegalDate
    reason: Text | None = None

    @model_validator(mode="after")
    def _another_ground_needs_its_reason(self) -> Self:
        if self.ground is EndingGround.OTHER and self.reason is None:
            msg = "the ground OTHER needs a reason"
            raise ValueError(msg)
        return self


class ExpirePlan(Act):
    """Note that the plan is over because its last day has passed. Done by the calendar."""

    NAME: ClassVar[str] = "expirePlan"

    plan: UUID
    last_day: LegalDate
