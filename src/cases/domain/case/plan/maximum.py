"""How long may all plans of the case last together? The sum of ``law/maximum.py``, for a case.

It is taken from what was decided by a legal day, in the order of the legal dates.
"""

from collections.abc import Sequence
from datetime import date

from cases.domain.case.earlier import EarlierGrant, EarlierPlans
from cases.domain.case.extension.evolution import in_legal_order
from cases.domain.case.plan.evolution import Plan
from cases.domain.case.state import CaseState
from cases.domain.codes.values import ExtensionGround
from cases.domain.law.edition import Edition
from cases.domain.law.maximum import FirstPlan, Grant, Maximum, maximum
from cases.domain.law.rules import Applied
from cases.domain.law.section_23 import section_23_2_first_plan
from cases.domain.law.section_102 import section_102_2_first_plan


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


def first_plan_year(first: FirstPlan, edition: Edition) -> Applied[date]:
    """23 § 2, 102 § 2 mom.: the latest last day of the person's first plan."""
    if first.signed_on is not None:
        rules = edition.old_durations
        return section_102_2_first_plan(edition, rules, first.counted_from(rules))
    return section_23_2_first_plan(edition, first.drawn_up_on)
