"""Facts of extension and continuation."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from cases.domain.case.extension.acts import Obstacle
from cases.domain.codes.values import ExtensionGround
from cases.domain.facts import Fact
from cases.domain.time import Length


class PlanExtended(Fact):
    """The maximum was extended: by ``length``, or by the days of ``obstacle``.

    ``until`` is the last day the act states for the plan, None where it states none.
    ``reaches_maximum`` tells whether the plan was let last as long as the maximum became, as known
    when it was recorded, and not to an earlier day.
    """

    TOPIC: ClassVar[str] = "plan.extended"
    VERSION: ClassVar[int] = 2

    plan_id: UUID
    ground: ExtensionGround
    length: Length | None = None
    obstacle: Obstacle | None = None
    until: date | None = None
    special_measures: tuple[str, ...] = ()
    reason: str | None = None
    reaches_maximum: bool | None = None


class PlanContinuedForStudies(Fact):
    """The plan stays in force after the maximum, for the support of the studies only."""

    TOPIC: ClassVar[str] = "plan.continued-for-studies"

    plan_id: UUID
