"""63–66, 68–69 §: what the state compensates as it arose, for how long; 70 §: until when it is
applied for."""

from datetime import date

from cases.domain.law.edition import Compensation, Edition
from cases.domain.law.register import Rule
from cases.domain.law.rules import Applied
from cases.domain.time import age_on


def compensation_period(
    edition: Edition, ground: Compensation, first: date, *, reason_given: bool
) -> Applied[date | None]:
    """The last day of costs on a ground whose first arose on ``first``; None without a limit.

    The time runs from an earlier day at the most, so nothing later can be compensated.
    """
    period = ground.at_most
    if reason_given and ground.at_most_with_reason is not None:
        period = ground.at_most_with_reason
    last = None if period is None else period.ends(first)
    inputs = {
        "ground": ground.ground,
        "first": first,
        "period": None if period is None else str(period),
        "reasonGiven": reason_given,
    }
    line = edition.line(Rule.COMPENSATION_PERIOD, inputs, last, section=ground.section)
    return Applied(value=last, line=line)


def compensated_while_young(
    edition: Edition, ground: Compensation, until: date, born_on: date | None
) -> Applied[bool]:
    """Whether the client is below the age limit of the ground on the costs' last day.

    An age that is not known, or no limit, refuses nothing.
    """
    age = None if born_on is None or born_on > until else age_on(born_on, until)
    young = ground.under_age is None or age is None or age < ground.under_age
    inputs = {"underAge": ground.under_age, "age": age, "until": until}
    line = edition.line(Rule.COMPENSATED_WHILE_YOUNG, inputs, young, section=ground.section)
    return Applied(value=young, line=line)


def section_70_apply_by(edition: Edition, first: date) -> Applied[date]:
    """The last day on which compensation of costs that began on ``first`` is applied for (70 §).

    Counted from the end of the calendar year, and never rolled: who applies by it is in time
    however the Act on Time Limits is read.
    """
    by = edition.compensation_applied_within.ends(date(first.year, 12, 31))
    inputs = {"first": first, "period": str(edition.compensation_applied_within)}
    return Applied(value=by, line=edition.line(Rule.COMPENSATION_APPLIED_BY, inputs, by))
