"""Facts of assessment."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from cases.domain.case.act import Maker, Text
from cases.domain.case.assessment.acts import Finding, Place, PlannedPlan
from cases.domain.codes.values import AssessmentKind, Channel, InformedOf
from cases.domain.facts import Fact
from cases.domain.model import Value


class Departure(Value):
    """Why an ordinary assessment was made where a multisectoral one was due (15 § 3 mom.).

    ``section`` is the place of the edition that permits it.
    """

    section: Place
    reason: Text


class AssessmentStarted(Fact):
    """An assessment was started on a ground."""

    TOPIC: ClassVar[str] = "assessment.started"
    VERSION: ClassVar[int] = 2

    assessment_id: UUID
    kind: AssessmentKind
    ground: str
    departure: Departure | None = None
    participants: tuple[str, ...] = ()


class InitialInterviewHeld(Fact):
    """The initial interview was held."""

    TOPIC: ClassVar[str] = "assessment.interview-held"

    assessment_id: UUID
    channel: Channel
    language: str
    interpreter: bool
    informed: tuple[InformedOf, ...]


class ExpertAssessmentOrdered(Fact):
    """An expert assessment was ordered."""

    TOPIC: ClassVar[str] = "assessment.expert-ordered"

    assessment_id: UUID
    expert_assessment_id: UUID
    clarifies: str
    planned_on: date | None = None
    by: str


class ExpertAssessmentObtained(Fact):
    """An expert assessment was obtained."""

    TOPIC: ClassVar[str] = "assessment.expert-obtained"

    assessment_id: UUID
    expert_assessment_id: UUID
    result: str


class AssessmentCompleted(Fact):
    """The assessment was completed."""

    TOPIC: ClassVar[str] = "assessment.completed"
    VERSION: ClassVar[int] = 2

    assessment_id: UUID
    findings: tuple[Finding, ...]
    plan: PlannedPlan
    family_plan: PlannedPlan | None = None
    coordination_needed: bool | None = None
    jobseeker_advice: str | None = None
    guided_to: tuple[str, ...] = ()
    makers: tuple[Maker, ...]


class AssessmentDiscontinued(Fact):
    """The assessment was discontinued."""

    TOPIC: ClassVar[str] = "assessment.discontinued"

    assessment_id: UUID
    reason: str


class AssessmentForgone(Fact):
    """No assessment was made of a child whose needs another client plan meets (15 § 3 mom.)."""

    TOPIC: ClassVar[str] = "assessment.forgone"

    ground: str
    reason: str
