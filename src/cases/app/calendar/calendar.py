"""Due work becomes ordinary acts, under keys that make twice the same as once."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol
from uuid import UUID, uuid5

from cases.domain.case.plan.acts import ExpirePlan
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal
from cases.projections.timers.queries import DueTimer

BATCH: Final = 20

Perform = Callable[[UUID, ExpirePlan, str], Refusal | None]
"""Performs an act on a case under an idempotency key, as the calendar.

None when the fact is in the log, now or from an earlier attempt under the same key. Whatever else
happens is an exception, and the next run tries again.
"""


class Timers(Protocol):
    """Where due timers are claimed; ``TimerStore`` in everyday life."""

    def claim(
        self, today: date, after: DueTimer | None, limit: int
    ) -> AbstractContextManager[tuple[DueTimer, ...]]: ...
    def oldest_due_days(self, today: date) -> int: ...


@dataclass(frozen=True, slots=True)
class Failure:
    """A case whose act could not be performed, and the class of the error or the id of the rule."""

    case_id: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did.

    ``recorded`` counts facts that are in the log now, ``settled`` plans that had been ended, moved
    or expired in the meantime. ``oldest_due_days`` is how long the oldest had waited at the start.
    """

    recorded: int
    settled: int
    failures: tuple[Failure, ...]
    oldest_due_days: int


class Calendar:
    """Any number may run, on any day, as often as they like. Safe to share between threads."""

    def __init__(self, timers: Timers, perform: Perform, batch: int = BATCH) -> None:
        self._timers = timers
        self._perform = perform
        self._batch = batch

    def run_once(self, today: date) -> Report:
        """Record everything that has become due by the legal day ``today`` and is not recorded.

        Each consequence has the legal date of the day after the last, however late it is recorded.
        The trouble of one case is reported and does not stop the others.
        """
        waited = self._timers.oldest_due_days(today)
        recorded = settled = 0
        failures: list[Failure] = []
        after: DueTimer | None = None
        while True:
            with self._timers.claim(today, after, self._batch) as due:
                for timer in due:
                    try:
                        refusal = self._perform(timer.case_id, *expiry(timer))
                    except Exception as error:
                        failures.append(Failure(timer.case_id, type(error).__name__))
                        continue
                    if refusal is None:
                        recorded += 1
                    elif settles(refusal):
                        settled += 1
                    else:
                        rule = refusal.violations[0].line.rule
                        failures.append(Failure(timer.case_id, rule))
            if len(due) < self._batch:
                return Report(recorded, settled, tuple(failures), waited)
            after = due[-1]


def expiry(timer: DueTimer) -> tuple[ExpirePlan, str]:
    """The act a due timer calls for, and its key: one for each plan and last day."""
    act = ExpirePlan(plan=timer.subject_id, last_day=timer.last_day, effective_on=timer.due_on)
    return act, str(uuid5(timer.subject_id, f"expired after {timer.last_day}"))


def settles(refusal: Refusal) -> bool:
    """Whether the refusal only says that there is nothing left to record for this last day."""
    return all(v.line.rule == Rule.OVER_AFTER_LAST_DAY.value for v in refusal.violations)
