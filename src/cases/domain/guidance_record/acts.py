"""Acts on a guidance record."""

from typing import Annotated, ClassVar, Self
from uuid import UUID

from pydantic import Field, model_validator

from cases.domain.case.act import Act, LanguageCode, LegalDate, OrganisationId, Text
from cases.domain.case.consent.acts import Informed
from cases.domain.case.person.acts import PersonName
from cases.domain.case.records.acts import Change, Version
from cases.domain.codes.values import ConsentGiver
from cases.domain.model import Value
from cases.domain.people import IdentityCode


class GuidedPerson(Value):
    """Who is guided: no more than it takes to know the person again. The code may be missing."""

    names: PersonName
    identity_code: IdentityCode | None = None
    date_of_birth: LegalDate | None = None
    contact_language: LanguageCode | None = None


class GiveGuidanceConsent(Act):
    """Record the consent to a guidance record, which it opens, and what was told before it.

    ``informed`` is what the person was told of recording and processing. It may be left out of the
    body, and the act is refused then: the decree wants it.
    """

    NAME: ClassVar[str] = "giveGuidanceConsent"

    person: GuidedPerson
    informed: Informed | None = None
    given_by: ConsentGiver | None = None


class GuidedTo(Value):
    """Where the person was guided: an authority, a provider or an actor of the third sector."""

    to: OrganisationId
    service: Text | None = None


class RecordGuidance(Act):
    """Record what guidance and counselling found and did, under a consent.

    ``consent`` may be left out of the body, and the act is refused then. Of the other members at
    least one is said: needs of services that were identified, where the person was guided, and
    other matters that promote integration.
    """

    NAME: ClassVar[str] = "recordGuidance"

    consent: UUID | None = None
    needs: Annotated[tuple[Text, ...], Field(max_length=50)] = ()
    guided_to: Annotated[tuple[GuidedTo, ...], Field(max_length=50)] = ()
    other_matters: Text | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.needs and not self.guided_to and self.other_matters is None:
            msg = "a need, a service guided to or another matter is needed"
            raise ValueError(msg)
        return self


class WithdrawGuidanceConsent(Act):
    """Record that the consent is withdrawn: everything recorded under it is unreadable then."""

    NAME: ClassVar[str] = "withdrawGuidanceConsent"

    consent: UUID


class CorrectGuidanceRecord(Act):
    """Correct members of what was recorded under a consent, named by its version, with the reason.

    A change is a JSON pointer into the entry of the history. The consent is corrected so, too.
    """

    NAME: ClassVar[str] = "correctGuidanceRecord"

    version: Version
    changes: tuple[Change, ...] = Field(min_length=1, max_length=50)
    reason: Text


class AnnulGuidanceRecord(Act):
    """Annul what should never have been recorded under a consent, named by its version.

    ``along`` are the versions that build on it and are annulled with it; each of them is named. A
    consent that was never given takes everything along: nothing is readable then, nor the reason.
    """

    NAME: ClassVar[str] = "annulGuidanceRecord"

    version: Version
    along: tuple[Version, ...] = Field(default=(), max_length=500)
    reason: Text
