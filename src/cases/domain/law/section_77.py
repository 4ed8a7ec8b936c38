"""77 §: erasure."""

from datetime import date, timedelta

from cases.domain.law.edition import Edition
from cases.domain.law.register import Rule
from cases.domain.law.rules import Applied
from cases.domain.time import DateOutOfRange


def section_77_erasure(edition: Edition, closed_on: date) -> Applied[date]:
    """The first day on which the person's data are to be erased, if nothing holds them (77 §).

    The client relationship ends with the case. The data are kept while the years run, their last
    day included; they have passed on the day after. Erasure is not a deadline that rolls.
    """
    try:
        first = edition.erasure.ends(closed_on) + timedelta(days=1)
    except OverflowError as error:
        raise DateOutOfRange("the day of erasure lies outside the calendar") from error
    inputs = {"closedOn": closed_on, "period": str(edition.erasure)}
    return Applied(value=first, line=edition.line(Rule.ERASURE, inputs, first))
