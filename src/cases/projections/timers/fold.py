"""From a case to the last days whose passing has a consequence that is not recorded yet."""

from datetime import date, timedelta
from enum import StrEnum
from typing import ClassVar

import sqlalchemy as sa

from cases.domain.case.plan.validity import validity
from cases.domain.case.state import CaseState
from cases.domain.law.edition import Law
from cases.projections.case_view import CaseView, Rows
from cases.projections.timers.table import TIMER, TIMER_CASE


class TimerKind(StrEnum):
    """What the passing of a day brings about."""

    PLAN_EXPIRY = "PLAN_EXPIRY"


class Timers(CaseView):
    """The last day of every plan that no act has ended or replaced, until its expiry is recorded.

    A plan whose last day has moved since its expiry was recorded has a timer again. Version 2 knows
    no plan beyond the maximum; version 3, which plans were agreed until it.
    """

    name: ClassVar[str] = "timers"
    version: ClassVar[int] = 3
    tables: ClassVar[tuple[sa.Table, ...]] = (TIMER_CASE, TIMER)

    def __init__(self, law: Law) -> None:
        self._law = law

    def rows(self, state: CaseState) -> Rows:
        """A timer for each such plan, due on the day after its last."""
        edition = self._law.governing(date.max)
        timers = []
        for plan in state.plans:
            last = validity(plan, state, edition, date.max).last_day
            settled = plan.ending is not None or plan.replaced is not None
            if last is None or settled or plan.expired_after == last:
                continue
            timers.append(
                {
                    "kind": TimerKind.PLAN_EXPIRY.value,
                    "subject_id": plan.plan_id,
                    "last_day": last,
                    "due_on": last + timedelta(days=1),
                }
            )
        return {TIMER_CASE.name: [{}], TIMER.name: timers}
