"""What the window of 14, 15 and 20 § depends on in a case."""

from datetime import date

from cases.domain.case.state import CaseState
from cases.domain.law.edition import Edition
from cases.domain.law.window import Arrival


def arrival_on(state: CaseState, edition: Edition, day: date) -> Arrival | None:
    """The person's arrival as known of ``day``; None while no basis of residence is on record."""
    first_granted_on = state.person.first_granted_on(day)
    if first_granted_on is None:
        return None
    exempt = edition.window.exempt_if_reached_later
    return Arrival(
        first_granted_on=first_granted_on,
        group=state.person.group_for_window(day, exempt),
        reached_on=None if state.opening is None else state.opening.learned_on,
    )
