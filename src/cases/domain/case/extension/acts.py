"""Acts that let a plan last longer."""

from typing import Annotated, ClassVar, Self
from uuid import UUID

from pydantic import Field, model_validator

from cases.domain.case.act import Act, LegalDate, Text
from cases.domain.codes.values import ExtensionGround
from cases.domain.model import Value
from cases.domain.time import Interval


class Obstacle(Value):
    """The days on which the client could not take part, both included (23 § 4 mom.)."""

    since: LegalDate = Field(alias="from")
    until: LegalDate

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until < self.since:
            msg = "until is before from"
            raise ValueError(msg)
        return self

    @property
    def days(self) -> Interval:
        """The days as an interval."""
        return Interval(first=self.since, last=self.until)


class Extension(Value):
    """How the maximum is extended, and on which ground.

    ``until`` is the plan's new last day: needed where a length is granted, and where days of an
    ``obstacle`` are added it may be an earlier day than they give. ``special_measures`` are those
    that the extension is for.
    """

    ground: ExtensionGround
    until: LegalDate | None = None
    obstacle: Obstacle | None = None
    special_measures: tuple[Text, ...] = Field(default=(), max_length=20)
    reason: Annotated[str, Field(min_length=1, max_length=4000)] | None = None


class ExtendPlan(Act, Extension):
    """Extend the maximum, before the plan is over."""

    NAME: ClassVar[str] = "extendPlan"

    plan: UUID


class ContinueForStudies(Act):
    """Let the plan stay in force after the maximum for the support of the studies only (31 §)."""

    NAME: ClassVar[str] = "continueForStudies"

    plan: UUID
