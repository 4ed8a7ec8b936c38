"""What is known of the case's assessments."""

from datetime import date
from uuid import UUID

from cases.domain.case.act import Maker
from cases.domain.case.assessment.acts import Finding, PlannedPlan
from cases.domain.case.assessment.facts import (
    AssessmentCompleted,
    AssessmentDiscontinued,
    AssessmentStarted,
    ExpertAssessmentObtained,
    ExpertAssessmentOrdered,
    InitialInterviewHeld,
)
from cases.domain.codes.values import AssessmentKind, PlanOutcome
from cases.domain.facts import Recorded
from cases.domain.model import State


class ExpertAssessment(State):
    """An expert assessment; ``obtained_on`` is None while the result is awaited."""

    expert_assessment_id: UUID
    ordered_on: date
    version: int
    by: str
    obtained_on: date | None = None


class Assessment(State):
    """One assessment, with the legal days of its steps."""

    assessment_id: UUID
    kind: AssessmentKind
    ground: str
    started_on: date
    version: int
    interviews: tuple[date, ...] = ()
    expert_assessments: tuple[ExpertAssessment, ...] = ()
    completed_on: date | None = None
    discontinued_on: date | None = None
    plan: PlannedPlan | None = None
    family_plan: PlannedPlan | None = None
    coordination_needed: bool = False
    findings: tuple[Finding, ...] = ()
    makers: tuple[Maker, ...] = ()
    participants: tuple[str, ...] = ()

    @property
    def under_way(self) -> bool:
        """Neither completed nor discontinued, as far as is known."""
        return self.completed_on is None and self.discontinued_on is None

    def under_way_on(self, day: date) -> bool:
        """Started by ``day`` and not over before it: steps taken then may be recorded later."""
        over_on = self.completed_on or self.discontinued_on
        return self.started_on <= day and (over_on is None or day <= over_on)

    def leaves_no_room_on(self, day: date) -> bool:
        """Not over by ``day``; on its last day the next one may start.

        One that started later leaves no room either: nobody knows how long the new one will take.
        """
        over_on = self.completed_on or self.discontinued_on
        return over_on is None or day < over_on

    @property
    def last_step_on(self) -> date:
        """The latest legal day of any step on record, the start included."""
        ordered = (e.ordered_on for e in self.expert_assessments)
        return max((self.started_on, *self.interviews, *ordered))

    @property
    def finds_need_of_plan(self) -> bool:
        """Completed with the outcome that a plan is to be drawn up."""
        return self.plan is not None and self.plan.outcome is not PlanOutcome.NO_PLAN


Assessments = tuple[Assessment, ...]


def last_completed_by(assessments: Assessments, day: date) -> Assessment | None:
    """The assessment completed last, not later than ``day``: the one that counts for a plan.

    Of two completed on one day, the one recorded last.
    """
    completed = [a for a in assessments if a.completed_on is not None and a.completed_on <= day]
    return max(reversed(completed), key=lambda a: a.completed_on or day, default=None)


AssessmentFact = (
    AssessmentStarted
    | InitialInterviewHeld
    | ExpertAssessmentOrdered
    | ExpertAssessmentObtained
    | AssessmentCompleted
    | AssessmentDiscontinued
)


def evolve(assessments: Assessments, recorded: Recorded, fact: AssessmentFact) -> Assessments:
    """The assessments after one more fact."""
    if isinstance(fact, AssessmentStarted):
        started = Assessment(
            assessment_id=fact.assessment_id,
            kind=fact.kind,
            ground=fact.ground,
            started_on=recorded.effective_on,
            version=recorded.version,
            participants=fact.participants,
        )
        return (*assessments, started)
    return tuple(
        _changed(a, recorded, fact) if a.assessment_id == fact.assessment_id else a
        for a in assessments
    )


def _changed(assessment: Assessment, recorded: Recorded, fact: AssessmentFact) -> Assessment:
    change: dict[str, object]
    day = recorded.effective_on
    match fact:
        case InitialInterviewHeld():
            change = {"interviews": (*assessment.interviews, day)}
        case ExpertAssessmentOrdered():
            ordered = ExpertAssessment(
                expert_assessment_id=fact.expert_assessment_id,
                ordered_on=day,
                version=recorded.version,
                by=fact.by,
            )
            change = {"expert_assessments": (*assessment.expert_assessments, ordered)}
        case ExpertAssessmentObtained():
            change = {
                "expert_assessments": tuple(
                    e.having(obtained_on=day)
                    if e.expert_assessment_id == fact.expert_assessment_id
                    else e
                    for e in assessment.expert_assessments
                )
            }
        case AssessmentCompleted():
            change = {
                "completed_on": day,
                "plan": fact.plan,
                "family_plan": fact.family_plan,
                "findings": fact.findings,
                "makers": fact.makers,
                "coordination_needed": bool(fact.coordination_needed),
            }
        case AssessmentDiscontinued():
            change = {"discontinued_on": day}
        case AssessmentStarted():
            change = {}
    return assessment.having(**change)
