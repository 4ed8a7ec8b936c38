"""Due work becomes ordinary acts, under keys that make twice the same as once."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol
from uuid import UUID, uuid5

from cases.domain.case.plan.acts import ExpirePlan
from cases.domain.case.plan.facts import PlanExpired
from cases.domain.case.records.mending import annulled_among
from cases.domain.facts import Recorded
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal
from cases.projections.timers.queries import DueTimer

BATCH: Final = 20


class AlreadyNoted:
    """The fact is in the log, and counts: another node, or an earlier run, has recorded it."""


Perform = Callable[[UUID, ExpirePlan], Refusal | AlreadyNoted | None]
"""Performs an act on a case, under the key of ``key_of``, as the calendar.

None when the fact has been recorded now. Whatever else happens is an exception, and the next run
tries again.
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

    ``recorded`` counts facts that were recorded by it, ``settled`` plans that had been ended, moved
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
                        outcome = self._perform(timer.case_id, expiry(timer))
                    except Exception as error:
                        failures.append(Failure(timer.case_id, type(error).__name__))
                        continue
                    if outcome is None:
                        recorded += 1
                    elif isinstance(outcome, AlreadyNoted) or settles(outcome):
                        settled += 1
                    else:
                        rule = outcome.violations[0].line.rule
                        failures.append(Failure(timer.case_id, rule))
            if len(due) < self._batch:
                return Report(recorded, settled, tuple(failures), waited)
            after = due[-1]


def expiry(timer: DueTimer) -> ExpirePlan:
    """The act a due timer calls for."""
    return ExpirePlan(plan=timer.subject_id, last_day=timer.last_day, effective_on=timer.due_on)


def key_of(act: ExpirePlan, facts: Sequence[Recorded]) -> str | None:
    """The key under which an expiry is recorded in a case of these facts; None where one counts.

    One for each plan and last day, so that one fact is recorded however many nodes look. A note
    that was annulled still owns its key: what is due anew has another, the same for every look.
    """
    gone = annulled_among(facts)
    noted = [each.version for each in facts if _notes(each, act)]
    if any(version not in gone for version in noted):
        return None
    anew = "".join(f", annulled at {gone[version].version}" for version in noted)
    return str(uuid5(act.plan, f"expired after {act.last_day}{anew}"))


def _notes(recorded: Recorded, act: ExpirePlan) -> bool:
    fact = recorded.fact
    if not isinstance(fact, PlanExpired):
        return False
    return (fact.plan_id, fact.last_day) == (act.plan, act.last_day)


def settles(refusal: Refusal) -> bool:
    """Whether the refusal only says that there is nothing left to record for this last day."""
    return all(v.line.rule == Rule.OVER_AFTER_LAST_DAY.value for v in refusal.violations)
