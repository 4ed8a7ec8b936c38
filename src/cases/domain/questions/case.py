"""The case at a glance: who it is about, where she or he stands, what has been done."""

from datetime import date
from uuid import UUID

from cases.domain.case.person.facts import DetailsOnRecord
from cases.domain.codes.values import (
    AssessmentKind,
    Benefit,
    CaseOrigin,
    ClosingGround,
    LabourMarketStatus,
    PlanKind,
    ResidenceGroup,
)
from cases.domain.model import Value
from cases.domain.questions.as_of import Known


class AssessmentOverview(Value):
    """An assessment, with the legal days of its steps."""

    assessment: UUID
    kind: AssessmentKind
    ground: str
    started_on: date
    interviewed_on: date | None
    completed_on: date | None
    discontinued_on: date | None


class PlanOverview(Value):
    """A plan; ``valid_until`` is its last day in force, as decided by the day asked about."""

    plan: UUID
    kind: PlanKind
    drawn_up_on: date
    valid_from: date
    valid_until: date


class CaseOverview(Value):
    """The case on a legal day. ``without_delay_since`` counts from the day the authority learned
    of the person while no assessment has been started (14 § 2 mom.)."""

    responsible: str
    origin: CaseOrigin
    learned_on: date
    opened_on: date
    closed_on: date | None
    closing_ground: ClosingGround | None
    person: DetailsOnRecord
    first_granted_on: date | None
    residence_group: ResidenceGroup | None
    labour_market_status: LabourMarketStatus | None
    benefits: tuple[Benefit, ...]
    without_delay_since: date | None
    assessments: tuple[AssessmentOverview, ...]
    plans: tuple[PlanOverview, ...]


def case_overview(asked: Known) -> CaseOverview:
    """The case as it stands on the day asked about, from what was known then."""
    state, day = asked.state, asked.valid_on
    opening, closing = state.opening, state.closing
    assert opening is not None, "a stream begins with its opening"
    closed = closing is not None and closing.closed_on <= day
    started = tuple(a for a in state.assessments if a.started_on <= day)
    return CaseOverview(
        responsible=opening.responsible,
        origin=opening.origin,
        learned_on=opening.learned_on,
        opened_on=opening.opened_on,
        closed_on=closing.closed_on if closing and closed else None,
        closing_ground=closing.ground if closing and closed else None,
        person=state.person.details_on(day),
        first_granted_on=state.person.first_granted_on(day),
        residence_group=state.person.group_on(day),
        labour_market_status=state.person.status_on(day),
        benefits=tuple(sorted(state.person.benefits_on(day))),
        without_delay_since=None if started or closed else opening.learned_on,
        assessments=tuple(
            AssessmentOverview(
                assessment=a.assessment_id,
                kind=a.kind,
                ground=a.ground,
                started_on=a.started_on,
                interviewed_on=min((d for d in a.interviews if d <= day), default=None),
                completed_on=_by(a.completed_on, day),
                discontinued_on=_by(a.discontinued_on, day),
            )
            for a in started
        ),
        plans=tuple(
            PlanOverview(
                plan=p.plan_id,
                kind=p.kind,
                drawn_up_on=p.drawn_up_on,
                valid_from=p.valid_from,
                valid_until=p.last_day(day),
            )
            for p in state.plans
            if p.drawn_up_on <= day
        ),
    )


def _by(happened: date | None, day: date) -> date | None:
    return happened if happened is not None and happened <= day else None
