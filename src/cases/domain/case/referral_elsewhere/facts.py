"""Facts of referrals elsewhere."""

from typing import ClassVar
from uuid import UUID

from cases.domain.codes.values import ReferralOutcome
from cases.domain.facts import Fact


class ReferredElsewhere(Fact):
    """The client was referred to a service of another organisation, by its id."""

    TOPIC: ClassVar[str] = "referral.elsewhere"

    referral_id: UUID
    to: str
    service: str
    note: str | None = None


class ReferralOutcomeRecorded(Fact):
    """What came of a referral elsewhere was learned."""

    TOPIC: ClassVar[str] = "referral.elsewhere-outcome-recorded"

    referral_id: UUID
    outcome: ReferralOutcome
    note: str | None = None
