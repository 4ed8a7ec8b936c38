"""Acts about who answers for the case."""

from typing import Annotated, ClassVar, Self
from uuid import UUID

from pydantic import Field, model_validator

from cases.domain.case.act import Act, LegalDate, OrganisationId, Text
from cases.domain.codes.values import HandOverReason, ReferralReason
from cases.domain.model import Value


class AssignWorker(Act):
    """Say who in the authority handles the case, by the id the person signs in with."""

    NAME: ClassVar[str] = "assignWorker"

    worker: Annotated[str, Field(min_length=1, max_length=200)]


class Referral(Value):
    """To which employment authority the client is referred, and why (decree 1 § 1, 3 § 4 mom.)."""

    to: OrganisationId
    reason: ReferralReason
    note: Text | None = None


class ReferToEmploymentAuthority(Act, Referral):
    """Refer the client, who should or means to register as a jobseeker."""

    NAME: ClassVar[str] = "referToEmploymentAuthority"


class AcceptReferral(Act):
    """Accept a referral: the client has registered, and the employment authority takes over."""

    NAME: ClassVar[str] = "acceptReferral"

    referral: UUID
    registered_as_jobseeker_on: LegalDate


class DeclineReferral(Act):
    """Decline a referral, with the reason; the case stays where it is."""

    NAME: ClassVar[str] = "declineReferral"

    referral: UUID
    reason: Text


class HandOver(Act):
    """Hand the case over to the authority that answers for it from the act's legal date on.

    On a move it may be recorded ahead: ``takes_effect_on`` is then the day the case passes, and
    ``consent`` the client's to the contact with the new municipality (85 §).
    """

    NAME: ClassVar[str] = "handOver"

    to: OrganisationId
    reason: HandOverReason
    takes_effect_on: LegalDate | None = None
    consent: UUID | None = None

    @model_validator(mode="after")
    def _only_a_move_is_consented_to(self) -> Self:
        told = (self.takes_effect_on, self.consent) != (None, None)
        if told and self.reason is not HandOverReason.MOVE:
            msg = "a consent, or another day than the act's, goes with a move"
            raise ValueError(msg)
        return self


class DeclineHandOverRequest(Act):
    """Decline another authority's request for the case, with the reason."""

    NAME: ClassVar[str] = "declineHandOverRequest"

    request: UUID
    reason: Text
