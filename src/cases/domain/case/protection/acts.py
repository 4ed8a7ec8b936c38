"""Acts about non-disclosure for safety."""

from typing import ClassVar, Self

from pydantic import Field, model_validator

from cases.domain.case.act import Act, LegalDate


class SetNonDisclosure(Act):
    """Record that contact details, home municipality and household are not to be disclosed.

    Both days (Helsinki) are included; without ``until`` it holds until it is lifted.
    """

    NAME: ClassVar[str] = "setNonDisclosure"

    since: LegalDate = Field(alias="from")
    until: LegalDate | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until is not None and self.until < self.since:
            msg = "until is before from"
            raise ValueError(msg)
        return self


class LiftNonDisclosure(Act):
    """Record that non-disclosure holds no longer, from the act's legal date on."""

    NAME: ClassVar[str] = "liftNonDisclosure"
