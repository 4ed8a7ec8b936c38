"""From a case to the last days whose passing has a consequence that is not recorded yet."""

from datetime import timedelta
from enum import StrEnum
from typing import ClassVar

import sqlalchemy as sa

from cases.domain.case.state import CaseState
from cases.projections.case_view import CaseView, Rows
from cases.projections.timers.table import TIMER, TIMER_CASE


class TimerKind(StrEnum):
    """What the passing of a day brings about."""

    PLAN_EXPIRY = "PLAN_EXPIRY"


class Timers(CaseView):
    """The last day of every plan that no act has ended, until its expiry is recorded.

    A plan whose last day has moved since its expiry was recorded has a timer again.
    """

    name: ClassVar[str] = "timers"
    tables: ClassVar[tuple[sa.Table, ...]] = (TIMER_CASE, TIMER)

    def rows(self, state: CaseState) -> Rows:
        """A timer for each such plan, due on the day after its last."""
        timers = [
            {
                "kind": TimerKind.PLAN_EXPIRY.value,
                "subject_id": plan.plan_id,
                "last_day": plan.valid_until,
                "due_on": plan.valid_until + timedelta(days=1),
            }
            for plan in state.plans
            if plan.ending is None and plan.expired_after != plan.valid_until
        ]
        return {TIMER_CASE.name: [{}], TIMER.name: timers}
