"""GDPR article 12: answering a request of the person."""

from datetime import date
from typing import Final

from cases.domain.law.edition import Edition
from cases.domain.law.register import Rule
from cases.domain.law.rules import Applied
from cases.domain.time import Period, deadline

ONE_MONTH: Final = Period(months=1)
"""Within which a request is answered: no edition of the Act changes it."""


def gdpr_12_3_answer_due(edition: Edition, asked_on: date) -> Applied[date]:
    """The last day to answer a request received on ``asked_on``, rolled to a working day.

    That the period may be extended by two months is not told here: nobody records that it was.
    """
    due = deadline(asked_on, ONE_MONTH)
    inputs = {"askedOn": asked_on, "period": str(ONE_MONTH)}
    return Applied(value=due, line=edition.line(Rule.CORRECTION_AWAITS_ANSWER, inputs, due))
