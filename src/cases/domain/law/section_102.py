"""102 § 2 mom.: plans of the repealed Act keep its durations."""

from datetime import date

from cases.domain.law.edition import DurationRules, Edition
from cases.domain.law.register import Rule
from cases.domain.law.rules import Applied


def section_102_2_old_rules(edition: Edition, first_drawn_up_on: date) -> Applied[bool]:
    """Whether the durations of the repealed Act hold: the *first* plan is older than the Act.

    A later plan keeps the old maximum with it, counted from the first.
    """
    old = first_drawn_up_on < edition.old_plans.before
    inputs = {"firstDrawnUpOn": first_drawn_up_on, "before": edition.old_plans.before}
    return Applied(value=old, line=edition.line(Rule.OLD_RULES, inputs, old))


def section_102_2_first_plan(
    edition: Edition, rules: DurationRules, signed_on: date
) -> Applied[date]:
    """The latest last day of a first plan signed under the repealed Act; it never rolls.

    ``rules`` are those of ``law.durations(edition.old_plans.durations_of)``.
    """
    last = rules.first_plan.ends(signed_on)
    inputs = {"signedOn": signed_on, "durationsOf": rules.id, "period": str(rules.first_plan)}
    return Applied(value=last, line=edition.line(Rule.OLD_FIRST_PLAN, inputs, last))


def section_102_2_maximum(
    edition: Edition, rules: DurationRules, first_signed_on: date
) -> Applied[date]:
    """The latest last day of all plans when the first was signed under the repealed Act."""
    period = rules.all_plans.period
    last = period.ends(first_signed_on)
    inputs = {"firstSignedOn": first_signed_on, "durationsOf": rules.id, "period": str(period)}
    return Applied(value=last, line=edition.line(Rule.OLD_ALL_PLANS, inputs, last))
