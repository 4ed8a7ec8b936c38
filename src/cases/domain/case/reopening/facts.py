"""Facts of reopening."""

from typing import ClassVar

from cases.domain.case.earlier import EarlierPlans
from cases.domain.codes.values import ReopeningGround
from cases.domain.facts import Fact


class CaseReopened(Fact):
    """The case was reopened.

    ``earlier_plans`` are those of other cases the person had, as far as this one does not know
    them: the maximum runs on from them.
    """

    TOPIC: ClassVar[str] = "case.reopened"

    ground: ReopeningGround
    reason: str | None = None
    earlier_plans: EarlierPlans | None = None
