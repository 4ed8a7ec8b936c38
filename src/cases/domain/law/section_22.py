"""22 §: reviewing the plan."""

from datetime import date

from cases.domain.law.edition import Edition
from cases.domain.law.register import Rule
from cases.domain.law.rules import Applied
from cases.domain.time import deadline


def section_22_1_review_due(edition: Edition, counted_from: date) -> Applied[date]:
    """The last day for the next review (22 § 1 mom.), rolled to a working day.

    ``counted_from`` is the day of the last review that restarts the interval, or for the first
    review the day the plan was drawn up (a review of one authority's own services, 22 § 3 mom.,
    does not restart it).
    """
    due = deadline(counted_from, edition.review_interval)
    inputs = {"countedFrom": counted_from, "period": str(edition.review_interval)}
    return Applied(value=due, line=edition.line(Rule.REVIEW_DUE, inputs, due))
