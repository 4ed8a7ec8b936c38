"""Facts of a guidance record."""

from datetime import date
from typing import ClassVar, Final
from uuid import UUID

from cases.domain.case.consent.facts import InformedOnRecord
from cases.domain.case.person.acts import PersonName
from cases.domain.case.records.facts import Annulment, Correction
from cases.domain.codes.values import ConsentGiver
from cases.domain.facts import Fact
from cases.domain.model import Value


class GuidedPersonOnRecord(Value):
    """Who is guided, as the record keeps it."""

    names: PersonName
    identity_code: str | None = None
    date_of_birth: date | None = None
    contact_language: str | None = None


class GuidedToOnRecord(Value):
    """Where the person was guided, as the record keeps it."""

    to: str
    service: str | None = None


class GuidanceConsentGiven(Fact):
    """The consent was given, after the person was informed; ``authority`` is who may record.

    It goes by the id of its stream.
    """

    TOPIC: ClassVar[str] = "guidance-record.consent-given"

    authority: str
    person: GuidedPersonOnRecord
    informed: InformedOnRecord
    given_by: ConsentGiver


class GuidanceGiven(Fact):
    """Guidance and counselling was given on the fact's legal date."""

    TOPIC: ClassVar[str] = "guidance-record.guidance-given"

    guidance_id: UUID
    needs: tuple[str, ...] = ()
    guided_to: tuple[GuidedToOnRecord, ...] = ()
    other_matters: str | None = None


class GuidanceConsentWithdrawn(Fact):
    """The consent was withdrawn. It says nothing else: it is told again when nothing is readable.

    Its legal date is the day on which it was recorded.
    """

    TOPIC: ClassVar[str] = "guidance-record.consent-withdrawn"


class GuidanceRecordCorrected(Correction):
    """Something recorded under the consent, or the consent, says something else from now on."""

    TOPIC: ClassVar[str] = "guidance-record.record-corrected"

    reason: str


class GuidanceRecordAnnulled(Annulment):
    """Guidance should never have been recorded, and why."""

    TOPIC: ClassVar[str] = "guidance-record.record-annulled"

    reason: str


class GuidanceConsentAnnulled(Fact):
    """The consent was never given. It says nothing else, as its withdrawal does not.

    Its legal date is the day on which it was recorded.
    """

    TOPIC: ClassVar[str] = "guidance-record.consent-annulled"


ENDINGS: Final = (GuidanceConsentWithdrawn, GuidanceConsentAnnulled)
"""What takes the record's key along. Such a fact is told again from what stands unsealed."""
