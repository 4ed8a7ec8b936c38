"""The act that follows the closing of another case of the person, or its being put right."""

from typing import ClassVar

from pydantic import Field

from cases.domain.case.act import Act
from cases.domain.case.earlier import EarlierPlans
from cases.domain.case.records.acts import Version
from cases.domain.model import Value


class ToldAnew(Value):
    """A record, by its version, and the earlier plans it tells now; None where it tells none."""

    version: Version
    earlier_plans: EarlierPlans | None = None


class NoteEarlierPlans(Act):
    """Note what other cases of the person meant for this one. Done by the product, not by a person.

    ``told`` are the records that tell it otherwise than they should; ``earlier_plans`` what no
    record tells yet.
    """

    NAME: ClassVar[str] = "noteEarlierPlans"

    told: tuple[ToldAnew, ...] = Field(default=(), max_length=500)
    earlier_plans: EarlierPlans | None = None
