"""Facts of supported self-motivated studies."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from cases.domain.codes.values import StudiesEndReason
from cases.domain.facts import Fact


class SupportedStudiesStarted(Fact):
    """Supported studies agreed in the plan began; ``paid_by`` is Kela or a fund, by its id."""

    TOPIC: ClassVar[str] = "studies.supported-started"

    plan_id: UUID
    since: date = Field(alias="from")
    paid_by: str
    studies: str | None = None

    def holds_from(self, effective_on: date) -> date:
        """From the day the studies began."""
        return self.since


class SupportedStudiesEnded(Fact):
    """The supported studies ended; ``ended_on`` is their last day."""

    TOPIC: ClassVar[str] = "studies.supported-ended"

    plan_id: UUID
    ended_on: date
    reason: StudiesEndReason
