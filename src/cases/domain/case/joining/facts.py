"""The fact of joining: what the duplicate held is told where the case goes on."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from cases.domain.case.earlier import EarlierPlans
from cases.domain.facts import Fact
from cases.domain.model import Value


class HeldRecord(Value):
    """A record of the duplicate: its version there, which fact, and for which legal date."""

    version: int
    fact: str
    effective_on: date


class CasesJoined(Fact):
    """A duplicate was joined to the case.

    ``held`` is what counted in the duplicate when it was joined, in the order it was recorded; what
    each record says stands there. ``earlier_plans`` are those of the duplicate, and of the cases
    before it.
    """

    TOPIC: ClassVar[str] = "cases.joined"

    duplicate: UUID
    reason: str
    opened_on: date
    closed_on: date
    held: tuple[HeldRecord, ...]
    earlier_plans: EarlierPlans | None = None
