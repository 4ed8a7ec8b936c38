"""The window of 14, 15 and 20 §: three years from the first right to stay."""

from collections.abc import Callable
from datetime import date
from typing import Final

from cases.domain.codes.values import ResidenceGroup
from cases.domain.law.edition import Edition
from cases.domain.law.register import Rule
from cases.domain.law.rules import Applied
from cases.domain.model import State

EXEMPT: Final = "exempt"


class Arrival(State):
    """What the window depends on, as legal days: when the right to stay began, and the reaching.

    ``reached_on`` is the day an authority first learned of the person, None where it hasn't.
    """

    first_granted_on: date
    group: ResidenceGroup | None = None
    reached_on: date | None = None


def window(
    edition: Edition,
    rule: Rule,
    arrival: Arrival,
    rolled: Callable[[date], date] = lambda last: last,
) -> Applied[date | None]:
    """The last day of the window under the rule that asks; None, as ``exempt``, means no limit.

    As a condition of eligibility it never rolls: the last day is the one with the same number. As a
    deadline for an authority it is ``rolled``. Who belongs to an exempt group has no limit if she
    or he was reached only when the window had ended (14 § 6 mom., 20 § 4 mom.).
    """
    inputs = {
        "firstGrantedOn": arrival.first_granted_on,
        "group": arrival.group,
        "reachedOn": arrival.reached_on,
        "period": str(edition.window.period),
    }
    last = edition.window.period.ends(arrival.first_granted_on)
    reached_later = arrival.reached_on is not None and arrival.reached_on > last
    if reached_later and arrival.group in edition.window.exempt_if_reached_later:
        return Applied(value=None, line=edition.line(rule, inputs, EXEMPT))
    last = rolled(last)
    return Applied(value=last, line=edition.line(rule, inputs, last))
