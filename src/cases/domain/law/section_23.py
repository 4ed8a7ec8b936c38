"""23 §: how long plans last. Validity never rolls; a period includes its last day."""

from datetime import date

from cases.domain.law.edition import Edition
from cases.domain.law.register import Rule
from cases.domain.law.rules import Applied


def section_23_2_first_plan(edition: Edition, drawn_up_on: date) -> Applied[date]:
    """The latest last day of the first plan (23 § 2 mom.)."""
    last = edition.first_plan.ends(drawn_up_on)
    inputs = {"drawnUpOn": drawn_up_on, "period": str(edition.first_plan)}
    return Applied(value=last, line=edition.line(Rule.FIRST_PLAN, inputs, last))


def section_23_2_maximum(edition: Edition, first_drawn_up_on: date) -> Applied[date]:
    """The latest last day of all plans together, before any extension (23 § 2 mom.).

    Nothing restarts the count: no review, no switch, no move, no new authority.
    """
    period = edition.all_plans.period
    last = period.ends(first_drawn_up_on)
    inputs = {"firstDrawnUpOn": first_drawn_up_on, "period": str(period)}
    return Applied(value=last, line=edition.line(Rule.ALL_PLANS, inputs, last))
