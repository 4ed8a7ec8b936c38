"""Acts about referrals elsewhere than to the employment authority."""

from typing import ClassVar
from uuid import UUID

from cases.domain.case.act import Act, OrganisationId, Text
from cases.domain.codes.values import ReferralOutcome


class ReferElsewhere(Act):
    """Refer the client to a service of another authority, a provider or the third sector."""

    NAME: ClassVar[str] = "referElsewhere"

    to: OrganisationId
    service: Text
    note: Text | None = None


class RecordReferralOutcome(Act):
    """Record what came of a referral elsewhere, as of the act's legal date."""

    NAME: ClassVar[str] = "recordReferralOutcome"

    referral: UUID
    outcome: ReferralOutcome
    note: Text | None = None
