"""Who answers for the case, and may it change hands? 3 §, decree 1 and 3 §. Moves: 85 §."""

from uuid import UUID

from cases.domain.case.act import Circumstances, Decision, Outcome, refuse
from cases.domain.case.person.facts import LabourMarketStatusRecorded
from cases.domain.case.responsibility.acts import (
    AcceptReferral,
    AssignWorker,
    DeclineReferral,
    HandOver,
    Referral,
    ReferToEmploymentAuthority,
)
from cases.domain.case.responsibility.evolution import Referred
from cases.domain.case.responsibility.facts import (
    CaseHandedOver,
    ReferralAccepted,
    ReferralDeclined,
    ReferredToEmploymentAuthority,
    WorkerAssigned,
)
from cases.domain.case.responsibility.moving import after_the_last, decide_move
from cases.domain.case.state import CaseState
from cases.domain.codes.values import (
    HandOverReason,
    LabourMarketStatus,
    OrganisationKind,
)
from cases.domain.facts import Fact
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal, RuleApplied


def decide_assign_worker(
    act: AssignWorker, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """Who handles the case is the authority's own matter; it is recorded (3 § 1 mom.)."""
    return Decision(facts=(WorkerAssigned(worker=act.worker),))


def decide_refer_to_employment_authority(
    act: ReferToEmploymentAuthority, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """The municipality refers to an employment authority, once at a time."""
    return decide_referral(circumstances.new_id, act, state, circumstances)


def decide_referral(
    referral_id: UUID, asked: Referral, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """A referral by an act of its own or in a review (decree 1 § 1, 3 § 4 mom.)."""
    to_authority = circumstances.line(
        Rule.REFERRED_TO_EMPLOYMENT_AUTHORITY,
        circumstances.kind_of(asked.to) is OrganisationKind.EMPLOYMENT_AUTHORITY
        and asked.to != state.responsible_on(circumstances.today),
        to=asked.to,
    )
    if not to_authority.result:
        return refuse(to_authority, pointer="/to")
    strange = _of_another_area(asked.to, state, circumstances)
    if strange is not None:
        return refuse(strange, pointer="/to")
    waiting = next((r for r in state.responsibility.referrals if r.answered_on is None), None)
    if waiting is not None:
        line = circumstances.line(
            Rule.ONE_REFERRAL_AT_A_TIME, False, referredOn=waiting.referred_on
        )
        return refuse(line, conflict=True)
    fact = ReferredToEmploymentAuthority(
        referral_id=referral_id, to=asked.to, reason=asked.reason, note=asked.note
    )
    return Decision(facts=(fact,), rules=(to_authority,))


def decide_accept_referral(
    act: AcceptReferral, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """On registration as a jobseeker the employment authority answers for the case (3 § 1 mom.)."""
    referral = _awaited(act.referral, state, circumstances)
    if isinstance(referral, Refusal):
        return referral
    day = act.registered_as_jobseeker_on
    registered = circumstances.line(
        Rule.REGISTERED_BY_THEN, day <= circumstances.on, registeredOn=day, on=circumstances.on
    )
    if not registered.result:
        return refuse(registered, latest=circumstances.on, pointer="/registeredAsJobseekerOn")
    facts: list[Fact] = [ReferralAccepted(referral_id=act.referral, registered_as_jobseeker_on=day)]
    if referral.to != state.responsible_on(circumstances.today):
        # It may have been handed the case already, on a registration told by another.
        after = after_the_last(state, circumstances)
        if after is not None:
            return refuse(after, pointer="/effectiveOn", conflict=True)
        facts.append(_handed_over(referral.to, HandOverReason.JOBSEEKER, state, circumstances))
    if not state.person.is_jobseeker_on(day):
        facts.append(LabourMarketStatusRecorded(status=LabourMarketStatus.JOBSEEKER, since=day))
    since = state.person.status_told_after(day, circumstances.on)
    if since is not None:
        line = circumstances.line(
            Rule.HAND_OVER_FOLLOWS_STATUS, False, reason=HandOverReason.JOBSEEKER, jobseeker=False
        )
        return refuse(line, pointer="/registeredAsJobseekerOn")
    follows = circumstances.line(
        Rule.RESPONSIBILITY_FOLLOWS_STATUS, LabourMarketStatus.JOBSEEKER, since=day
    )
    return Decision(facts=tuple(facts), rules=(registered, follows))


def decide_decline_referral(
    act: DeclineReferral, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """The case stays with who answers for it, and the reason is recorded."""
    referral = _awaited(act.referral, state, circumstances)
    if isinstance(referral, Refusal):
        return referral
    return Decision(facts=(ReferralDeclined(referral_id=act.referral, reason=act.reason),))


def decide_hand_over(act: HandOver, state: CaseState, circumstances: Circumstances) -> Outcome:
    """Responsibility follows registration as a jobseeker, both ways (3 §), and a move (85 §).

    No clock restarts.
    """
    if act.reason is HandOverReason.MOVE:
        return decide_move(act, state, circumstances)
    jobseeker = state.person.is_jobseeker_on(circumstances.on)
    becomes = act.reason is HandOverReason.JOBSEEKER
    follows = circumstances.line(
        Rule.HAND_OVER_FOLLOWS_STATUS, jobseeker is becomes, reason=act.reason, jobseeker=jobseeker
    )
    if not follows.result:
        return refuse(follows, pointer="/reason")
    wanted = OrganisationKind.EMPLOYMENT_AUTHORITY if becomes else OrganisationKind.MUNICIPALITY
    receives = circumstances.line(
        Rule.HANDED_TO_WHO_ANSWERS,
        circumstances.kind_of(act.to) is wanted
        and act.to != state.responsible_on(circumstances.today),
        to=act.to,
        kind=wanted,
    )
    if not receives.result:
        return refuse(receives, pointer="/to")
    strange = _of_another_area(act.to, state, circumstances)
    if strange is not None:
        return refuse(strange, pointer="/to")
    after = after_the_last(state, circumstances)
    if after is not None:
        return refuse(after, pointer="/effectiveOn", conflict=True)
    fact = _handed_over(act.to, act.reason, state, circumstances)
    return Decision(facts=(fact,), rules=(follows, receives))


def _awaited(
    referral_id: UUID, state: CaseState, circumstances: Circumstances
) -> Referred | Refusal:
    """The referral to the acting authority that has no answer yet, or a refusal."""
    found = next((r for r in state.responsibility.referrals if r.referral_id == referral_id), None)
    awaited = (
        found is not None
        and found.to == circumstances.organisation.id
        and found.answered_on is None
        and found.referred_on <= circumstances.on
    )
    if found is not None and awaited:
        return found
    line = circumstances.line(Rule.REFERRAL_AWAITS_ANSWER, False, on=circumstances.on)
    return refuse(line, pointer="/referral", conflict=True)


def _of_another_area(to: str, state: CaseState, circumstances: Circumstances) -> RuleApplied | None:
    """What is wrong where the client would have to move (85 §), as far as the register tells.

    A case goes to the employment authority of the municipality's own area, and back to the
    municipality that handed it over or to one of that area.
    """
    now = state.responsible_on(circumstances.today)
    assert now is not None, "the case was opened"
    before = state.responsibility.shared_by(circumstances.today)
    if any(h.former == to and h.to == now for h in before):
        return None
    own, others = (_area(each, circumstances) for each in (now, to))
    same_kind = circumstances.kind_of(now) is circumstances.kind_of(to)
    if not same_kind and (own is None or others is None or own == others):
        return None
    return circumstances.line(Rule.WITHIN_THE_EMPLOYMENT_AREA, False, to=to)


def _area(organisation: str, circumstances: Circumstances) -> str | None:
    """The employment authority of an organisation's area, which may be the organisation."""
    if circumstances.kind_of(organisation) is OrganisationKind.EMPLOYMENT_AUTHORITY:
        return organisation
    return circumstances.area_of(organisation)


def _handed_over(
    to: str, reason: HandOverReason, state: CaseState, circumstances: Circumstances
) -> CaseHandedOver:
    former = state.responsible_on(circumstances.today)
    assert former is not None, "the case was opened"
    return CaseHandedOver(former=former, to=to, reason=reason)
