"""The fact of compensable costs."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from cases.domain.codes.values import CompensationGround
from cases.domain.facts import Fact


class CostRecorded(Fact):
    """Costs arose from a day until another, both included; ``cents`` are hundredths of a euro."""

    TOPIC: ClassVar[str] = "cost.recorded"

    cost_id: UUID
    ground: CompensationGround
    cents: int
    since: date = Field(alias="from")
    until: date
    borne_by: str
    decision: str | None = None
    reason: str | None = None
    note: str | None = None
