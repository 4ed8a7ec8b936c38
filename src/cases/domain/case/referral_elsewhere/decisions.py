"""May the client be referred elsewhere, and what came of it? 14 §, decree 1 §."""

from cases.domain.case.act import Circumstances, Decision, Outcome, refuse
from cases.domain.case.referral_elsewhere.acts import RecordReferralOutcome, ReferElsewhere
from cases.domain.case.referral_elsewhere.facts import ReferralOutcomeRecorded, ReferredElsewhere
from cases.domain.case.state import CaseState
from cases.domain.law.register import Rule


def decide_refer_elsewhere(
    act: ReferElsewhere, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """To whoever has the service, but for the authority that answers for the case itself."""
    elsewhere = circumstances.line(
        Rule.REFERRED_ELSEWHERE, act.to != state.responsible_on(circumstances.on), to=act.to
    )
    if not elsewhere.result:
        return refuse(elsewhere, pointer="/to")
    fact = ReferredElsewhere(
        referral_id=circumstances.new_id, to=act.to, service=act.service, note=act.note
    )
    return Decision(facts=(fact,), rules=(elsewhere,))


def decide_record_referral_outcome(
    act: RecordReferralOutcome, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """Of a referral made by then, once."""
    found = next((r for r in state.referrals_elsewhere if r.referral_id == act.referral), None)
    awaits = circumstances.line(
        Rule.OUTCOME_AWAITED,
        found is not None and found.outcome is None and found.referred_on <= circumstances.on,
        on=circumstances.on,
    )
    if not awaits.result:
        return refuse(awaits, pointer="/referral", conflict=True)
    fact = ReferralOutcomeRecorded(referral_id=act.referral, outcome=act.outcome, note=act.note)
    return Decision(facts=(fact,), rules=(awaits,))
