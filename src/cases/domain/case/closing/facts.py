"""Facts of closing."""

from typing import ClassVar

from cases.domain.codes.values import ClosingGround
from cases.domain.facts import Fact


class CaseClosed(Fact):
    """The case was closed."""

    TOPIC: ClassVar[str] = "case.closed"

    ground: ClosingGround
    reason: str | None = None
