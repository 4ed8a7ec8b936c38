"""Decree 1 §: what an assessment records of the plan."""

from cases.domain.codes.values import PlanOutcome
from cases.domain.law.edition import Edition
from cases.domain.law.register import Rule
from cases.domain.law.rules import Applied


def decree_1_1_no_plan_reasons(
    edition: Edition, outcome: PlanOutcome, reasons: str | None
) -> Applied[bool]:
    """Whether the outcome is recorded as the decree wants it: no plan, only with reasons.

    The reasons themselves never enter the rule log, only whether there are any.
    """
    reasoned = bool(reasons and reasons.strip())
    complete = outcome != PlanOutcome.NO_PLAN or reasoned or not edition.no_plan_needs_reasons
    inputs = {"outcome": outcome, "reasonsGiven": reasoned}
    return Applied(value=complete, line=edition.line(Rule.NO_PLAN_NEEDS_REASONS, inputs, complete))
