"""Facts about consents."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from cases.domain.codes.values import ConsentGiver, ConsentScope
from cases.domain.facts import Fact
from cases.domain.model import Value


class InformedOnRecord(Value):
    """What the person was told, as the record keeps it."""

    on: date = Field(alias="date")
    language: str
    interpreter: bool
    told: str | None = None


class ConsentGiven(Fact):
    """A consent was given on the fact's legal date, after the person was informed."""

    TOPIC: ClassVar[str] = "consent.given"

    consent_id: UUID
    scope: ConsentScope
    informed: InformedOnRecord
    given_by: ConsentGiver
    guardian: UUID | None = None


class ConsentWithdrawn(Fact):
    """A consent holds no longer, from the fact's legal date on."""

    TOPIC: ClassVar[str] = "consent.withdrawn"

    consent_id: UUID
