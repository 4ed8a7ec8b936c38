"""The act that reopens a case."""

from typing import ClassVar, Self

from pydantic import model_validator

from cases.domain.case.act import Act, Text
from cases.domain.codes.values import ReopeningGround


class ReopenCase(Act):
    """Reopen a closed case, on a ground; the case goes on as it was."""

    NAME: ClassVar[str] = "reopenCase"

    ground: ReopeningGround
    reason: Text | None = None

    @model_validator(mode="after")
    def _another_ground_needs_its_reason(self) -> Self:
        if self.ground is ReopeningGround.OTHER and self.reason is None:
            msg = "the ground OTHER needs a reason"
            raise ValueError(msg)
        return self
