"""Facts about non-disclosure for safety."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from cases.domain.facts import Fact


class NonDisclosureSet(Fact):
    """Non-disclosure for safety holds from a day; both days are included."""

    TOPIC: ClassVar[str] = "non-disclosure.set"

    since: date = Field(alias="from")
    until: date | None = None

    def holds_from(self, effective_on: date) -> date:
        """From its own first day."""
        return self.since


class NonDisclosureLifted(Fact):
    """Non-disclosure for safety holds no longer, from the fact's legal date on."""

    TOPIC: ClassVar[str] = "non-disclosure.lifted"
