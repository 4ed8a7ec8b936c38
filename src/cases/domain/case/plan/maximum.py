"""How long may all plans of the case last together? The sum of ``law/maximum.py``, for a case.

It is taken from what was decided by a legal day, in the order of the legal dates.
"""

from collections.abc import Sequence
from datetime import date

from cases.domain.case.earlier import EarlierGrant, EarlierPlans, not_known_yet
from cases.domain.case.plan.evolution import Plan
from cases.domain.case.state import CaseState
from cases.domain.codes.values import ExtensionGround
from cases.domain.law.edition import Edition
from cases.domain.law.maximum import FirstPlan, Grant, Maximum, maximum
from cases.domain.law.rules import Applied
from cases.domain.law.section_23 import section_23_2_first_plan
from cases.domain.law.section_102 import section_102_2_first_plan
from cases.domain.model import State


class Granted(State):
    """A grant that counts from a legal day on: decided in this case, or brought to it.

    What other cases granted while this one was closed counts from its reopening: the plans it had
    before were over by then, and are moved by nothing that came after.
    """

    decided_on: date
    version: int
    grant: Grant


def granted_here(state: CaseState, by: date = date.max) -> tuple[Granted, ...]:
    """What counts by a legal day after the grants that the case began with, in legal order."""
    found = [
        Granted(decided_on=e.decided_on, version=e.version, grant=e.grant) for e in state.extensions
    ]
    found += brought_by_reopening(state)
    counted = (each for each in found if each.decided_on <= by)
    return tuple(sorted(counted, key=lambda each: (each.decided_on, each.version)))


def brought_by_reopening(state: CaseState) -> list[Granted]:
    """What other cases granted while this one was closed, from the day of each reopening."""
    return [
        Granted(decided_on=reopened.on, version=reopened.version, grant=each.grant)
        for reopened in (closing.reopened for closing in state.closings)
        if reopened is not None and reopened.earlier_plans is not None
        for each in reopened.earlier_plans.granted
    ]


def first_plan(state: CaseState, day: date) -> FirstPlan | None:
    """The person's first plan, of this case or an earlier one, as known of ``day``."""
    own = min(
        (p for p in state.plans if p.drawn_up_on <= day),
        key=lambda p: (p.drawn_up_on, p.version),
        default=None,
    )
    earlier = min(
        (told for told in state.told_of_earlier if told.first_drawn_up_on <= day),
        key=lambda told: told.first_drawn_up_on,
        default=None,
    )
    if earlier is not None and (own is None or earlier.first_drawn_up_on < own.drawn_up_on):
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
    """What was granted in cases before this one: it counts before anything granted since."""
    earlier = state.earlier_plans
    return () if earlier is None else tuple(each.grant for each in earlier.granted)


def sum_of(
    state: CaseState, edition: Edition, first: FirstPlan, grants: Sequence[Grant]
) -> Maximum:
    """The maximum with these grants, after those of cases before this one."""
    together = (*granted_earlier(state), *grants)
    born = state.person.born_on if together else None
    return maximum(edition, first, together, born_on=born)


def plans_of(state: CaseState) -> EarlierPlans | None:
    """What a closed case means for a later one of the same person; None where no plan was made."""
    first = first_plan(state, date.max)
    if first is None:
        return None
    granted = (*granted_earlier(state), *(each.grant for each in granted_here(state)))
    # Another authority needs the days, and not whether it was an illness.
    granted = tuple(
        g.having(ground=ExtensionGround.COMPARABLE_REASON) if g.obstacle else g for g in granted
    )
    return EarlierPlans(
        first_drawn_up_on=first.drawn_up_on,
        first_signed_on=first.signed_on,
        granted=tuple(EarlierGrant.of(each) for each in granted),
    )


def plans_since(state: CaseState, told: EarlierPlans | None) -> EarlierPlans | None:
    """What other cases of the person bring to one that is reopened, beyond what it knows itself.

    So does a duplicate that is joined. A later case knew this one's plans as earlier ones: what
    came from here is not counted twice.
    """
    return None if told is None else not_known_yet(told, plans_of(state))


def maximum_on(state: CaseState, edition: Edition, day: date) -> Maximum | None:
    """The latest last day of all plans together, as decided by ``day``; None without a plan."""
    first = first_plan(state, day)
    if first is None:
        return None
    granted = [each.grant for each in granted_here(state, by=day)]
    return sum_of(state, edition, first, granted)


def first_plan_year(first: FirstPlan, edition: Edition) -> Applied[date]:
    """23 § 2, 102 § 2 mom.: the latest last day of the person's first plan."""
    if first.signed_on is not None:
        rules = edition.old_durations
        return section_102_2_first_plan(edition, rules, first.counted_from(rules))
    return section_23_2_first_plan(edition, first.drawn_up_on)
