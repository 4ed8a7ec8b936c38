"""20 §: drawing up the plan, and guiding the client to what it agrees."""

from datetime import date

from cases.domain.law.edition import Edition
from cases.domain.law.register import Rule
from cases.domain.law.rules import Applied
from cases.domain.law.window import Arrival, window
from cases.domain.time import deadline, next_working_day


def section_20_3_outer_limit(edition: Edition, arrival: Arrival) -> Applied[date | None]:
    """The last day on which the first plan may be drawn up (20 § 3 mom.), rolled.

    Counted from the day of the first permit, card or registration. None means no limit: a victim
    of trafficking was reached later (20 § 4 mom.).
    """
    return window(edition, Rule.FIRST_PLAN_WINDOW, arrival, rolled=next_working_day)


def section_20_5_guidance_due(edition: Edition, drawn_up_on: date) -> Applied[date]:
    """The last day to guide the client to the agreed services (20 § 5 mom.), rolled."""
    due = deadline(drawn_up_on, edition.guidance_to_services)
    inputs = {"drawnUpOn": drawn_up_on, "period": str(edition.guidance_to_services)}
    return Applied(value=due, line=edition.line(Rule.GUIDANCE_TO_SERVICES, inputs, due))
