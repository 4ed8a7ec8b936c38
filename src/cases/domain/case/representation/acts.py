"""Acts about guardians and representatives."""

from typing import ClassVar, Self
from uuid import UUID

from pydantic import Field, model_validator

from cases.domain.case.act import Act, LegalDate
from cases.domain.case.person.acts import ContactDetails, PersonName
from cases.domain.codes.values import RepresentationKind


class RecordRepresentation(Act):
    """Record who stands for a minor from a day on; ``until`` is the last day, where it is known."""

    NAME: ClassVar[str] = "recordRepresentation"

    kind: RepresentationKind
    names: PersonName
    contact: ContactDetails | None = None
    since: LegalDate = Field(alias="from")
    until: LegalDate | None = None

    @property
    def may_predate_the_act(self) -> bool:
        """Guardians were there before the Act."""
        return True

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until is not None and self.until < self.since:
            msg = "until is before from"
            raise ValueError(msg)
        return self


class EndRepresentation(Act):
    """Record that somebody no longer stands for the minor; ``until`` is the last day."""

    NAME: ClassVar[str] = "endRepresentation"

    representation: UUID
    until: LegalDate

    @property
    def may_predate_the_act(self) -> bool:
        """Guardians were there before the Act."""
        return True
