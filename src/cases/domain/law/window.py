"""The window of 14, 15 and 20 §: three years from the first right to stay."""

from datetime import date
from typing import Final

from cases.domain.codes.values import ResidenceGroup
from cases.domain.law.edition import Edition
from cases.domain.law.register import Rule
from cases.domain.law.rules import Applied

EXEMPT: Final = "exempt"


def window(
    edition: Edition, rule: Rule, first_granted_on: date, group: ResidenceGroup | None
) -> Applied[date | None]:
    """The last day of the window under the rule that asks; None, as ``exempt``, means no limit.

    A condition of eligibility, so it never rolls. The last day is the one with the same number.
    """
    inputs = {
        "firstGrantedOn": first_granted_on,
        "group": group,
        "period": str(edition.window.period),
    }
    if group in edition.window.exempt_groups:
        return Applied(value=None, line=edition.line(rule, inputs, EXEMPT))
    last = edition.window.period.ends(first_granted_on)
    return Applied(value=last, line=edition.line(rule, inputs, last))
