"""Facts of opening."""

from datetime import date
from typing import ClassVar

from cases.domain.codes.values import CaseOrigin
from cases.domain.facts import Fact


class CaseOpened(Fact):
    """A case was opened; ``responsible`` is the id of the authority that answers for it.

    ``earlier_first_plan_on`` is the day the person's first plan was drawn up in an earlier case.
    """

    TOPIC: ClassVar[str] = "case.opened"

    origin: CaseOrigin
    section: str | None = None
    learned_on: date
    responsible: str
    earlier_first_plan_on: date | None = None
