"""When is a plan in force? The truth is the interval.

It is computed from what was decided by a legal day, in the order of the legal dates. Of the order
in which acts were recorded it keeps one thing: whether a last day was the maximum, as known then.
"""

from datetime import date, timedelta

from cases.domain.case.plan.evolution import Plan, plans_drawn_up_by
from cases.domain.case.plan.last_day import last_day
from cases.domain.case.state import CaseState
from cases.domain.codes.values import InForce
from cases.domain.law.edition import Edition
from cases.domain.model import State
from cases.domain.time import Interval

_DAY = timedelta(days=1)


class Validity(State):
    """The days a plan is in force.

    ``fully`` is None where it ended before it began. ``for_studies`` are the days after the
    maximum on which it is in force for the support of the studies only (31 § 2 mom.); it is open
    until the studies or the plan are ended.
    """

    fully: Interval | None
    for_studies: Interval | None = None

    @property
    def last_day(self) -> date | None:
        """The last day in force in any way; None while that is open, or where there is none."""
        days = self.for_studies or self.fully
        return None if days is None else days.last

    def on(self, day: date) -> InForce | None:
        """How the plan is in force on ``day``; None where it is not."""
        if self.fully is not None and self.fully.contains(day):
            return InForce.FULLY
        if self.for_studies is not None and self.for_studies.contains(day):
            return InForce.FOR_STUDIES_ONLY
        return None

    def is_over_on(self, day: date) -> bool:
        """Whether its last day lies before ``day``; one that ended before it began is over."""
        last = self.last_day
        return self.fully is None or (last is not None and last < day)

    def overlaps(self, days: Interval) -> bool:
        """Whether it is in force, in either way, on any of these days."""
        return any(own.overlaps(days) for own in (self.fully, self.for_studies) if own is not None)


def validity(plan: Plan, state: CaseState, edition: Edition, day: date) -> Validity:
    """The days the plan is in force, as decided by ``day``."""
    agreed = last_day(plan, state, edition, day)
    last = min(agreed.day, plan.last_day_left_by(day))
    fully = Interval(first=plan.valid_from, last=last) if plan.valid_from <= last else None
    if plan.continued is None or plan.continued.on > day or last < agreed.day:
        return Validity(fully=fully)
    if not agreed.reaches_maximum:
        # A review or an extension since has let it end before the maximum.
        return Validity(fully=fully)
    return Validity(fully=fully, for_studies=_for_studies(plan, state, last, day))


def plan_in_force(state: CaseState, edition: Edition, day: date) -> Plan | None:
    """The plan in force on ``day`` in any way; there is at most one."""
    drawn_up = plans_drawn_up_by(state.plans, day)
    return next((p for p in drawn_up if validity(p, state, edition, day).on(day)), None)


def plan_to_come(state: CaseState, edition: Edition, day: date) -> Plan | None:
    """The plan drawn up by ``day`` that is the next to be in force after it; None without one."""
    drawn_up = (p for p in plans_drawn_up_by(state.plans, day) if p.valid_from > day)
    to_come = (p for p in drawn_up if validity(p, state, edition, day).fully is not None)
    return min(to_come, key=lambda p: p.valid_from, default=None)


def plan_over_last(state: CaseState, edition: Edition, day: date) -> tuple[Plan, date] | None:
    """The plan whose last day is the latest before ``day``, and that day; None where none is over.

    A plan that ended before it began was never in force, so it is not over either.
    """
    were = ((p, validity(p, state, edition, day)) for p in plans_drawn_up_by(state.plans, day))
    over = [(p, d.last_day) for p, d in were if d.last_day is not None and d.last_day < day]
    return max(over, key=lambda each: each[1], default=None)


def _for_studies(plan: Plan, state: CaseState, last: date, day: date) -> Interval | None:
    """From the day after the maximum until the studies or the plan end, as decided by ``day``.

    The studies that were not finished at the maximum: those begun later are no ground for it.
    """
    unfinished = [s for s in state.studies if s.since <= last]
    ended = [s.ended_on for s in unfinished if s.ended_on is not None and s.ended_on <= day]
    going_on = len(ended) < len(unfinished)
    until = None if going_on or not ended else max(ended)
    if plan.ending is not None and plan.ending.decided_on <= day:
        until = min(plan.ending.ends_on, until or plan.ending.ends_on)
    first = last + _DAY
    return None if until is not None and until < first else Interval(first=first, last=until)
