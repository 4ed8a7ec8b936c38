"""Acts about consents."""

from typing import ClassVar, Self
from uuid import UUID

from pydantic import Field, model_validator

from cases.domain.case.act import Act, LanguageCode, LegalDate, Text
from cases.domain.codes.values import ConsentGiver, ConsentScope
from cases.domain.model import Value


class Informed(Value):
    """What the person was told before consenting: on which day, in which language, by which words.

    ``interpreter`` says whether an interpreter was there; ``told`` is what was said, where it is
    written down.
    """

    on: LegalDate = Field(alias="date")
    language: LanguageCode
    interpreter: bool
    told: Text | None = None


class GiveConsent(Act):
    """Record a consent, and what the person was told before it.

    ``guardian`` is the guardian who gives it, by her or his case (21 §); without it, and where
    nobody else is said to give it, the client does.
    """

    NAME: ClassVar[str] = "giveConsent"

    scope: ConsentScope
    informed: Informed
    given_by: ConsentGiver | None = None
    guardian: UUID | None = None

    @model_validator(mode="after")
    def _a_guardian_is_one(self) -> Self:
        if self.guardian is not None and self.given_by not in {None, ConsentGiver.GUARDIAN}:
            msg = "who is named as guardian gives the consent"
            raise ValueError(msg)
        return self


class WithdrawConsent(Act):
    """Record that a consent is withdrawn, from the act's legal date on."""

    NAME: ClassVar[str] = "withdrawConsent"

    consent: UUID
