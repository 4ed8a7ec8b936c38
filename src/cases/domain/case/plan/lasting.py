"""What is on record of how long a plan lasted: no act told late takes it away (22–23, 28 §)."""

from collections.abc import Iterable, Iterator
from datetime import date

from cases.domain.case.act import Circumstances
from cases.domain.case.extension.evolution import extended_after
from cases.domain.case.plan.evolution import Plan
from cases.domain.case.plan.last_day import MovedBy, last_day
from cases.domain.case.review.evolution import reviewed_after
from cases.domain.case.state import CaseState
from cases.domain.law.register import Rule
from cases.domain.law.rules import RuleApplied


def lasted_longer(
    plan: Plan, last: date, state: CaseState, circumstances: Circumstances
) -> Iterator[RuleApplied]:
    """The rules broken where what is on record tells that the plan was in force after ``last``.

    A review held, an extension decided or a day of its obstacle, or studies begun after that day.
    """
    reviewed = reviewed_after(state.reviews, plan.plan_id, last)
    if reviewed is not None:
        yield circumstances.line(Rule.ENDED_AFTER_LAST_REVIEW, False, reviewedOn=reviewed)
    extended = extended_after(state.extensions, plan.plan_id, last)
    if extended is not None:
        yield circumstances.line(Rule.ENDED_AFTER_EXTENSION, False, extendedOn=extended)
    begun = max((s.since for s in state.studies if s.plan_id == plan.plan_id), default=last)
    if begun > last:
        yield circumstances.line(Rule.ENDED_AFTER_STUDIES_BEGAN, False, since=begun)


def ended_earlier(plan: Plan, circumstances: Circumstances) -> Iterator[RuleApplied]:
    """The rule broken where the plan was continued after the legal date of an act that ends it."""
    if plan.continued is not None:
        yield from _rested_upon((plan.continued.on,), circumstances)


def brought_forward(
    plan: Plan, changed: Plan, state: CaseState, circumstances: Circumstances
) -> Iterator[RuleApplied]:
    """The rule broken where a review told late takes from the plan what was granted after it.

    ``changed`` is the plan with the review. An extension or a continuation decided since rested on
    the last day the plan had then, which the continuation itself says nothing of.
    """
    edition, today = circumstances.edition, circumstances.today
    before, after = (
        last_day(each.having(continued=None), state, edition, today) for each in (plan, changed)
    )
    if after.agreed < before.agreed:
        granted = [move.on for move in before.moves if move.by is not MovedBy.REVIEW]
        granted += [plan.continued.on] if plan.continued else []
        yield from _rested_upon(granted, circumstances)


def _rested_upon(granted: Iterable[date], circumstances: Circumstances) -> Iterator[RuleApplied]:
    later = max(granted, default=circumstances.on)
    if later > circumstances.on:
        yield circumstances.line(Rule.LAST_DAY_RESTED_UPON, False, decidedOn=later)
