"""Acts of closing."""

from typing import ClassVar, Self

from pydantic import model_validator

from cases.domain.case.act import Act, Text
from cases.domain.codes.values import ClosingGround


class CloseCase(Act):
    """Close the case, on a ground."""

    NAME: ClassVar[str] = "closeCase"

    ground: ClosingGround
    reason: Text | None = None

    @model_validator(mode="after")
    def _another_ground_needs_its_reason(self) -> Self:
        if self.ground is ClosingGround.OTHER and self.reason is None:
            msg = "the ground OTHER needs a reason"
            raise ValueError(msg)
        return self
