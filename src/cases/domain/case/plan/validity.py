"""When is a plan in force, and how long may all plans last? The truth is the interval.

Both are computed from what was decided by a legal day, in the order of the legal dates: the order
in which acts were recorded changes nothing but what was known when.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from cases.domain.case.earlier import EarlierGrant, EarlierPlans
from cases.domain.case.extension.evolution import Extended, in_legal_order
from cases.domain.case.plan.evolution import Plan, plans_drawn_up_by
from cases.domain.case.state import CaseState
from cases.domain.codes.values import ExtensionGround, InForce
from cases.domain.law.edition import Edition
from cases.domain.law.maximum import FirstPlan, Grant, Maximum, maximum
from cases.domain.model import State
from cases.domain.time import Interval

_DAY = timedelta(days=1)


class Move(State):
    """A step on a legal day that moved a plan's own last day to ``last_day``: a review that set
    another, or an extension of the maximum."""

    on: date
    last_day: date
    extension: bool


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


def first_plan(state: CaseState, day: date) -> FirstPlan | None:
    """The person's first plan, of this case or an earlier one, as known of ``day``."""
    own = min(
        (p for p in state.plans if p.drawn_up_on <= day),
        key=lambda p: (p.drawn_up_on, p.version),
        default=None,
    )
    earlier = state.earlier_plans
    if (
        earlier is not None
        and earlier.first_drawn_up_on <= day
        and (own is None or earlier.first_drawn_up_on < own.drawn_up_on)
    ):
        return FirstPlan(drawn_up_on=earlier.first_drawn_up_on, signed_on=earlier.first_signed_on)
    return None if own is None else FirstPlan(drawn_up_on=own.drawn_up_on, signed_on=own.signed_on)


def is_first(plan: Plan, state: CaseState) -> bool:
    """Whether no other plan of the person, in this case or an earlier one, was drawn up before."""
    first = first_plan(state, plan.drawn_up_on)
    own = min((p.drawn_up_on, p.version) for p in state.plans)
    return (plan.drawn_up_on, plan.version) == own and (
        first is not None and first.drawn_up_on == plan.drawn_up_on
    )


def granted_earlier(state: CaseState) -> tuple[Grant, ...]:
    """What was granted in earlier cases: it counts before anything granted in this one."""
    earlier = state.earlier_plans
    return () if earlier is None else tuple(each.grant for each in earlier.granted)


def sum_of(
    state: CaseState, edition: Edition, first: FirstPlan, grants: Sequence[Grant]
) -> Maximum:
    """The maximum with these grants of this case, after those of earlier ones."""
    together = (*granted_earlier(state), *grants)
    born = state.person.born_on if together else None
    return maximum(edition, first, together, born_on=born)


def plans_of(state: CaseState) -> EarlierPlans | None:
    """What a closed case means for a later one of the same person; None where no plan was made."""
    first = first_plan(state, date.max)
    if first is None:
        return None
    granted = (*granted_earlier(state), *(e.grant for e in in_legal_order(state.extensions)))
    # Another authority needs the days, and not whether it was an illness.
    granted = tuple(
        g.having(ground=ExtensionGround.COMPARABLE_REASON) if g.obstacle else g for g in granted
    )
    return EarlierPlans(
        first_drawn_up_on=first.drawn_up_on,
        first_signed_on=first.signed_on,
        granted=tuple(EarlierGrant.of(each) for each in granted),
    )


def maximum_on(state: CaseState, edition: Edition, day: date) -> Maximum | None:
    """The latest last day of all plans together, as decided by ``day``; None without a plan."""
    first = first_plan(state, day)
    if first is None:
        return None
    granted = [e.grant for e in in_legal_order(state.extensions, by=day)]
    return sum_of(state, edition, first, granted)


def validity(plan: Plan, state: CaseState, edition: Edition, day: date) -> Validity:
    """The days the plan is in force, as decided by ``day``."""
    agreed = agreed_last_day(plan, state, edition, day)
    last = agreed
    if plan.ending is not None and plan.ending.decided_on <= day:
        last = min(last, plan.ending.ends_on)
    if plan.replaced is not None and plan.replaced.on <= day:
        last = min(last, plan.replaced.last_day)
    fully = Interval(first=plan.valid_from, last=last) if plan.valid_from <= last else None
    if plan.continued_on is None or plan.continued_on > day or last < agreed:
        return Validity(fully=fully)
    most = maximum_on(state, edition, day)
    if most is None or last < most.until:
        # A review or an extension since has let it end before the maximum.
        return Validity(fully=fully)
    return Validity(fully=fully, for_studies=_for_studies(plan, state, last, day))


def agreed_last_day(plan: Plan, state: CaseState, edition: Edition, day: date) -> date:
    """The last day agreed for the plan: when drawn up, in reviews, and moved by extensions.

    No later than the maximum. What is told late of the person – another date of birth, a plan of an
    earlier case – may leave less than was agreed.
    """
    agreed = _agreed(plan, state, edition, day)
    most = maximum_on(state, edition, max(day, plan.drawn_up_on))
    return agreed if most is None else min(agreed, most.until)


def _agreed(plan: Plan, state: CaseState, edition: Edition, day: date) -> date:
    moves = moves_of_last_day(plan, state, edition, day)
    return moves[-1].last_day if moves else plan.valid_until


def moves_of_last_day(
    plan: Plan, state: CaseState, edition: Edition, day: date
) -> tuple[Move, ...]:
    """What moved the plan's own last day, as decided by ``day``, in the order of the legal dates.

    An extension moves the maximum. A plan whose own last day was the maximum lasts until the new
    one, or where days of an obstacle are added until the day the act states; one that ends earlier
    by agreement keeps its day. The day stated with a length is what the length was taken from.
    """
    steps: list[tuple[date, int, date | Extended]] = [
        (c.on, c.version, c.changes.valid_until)
        for c in plan.changes_by(day)
        if c.changes.valid_until is not None
    ]
    steps += [(e.decided_on, e.version, e) for e in state.extensions if e.decided_on <= day]
    first = first_plan(state, day)
    if not steps or first is None:
        return ()
    moves: list[Move] = []
    last = plan.valid_until
    granted: list[Grant] = []
    until = sum_of(state, edition, first, ()).until
    for on, version, step in sorted(steps, key=lambda s: s[:2]):
        moved = last
        if isinstance(step, date):
            moved = step
        else:
            granted.append(step.grant)
            before, until = until, sum_of(state, edition, first, granted).until
            if last == before and (on, version) > (plan.drawn_up_on, plan.version):
                stated = step.until if step.grant.obstacle else None
                moved = min(until, stated or until)
        if moved != last:
            moves.append(Move(on=on, last_day=moved, extension=not isinstance(step, date)))
            last = moved
    return tuple(moves)


def crossing(
    plan: Plan, state: CaseState, edition: Edition, day: date
) -> tuple[Plan, Validity] | None:
    """A plan that is in force on a day on which ``plan`` is, and its days; None where none is.

    ``state`` has the plan, which may be one that nobody has recorded yet. An extension decided
    since may have moved its last day on.
    """
    own = validity(plan, state, edition, day)
    # Also where the maximum leaves nothing of it: that is another rule's to say.
    agreed = max(plan.valid_from, _agreed(plan, state, edition, day))
    wanted = [own.for_studies, own.fully or Interval(first=plan.valid_from, last=agreed)]
    for other in state.plans:
        if other.plan_id != plan.plan_id:
            days = validity(other, state, edition, day)
            if any(each is not None and days.overlaps(each) for each in wanted):
                return other, days
    return None


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
