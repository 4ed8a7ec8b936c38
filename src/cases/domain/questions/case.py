"""The case at a glance: who it is about, where she or he stands, what has been done."""

from datetime import date
from uuid import UUID

from pydantic import Field

from cases.domain.case.person.facts import DetailsOnRecord
from cases.domain.case.plan.validity import validity
from cases.domain.codes.values import (
    AssessmentKind,
    Benefit,
    CaseOrigin,
    ClosingGround,
    ConsentGiver,
    ConsentScope,
    HandOverReason,
    LabourMarketStatus,
    PlanKind,
    ReferralReason,
    ResidenceBasis,
    ResidenceGroup,
)
from cases.domain.law.edition import Law
from cases.domain.model import Value
from cases.domain.questions.as_of import Known


class JoinedOverview(Value):
    """A duplicate of the case that was joined to it: its id, and the legal days it was open."""

    case: UUID
    joined_on: date
    opened_on: date
    closed_on: date


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
    """A plan; ``valid_until`` is its last day in force, as decided by the day asked about.

    Absent for a plan that was over before it began, and for one in force for studies only that
    nobody has ended.
    """

    plan: UUID
    kind: PlanKind
    drawn_up_on: date
    valid_from: date
    valid_until: date | None


class ReferralOverview(Value):
    """A referral to an employment authority; ``accepted`` is absent while it has no answer."""

    referral: UUID
    to: str
    reason: ReferralReason
    referred_on: date
    answered_on: date | None
    accepted: bool | None


class HandOverOverview(Value):
    """A hand-over; ``to`` answers for the case from ``on``, which may lie ahead.

    ``decided_on`` is the legal date of the act, ``consent`` the client's to a move.
    """

    on: date
    decided_on: date
    former: str = Field(alias="from")
    to: str
    reason: HandOverReason
    consent: UUID | None


class RequestOverview(Value):
    """Another authority's request for the case: whether it is still to be answered."""

    request: UUID
    by: str
    requested_on: date
    declined_on: date | None
    awaits_answer: bool


class StudiesOverview(Value):
    """Supported self-motivated studies: what, who pays; ``ended_on`` is their last day."""

    plan: UUID
    since: date = Field(alias="from")
    paid_by: str
    studies: str | None
    ended_on: date | None


class StatusOverview(Value):
    """A labour market status, and the day from which it holds until the next one."""

    status: LabourMarketStatus
    since: date = Field(alias="from")


class BenefitOverview(Value):
    """A benefit, and the days it is received, both included; ``until`` is absent while open."""

    benefit: Benefit
    since: date = Field(alias="from")
    until: date | None


class ResidenceOverview(Value):
    """A basis of residence, and the day it was first granted or registered."""

    kind: ResidenceBasis
    first_granted_on: date
    group: ResidenceGroup


class ConsentOverview(Value):
    """A consent: what it covers, who gave it, when and after which information."""

    consent: UUID
    scope: ConsentScope
    given_by: ConsentGiver
    guardian: UUID | None
    given_on: date
    informed_on: date
    language: str
    interpreter: bool
    withdrawn_on: date | None


class NonDisclosureOverview(Value):
    """Non-disclosure for safety holds; ``until`` is its last day, absent while it is open."""

    until: date | None


class CaseOverview(Value):
    """The case on a legal day. ``without_delay_since`` counts from the day the authority learned
    of the person until an assessment is started (14 § 2 mom.), or none is needed: another client
    plan meets the needs (15 § 3 mom.), or there is a plan."""

    responsible: str
    worker: str | None
    origin: CaseOrigin
    learned_on: date
    opened_on: date
    closed_on: date | None
    closing_ground: ClosingGround | None
    continues_in: UUID | None
    joined_cases: tuple[JoinedOverview, ...]
    person: DetailsOnRecord
    non_disclosure: NonDisclosureOverview | None
    consents: tuple[ConsentOverview, ...]
    first_granted_on: date | None
    residence_group: ResidenceGroup | None
    labour_market_status: LabourMarketStatus | None
    benefits: tuple[Benefit, ...]
    without_delay_since: date | None
    assessments: tuple[AssessmentOverview, ...]
    plans: tuple[PlanOverview, ...]
    referrals: tuple[ReferralOverview, ...]
    hand_overs: tuple[HandOverOverview, ...]
    hand_over_requests: tuple[RequestOverview, ...]
    supported_studies: tuple[StudiesOverview, ...]
    statuses: tuple[StatusOverview, ...]
    benefit_notices: tuple[BenefitOverview, ...]
    residence: tuple[ResidenceOverview, ...]


