"""Facts about who answers for the case."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from cases.domain.codes.values import HandOverReason, ReferralReason
from cases.domain.facts import Fact


class WorkerAssigned(Fact):
    """Somebody in the responsible authority handles the case from the fact's legal date on."""

    TOPIC: ClassVar[str] = "case.worker-assigned"

    worker: str


class ReferredToEmploymentAuthority(Fact):
    """The client was referred to an employment authority, by its id."""

    TOPIC: ClassVar[str] = "referral.to-employment-authority"

    referral_id: UUID
    to: str
    reason: ReferralReason
    note: str | None = None


class ReferralAccepted(Fact):
    """The employment authority accepted: the client registered as a jobseeker on that day."""

    TOPIC: ClassVar[str] = "referral.accepted"

    referral_id: UUID
    registered_as_jobseeker_on: date


class ReferralDeclined(Fact):
    """The employment authority declined, with the reason."""

    TOPIC: ClassVar[str] = "referral.declined"

    referral_id: UUID
    reason: str


class CaseHandedOver(Fact):
    """Another authority answers for the case from the fact's legal date on. No clock restarts."""

    TOPIC: ClassVar[str] = "case.handed-over"

    former: str = Field(alias="from")
    to: str
    reason: HandOverReason
