"""Which timers are due, and how old is the oldest?"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from cases.projections.timers.fold import TimerKind
from cases.projections.timers.table import TIMER


@dataclass(frozen=True, slots=True)
class DueTimer:
    """A timer that is due: the consequence of ``last_day`` has the legal date ``due_on``."""

    case_id: UUID
    kind: TimerKind
    subject_id: UUID
    last_day: date
    due_on: date


class TimerStore:
    """The timers as the calendar takes them. ``engine`` connects as the projector."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @contextmanager
    def claim(
        self, today: date, after: DueTimer | None, limit: int
    ) -> Iterator[tuple[DueTimer, ...]]:
        """Timers due on ``today`` that nobody else has claimed, oldest first, ours until the end.

        ``after`` is the last one claimed before. The claim ends with the connection, so nothing
        stays claimed by the dead.
        """
        where = {"today": today, "at_most": limit}
        with self._engine.begin() as conn:
            if after is None:
                rows = conn.execute(_DUE, where)
            else:
                rows = conn.execute(
                    _NEXT_DUE,
                    {
                        **where,
                        "after_due_on": after.due_on,
                        "after_case_id": after.case_id,
                        "after_subject_id": after.subject_id,
                    },
                )
            yield tuple(
                DueTimer(row.case_id, TimerKind(row.kind), row.subject_id, row.last_day, row.due_on)
                for row in rows
            )

    def oldest_due_days(self, today: date) -> int:
        """For how many days the oldest due timer has waited to be recorded; 0 when none is due."""
        with self._engine.begin() as conn:
            oldest: date | None = conn.execute(_OLDEST, {"today": today}).scalar_one()
        return 0 if oldest is None else (today - oldest).days + 1


_TODAY: Final = sa.bindparam("today", type_=sa.Date)
_DUE: Final = (
    sa.select(TIMER)
    .where(TIMER.c.due_on <= _TODAY)
    .order_by(TIMER.c.due_on, TIMER.c.case_id, TIMER.c.subject_id)
    .limit(sa.bindparam("at_most", type_=sa.Integer))
    .with_for_update(skip_locked=True)
)
_NEXT_DUE: Final = _DUE.where(
    sa.tuple_(TIMER.c.due_on, TIMER.c.case_id, TIMER.c.subject_id)
    > sa.tuple_(
        sa.bindparam("after_due_on", type_=sa.Date),
        sa.bindparam("after_case_id", type_=sa.Uuid),
        sa.bindparam("after_subject_id", type_=sa.Uuid),
    )
)
_OLDEST: Final = sa.select(sa.func.min(TIMER.c.due_on)).where(TIMER.c.due_on <= _TODAY)