def case_overview(asked: Known, law: Law) -> CaseOverview:
    """The case as it stands on the day asked about, from what was known then."""
    state, day = asked.state, asked.valid_on
    opening, closing = state.opening, state.closing_on(day)
    assert opening is not None, "a stream begins with its opening"
    responsible = state.responsible_on(day) or opening.responsible
    edition = law.governing(day)
    started = tuple(a for a in state.assessments if a.started_on <= day)
    planned = tuple(p for p in state.plans if p.drawn_up_on <= day)
    awaited = not (started or planned or closing or _by(state.forgone_on, day))
    return CaseOverview(
        responsible=responsible,
        worker=state.responsibility.worker_on(day, responsible),
        origin=opening.origin,
        learned_on=opening.learned_on,
        opened_on=opening.opened_on,
        closed_on=closing.closed_on if closing else None,
        closing_ground=closing.ground if closing else None,
        continues_in=closing.continues_in if closing else None,
        joined_cases=tuple(
            JoinedOverview(
                case=j.case_id,
                joined_on=j.joined_on,
                opened_on=j.opened_on,
                closed_on=j.closed_on,
            )
            for j in state.joined
            if j.joined_on <= day
        ),
        person=state.person.details_on(day),
        non_disclosure=NonDisclosureOverview(until=state.protection.last_day_from(day))
        if state.protection.holds_on(day)
        else None,
        consents=tuple(
            ConsentOverview(
                consent=c.consent_id,
                scope=c.scope,
                given_by=c.given_by,
                guardian=c.guardian,
                given_on=c.given_on,
                informed_on=c.informed_on,
                language=c.language,
                interpreter=c.interpreter,
                withdrawn_on=_by(c.withdrawn_on, day),
            )
            for c in state.consents
            if c.given_on <= day
        ),
        first_granted_on=state.person.first_granted_on(day),
        residence_group=state.person.group_on(day),
        labour_market_status=state.person.status_on(day),
        benefits=tuple(sorted(state.person.benefits_on(day))),
        without_delay_since=opening.learned_on if awaited else None,
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
                valid_until=validity(p, state, edition, day).last_day,
            )
            for p in planned
        ),
        referrals=tuple(
            ReferralOverview(
                referral=r.referral_id,
                to=r.to,
                reason=r.reason,
                referred_on=r.referred_on,
                answered_on=_by(r.answered_on, day),
                accepted=r.accepted if _by(r.answered_on, day) else None,
            )
            for r in state.responsibility.referrals
            if r.referred_on <= day
        ),
        hand_overs=tuple(
            HandOverOverview(
                on=h.on,
                decided_on=h.decided_on,
                former=h.former,
                to=h.to,
                reason=h.reason,
                consent=h.consent,
            )
            for h in state.responsibility.hand_overs
            if h.decided_on <= day
        ),
        hand_over_requests=tuple(
            RequestOverview(
                request=r.request_id,
                by=r.by,
                requested_on=r.requested_on,
                declined_on=_by(r.declined_on, day),
                awaits_answer=r in state.responsibility.awaited_requests() and closing is None,
            )
            for r in state.responsibility.requests
            if r.requested_on <= day
        ),
        supported_studies=tuple(
            StudiesOverview(
                plan=s.plan_id,
                since=s.since,
                paid_by=s.paid_by,
                studies=s.studies,
                ended_on=_by(s.ended_on, day),
            )
            for s in state.studies
            if s.since <= day
        ),
        statuses=tuple(
            StatusOverview(status=s.status, since=s.since)
            for s in sorted(state.person.statuses, key=lambda s: s.since)
            if s.since <= day
        ),
        benefit_notices=tuple(
            BenefitOverview(benefit=b.benefit, since=b.since, until=b.until)
            for b in sorted(state.person.benefits, key=lambda b: b.since)
            if b.since <= day
        ),
        residence=tuple(
            ResidenceOverview(kind=r.kind, first_granted_on=r.first_granted_on, group=r.group)
            for r in sorted(state.person.residence, key=lambda r: r.first_granted_on)
            if r.first_granted_on <= day
        ),
    )


def _by(happened: date | None, day: date) -> date | None:
    return happened if happened is not None and happened <= day else None
