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


class PlanDeparture(Value):
    """An ordinary plan instead of a multisectoral one, with the ground for it (17 § 2 mom.)."""

    reason: Text


class PlanContent(Value):
    """What a plan says, however it comes to be (18–20, 24 §, decree 2 §).

    ``valid_until`` is the last day of validity. ``parties`` are the authorities that agreed on a
    multisectoral plan. ``missing_goal_reason`` says why a goal the Act expects is absent;
    ``no_job_search_reason`` why a registered jobseeker has no job-search obligation;
    ``rights_and_duties_explained`` that the client was told (24 §). ``language_studies``,
    ``association_activity`` and ``guidance`` are said as far as the client needs them (19 §).
    """

    valid_from: LegalDate
    valid_until: LegalDate
    goals: tuple[Goal, ...] = Field(min_length=1, max_length=50)
    measures: tuple[Measure, ...] = Field(min_length=1, max_length=50)
    follow_up: Text
    next_review_on: LegalDate
    makers: tuple[Maker, ...] = Field(min_length=1, max_length=20)
    parties: tuple[OrganisationId, ...] = Field(default=(), max_length=20)
    job_search_obligation: Text | None = None
    no_job_search_reason: Text | None = None
    missing_goal_reason: Text | None = None
    rights_and_duties_explained: bool | None = None
    language_studies: Text | None = None
    association_activity: Text | None = None
    guidance: Text | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_until < self.valid_from:
            msg = "validUntil is before validFrom"
            raise ValueError(msg)
        return self


class DrawUpPlan(Act, PlanContent):
    """Draw up a plan. Its drawing-up date is the act's legal date.

    ``departure`` tells why the plan is an ordinary one although a multisectoral one is due. A plan
    of the repealed Act (102 § 2 mom.) names that Act in ``under_act``, and ``signed_on``, the day
    from which its durations are counted.
    """

    NAME: ClassVar[str] = "drawUpPlan"

    kind: PlanKind
    departure: PlanDeparture | None = None
    under_act: Annotated[str, Field(min_length=1, max_length=20)] | None = None
    signed_on: LegalDate | None = None

    @model_validator(mode="after")
    def _is_signed_under_the_repealed_act(self) -> Self:
        if (self.under_act is None) is not (self.signed_on is None):
            msg = "underAct and signedOn are said together, or neither of them"
            raise ValueError(msg)
        if self.signed_on is not None and self.signed_on > self.valid_until:
            msg = "signedOn is not after validUntil"
            raise ValueError(msg)
        return self

    @property
    def may_predate_the_act(self) -> bool:
        """Whether the plan was drawn up under the repealed Act and is transferred."""
        return self.under_act is not None


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


class Ending(Value):
    """That the plan ends, and on which ground. ``ends_on`` is the last day it is in force."""

    ground: EndingGround
    ends_on: LegalDate
    reason: Text | None = None

    @model_validator(mode="after")
    def _another_ground_needs_its_reason(self) -> Self:
        if self.ground is EndingGround.OTHER and self.reason is None:
            msg = "the ground OTHER needs a reason"
            raise ValueError(msg)
        return self


class EndPlan(Act, Ending):
    """End the plan before its last day."""

    NAME: ClassVar[str] = "endPlan"

    plan: UUID


class ExpirePlan(Act):
    """Note that the plan is over because its last day has passed. Done by the calendar."""

    NAME: ClassVar[str] = "expirePlan"

    plan: UUID
    last_day: LegalDate

    @property
    def may_predate_the_act(self) -> bool:
        """Plans of the repealed Act were over under it."""
        return True
