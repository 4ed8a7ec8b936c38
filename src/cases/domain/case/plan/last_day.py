"""Until which day was a plan agreed to last: drawn up, reviewed, extended? (22–23, 31 §)

A plan agreed until the maximum moves with it: what was known when the day was recorded settles
whether it was the maximum then. One agreed to end earlier keeps its day.
"""

from datetime import date
from enum import Enum

from cases.domain.case.extension.evolution import Extended
from cases.domain.case.plan.evolution import Changed, Continued, Plan
from cases.domain.case.plan.maximum import Granted, brought_by_reopening, first_plan, sum_of
from cases.domain.case.state import CaseState
from cases.domain.law.edition import Edition
from cases.domain.law.maximum import Grant
from cases.domain.model import State


class MovedBy(Enum):
    """What moved a plan's own last day."""

    REVIEW = "review"
    EXTENSION = "extension"
    CONTINUATION = "continuation"


class Move(State):
    """A step on a legal day that moved a plan's own last day to ``last_day``."""

    on: date
    last_day: date
    by: MovedBy


class LastDay(State):
    """The last day agreed for a plan, as decided by a day, and what moved it there.

    ``maximum_until`` is the latest last day of all plans together; ``reaches_maximum`` tells
    whether the plan was agreed until then, and so moves with it.
    """

    agreed: date
    maximum_until: date
    reaches_maximum: bool
    moves: tuple[Move, ...] = ()

    @property
    def day(self) -> date:
        """The last day, no later than the maximum.

        What is told late of the person – another date of birth, a plan of an earlier case – may
        leave less than was agreed.
        """
        return min(self.agreed, self.maximum_until)


Step = Changed | Extended | Continued | Granted


def last_day(plan: Plan, state: CaseState, edition: Edition, day: date) -> LastDay:
    """The plan's own last day as decided by ``day``, step by step in the order of legal dates.

    An extension moves the maximum, and the plan that was agreed to last until it: to the new one,
    or where days of an obstacle are added to the earlier day the act states. The day stated with a
    length is what the length was taken from. A plan continued for the studies lasts until the
    maximum (31 § 2 mom.). A plan that another one follows is moved no more, nor is one of before a
    reopening by what other cases granted in between.
    """
    by = max(day, plan.drawn_up_on)
    first = first_plan(state, by)
    assert first is not None, "the plan was drawn up"
    grants: list[Grant] = []
    until = sum_of(state, edition, first, ()).until
    last, reaches, moves = plan.valid_until, plan.reaches_maximum, list[Move]()
    for on, version, step in _steps(plan, state, by):
        moved = last
        if isinstance(step, Changed):
            moved, reaches = step.changes.valid_until or last, step.changes.reaches_maximum
        elif isinstance(step, Continued):
            moved, reaches = max(last, until), True
        elif isinstance(step, Granted):
            if reaches is None and (on, version) > (plan.drawn_up_on, plan.version):
                reaches = last >= until
            grants.append(step.grant)
            until = sum_of(state, edition, first, grants).until
        else:
            grants.append(step.grant)
            before, until = until, sum_of(state, edition, first, grants).until
            follows = last == before if reaches is None else reaches
            if follows and not _before_or_followed(plan, last, state, on, version):
                moved, reaches = _extended_to(step, until)
        if moved != last:
            moves.append(Move(on=on, last_day=moved, by=_moved_by(step)))
            last = moved
    if reaches is None:
        reaches = last >= until
    return LastDay(agreed=last, maximum_until=until, reaches_maximum=reaches, moves=tuple(moves))


def _steps(plan: Plan, state: CaseState, by: date) -> list[tuple[date, int, Step]]:
    steps: list[tuple[date, int, Step]] = [
        (c.on, c.version, c) for c in plan.changes_by(by) if c.changes.valid_until is not None
    ]
    steps += [(e.decided_on, e.version, e) for e in state.extensions if e.decided_on <= by]
    steps += [
        (g.decided_on, g.version, g) for g in brought_by_reopening(state) if g.decided_on <= by
    ]
    if plan.continued is not None and plan.continued.on <= by:
        steps.append((plan.continued.on, plan.continued.version, plan.continued))
    return sorted(steps, key=lambda each: each[:2])


def _before_or_followed(plan: Plan, last: date, state: CaseState, on: date, version: int) -> bool:
    """Whether a decision of that day came before the plan, or after one that follows the plan."""
    return (on, version) < (plan.drawn_up_on, plan.version) or any(
        other.valid_from > last and (other.drawn_up_on, other.version) < (on, version)
        for other in state.plans
        if not other.given_up_by(on)
    )


def _extended_to(step: Extended, until: date) -> tuple[date, bool]:
    """The last day of a plan that moves with an extension; whether that still is the maximum."""
    stated = step.until if step.grant.obstacle else None
    reaches = step.reaches_maximum
    if reaches is None:
        reaches = stated is None or stated >= until
    return (until if reaches or stated is None else min(until, stated)), reaches


def _moved_by(step: Step) -> MovedBy:
    if isinstance(step, Extended):
        return MovedBy.EXTENSION
    return MovedBy.REVIEW if isinstance(step, Changed) else MovedBy.CONTINUATION
