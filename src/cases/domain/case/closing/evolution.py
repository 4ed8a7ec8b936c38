"""What is known of the case's end."""

from datetime import date

from cases.domain.case.closing.facts import CaseClosed
from cases.domain.codes.values import ClosingGround
from cases.domain.facts import Recorded
from cases.domain.model import State


class Closing(State):
    """When and why the case was closed."""

    closed_on: date
    ground: ClosingGround


def evolve(recorded: Recorded, fact: CaseClosed) -> Closing:
    """The closing, as the fact tells it."""
    return Closing(closed_on=recorded.effective_on, ground=fact.ground)
