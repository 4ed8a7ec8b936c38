"""What is known of referrals elsewhere."""

from datetime import date
from uuid import UUID

from cases.domain.case.referral_elsewhere.facts import ReferralOutcomeRecorded, ReferredElsewhere
from cases.domain.codes.values import ReferralOutcome
from cases.domain.facts import Recorded
from cases.domain.model import State


class Elsewhere(State):
    """A referral; ``outcome_on`` is the legal day of what came of it, None while not known."""

    referral_id: UUID
    referred_on: date
    to: str
    service: str
    note: str | None = None
    outcome_on: date | None = None
    outcome: ReferralOutcome | None = None
    outcome_note: str | None = None


ReferralsElsewhere = tuple[Elsewhere, ...]

ElsewhereFact = ReferredElsewhere | ReferralOutcomeRecorded


def evolve(
    referrals: ReferralsElsewhere, recorded: Recorded, fact: ElsewhereFact
) -> ReferralsElsewhere:
    """The referrals after one more fact."""
    on = recorded.effective_on
    if isinstance(fact, ReferredElsewhere):
        referred = Elsewhere(
            referral_id=fact.referral_id,
            referred_on=on,
            to=fact.to,
            service=fact.service,
            note=fact.note,
        )
        return (*referrals, referred)
    return tuple(
        r.having(outcome_on=on, outcome=fact.outcome, outcome_note=fact.note)
        if r.referral_id == fact.referral_id
        else r
        for r in referrals
    )
