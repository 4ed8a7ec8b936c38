"""Facts about guardians and representatives. They hold from their own day."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from cases.domain.case.person.acts import ContactDetails, PersonName
from cases.domain.codes.values import RepresentationKind
from cases.domain.facts import Fact


class RepresentationRecorded(Fact):
    """Somebody stands for the minor from a day on, until another where it is known."""

    TOPIC: ClassVar[str] = "representation.recorded"

    representation_id: UUID
    kind: RepresentationKind
    names: PersonName
    contact: ContactDetails | None = None
    since: date = Field(alias="from")
    until: date | None = None

    def holds_from(self, effective_on: date) -> date:
        """From its own first day."""
        return self.since


class RepresentationEnded(Fact):
    """Somebody no longer stands for the minor; ``until`` is the last day."""

    TOPIC: ClassVar[str] = "representation.ended"

    representation_id: UUID
    until: date
