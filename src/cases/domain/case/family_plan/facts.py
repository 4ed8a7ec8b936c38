"""What a case keeps of family plans that name it."""

from datetime import date
from typing import ClassVar, Final
from uuid import UUID

from cases.domain.facts import Fact

WITHHELD_PLAN: Final = UUID(int=0)
"""Stands for the plan of a protected client's family, by which the household could be found."""


class NamedInFamilyPlan(Fact):
    """The case is named in a family plan, which stands so at a version of it."""

    TOPIC: ClassVar[str] = "case.named-in-family-plan"

    family_plan: UUID
    plan_version: int
    drawn_up_on: date
    until: date
    next_review_on: date | None = None
