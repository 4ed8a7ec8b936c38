"""Acts of closing."""

from typing import ClassVar, Self
from uuid import UUID

from pydantic import model_validator

from cases.domain.case.act import Act, Text
from cases.domain.codes.values import ClosingGround


class CloseCase(Act):
    """Close the case, on a ground; as a duplicate, it names the case that it continues in."""

    NAME: ClassVar[str] = "closeCase"

    ground: ClosingGround
    reason: Text | None = None
    continues_in: UUID | None = None

    @model_validator(mode="after")
    def _another_ground_needs_its_reason(self) -> Self:
        if self.ground is ClosingGround.OTHER and self.reason is None:
            msg = "the ground OTHER needs a reason"
            raise ValueError(msg)
        if (self.ground is ClosingGround.DUPLICATE) is (self.continues_in is None):
            msg = "a duplicate, and nothing else, names the case it continues in"
            raise ValueError(msg)
        return self
