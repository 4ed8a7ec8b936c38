"""Acts of assessment, and the items an assessment is made of."""

from typing import Annotated, ClassVar, Self
from uuid import UUID

from pydantic import Field, model_validator

from cases.domain.case.act import Act, LanguageCode, LegalDate, Maker, OrganisationId, Text
from cases.domain.codes.values import (
    AssessmentKind,
    Channel,
    FindingItem,
    InformedOf,
    LanguageLevel,
    PlanOutcome,
)
from cases.domain.facts import Source
from cases.domain.model import Value

Place = Annotated[str, Field(pattern=r"^\d{1,3}( ?[a-z])?(\.\d{1,3}){0,2}$")]
"""A place in the Act (``14.1.3``); whether there is such a ground, the edition says."""


class Departure(Value):
    """An ordinary assessment instead of a multisectoral one, with the reason (15 § 3 mom.).

    The act's ``ground`` is then the one on which a multisectoral one is due.
    """

    section: Place
    reason: Text


class StartAssessment(Act):
    """Start an assessment on a ground of the edition, such as 14 § 1 mom. or 15 § 1 or 2 mom.

    ``participants`` are the authorities that take part, the one that acts among them or not.
    """

    NAME: ClassVar[str] = "startAssessment"

    kind: AssessmentKind
    ground: Place
    departure: Departure | None = None
    participants: tuple[OrganisationId, ...] = Field(default=(), max_length=20)

    @model_validator(mode="after")
    def _only_an_ordinary_one_departs(self) -> Self:
        if self.departure is not None and self.kind is not AssessmentKind.ORDINARY:
            msg = "departure goes with the kind ORDINARY, and only with it"
            raise ValueError(msg)
        return self


class HoldInitialInterview(Act):
    """Record the initial interview: how it was held and what the person was told."""

    NAME: ClassVar[str] = "holdInitialInterview"

    assessment: UUID
    channel: Channel
    language: LanguageCode
    interpreter: bool
    informed: tuple[InformedOf, ...] = Field(min_length=1, max_length=10)


class OrderExpertAssessment(Act):
    """Order an expert assessment: what is to be clarified, when, by whom."""

    NAME: ClassVar[str] = "orderExpertAssessment"

    assessment: UUID
    clarifies: Text
    planned_on: LegalDate | None = None
    by: OrganisationId


class ObtainExpertAssessment(Act):
    """Record the result of an expert assessment that was ordered."""

    NAME: ClassVar[str] = "obtainExpertAssessment"

    expert_assessment: UUID
    result: Text


class Finding(Value):
    """One item of the assessment's content, with where it came from (decree 1 § 1 mom.)."""

    item: FindingItem
    text: Text
    level: LanguageLevel | None = None
    source: Source


class PlannedPlan(Value):
    """When a plan is to be drawn up: on a date, as soon as possible, or not at all.

    That *not at all* needs reasons is a rule of the decree, so the decision says it, not the shape.
    """

    outcome: PlanOutcome
    date: LegalDate | None = None
    reasons: Text | None = None

    @model_validator(mode="after")
    def _a_date_goes_with_its_outcome(self) -> Self:
        if (self.outcome is PlanOutcome.PLAN_ON_DATE) is (self.date is None):
            msg = "date goes with the outcome PLAN_ON_DATE, and only with it"
            raise ValueError(msg)
        return self


class CompleteAssessment(Act):
    """Complete the assessment: findings item by item, and what they mean for a plan.

    ``coordination_needed`` tells that an ordinary assessment has shown that services of the
    municipality and the welfare area must be coordinated (15 § 2 mom.): a multisectoral assessment
    follows. ``jobseeker_advice`` that the person should become a jobseeker.
    """

    NAME: ClassVar[str] = "completeAssessment"

    assessment: UUID
    findings: tuple[Finding, ...] = Field(min_length=1, max_length=100)
    plan: PlannedPlan
    family_plan: PlannedPlan | None = None
    coordination_needed: bool | None = None
    jobseeker_advice: Text | None = None
    guided_to: tuple[Text, ...] = Field(default=(), max_length=50)
    makers: tuple[Maker, ...] = Field(min_length=1, max_length=20)


class ForgoAssessment(Act):
    """Record that a child is not assessed because another client plan meets the child's needs.

    ``ground`` is the one on which a multisectoral assessment was due (15 § 1 and 3 mom.).
    """

    NAME: ClassVar[str] = "forgoAssessment"

    ground: Place
    reason: Text


class DiscontinueAssessment(Act):
    """Discontinue the assessment, with the reason."""

    NAME: ClassVar[str] = "discontinueAssessment"

    assessment: UUID
    reason: Text
