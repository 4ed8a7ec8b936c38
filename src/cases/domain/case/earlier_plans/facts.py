"""The fact that another case of the person ended, or was found, while this one was open."""

from typing import ClassVar

from cases.domain.case.earlier import EarlierPlans
from cases.domain.facts import Fact


class EarlierPlansNoted(Fact):
    """What other cases of the person meant for this one was noted, as far as it did not know it.

    ``earlier_plans`` is None where it turned out later that they meant nothing: the note stays.
    """

    TOPIC: ClassVar[str] = "earlier-plans.noted"

    earlier_plans: EarlierPlans | None = None
