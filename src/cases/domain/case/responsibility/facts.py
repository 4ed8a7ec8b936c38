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
    """Another authority answers for the case. No clock restarts.

    From ``takes_effect_on`` where it is said, else from the fact's legal date. On a move,
    ``consent`` is the client's to the contact with the new municipality, and
    ``remaining_parties`` are the parties whose part goes on: they serve the people of the new
    authority too.
    """

    TOPIC: ClassVar[str] = "case.handed-over"
    VERSION: ClassVar[int] = 2

    former: str = Field(alias="from")
    to: str
    reason: HandOverReason
    takes_effect_on: date | None = None
    consent: UUID | None = None
    remaining_parties: tuple[str, ...] = ()


class HandOverRequested(Fact):
    """Another authority asked for the case: it has learned of the client as one of its own (85 §).

    Nothing of what it knows of the client comes along but that, and who it is: ``by`` is its id.
    What was asked of a duplicate is asked of the case it is joined to, from that day on.
    """

    TOPIC: ClassVar[str] = "case.hand-over-requested"

    request_id: UUID
    by: str


class HandOverRequestDeclined(Fact):
    """The case stays where it is, with the reason. Who asked for it is not told."""

    TOPIC: ClassVar[str] = "case.hand-over-request-declined"

    request_id: UUID
    reason: str
