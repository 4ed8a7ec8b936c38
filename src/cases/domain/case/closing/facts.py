"""Facts of closing."""

from typing import ClassVar
from uuid import UUID

from cases.domain.codes.values import ClosingGround
from cases.domain.facts import Fact


class CaseClosed(Fact):
    """The case was closed; a duplicate says in which case of the person's it continues."""

    TOPIC: ClassVar[str] = "case.closed"
    VERSION: ClassVar[int] = 2

    ground: ClosingGround
    reason: str | None = None
    continues_in: UUID | None = None
