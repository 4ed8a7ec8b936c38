"""What is known of the case's end."""

from datetime import date
from uuid import UUID

from cases.domain.case.closing.facts import CaseClosed
from cases.domain.codes.values import ClosingGround
from cases.domain.facts import Recorded
from cases.domain.model import State


class Closing(State):
    """When and why the case was closed, and where it continues if it was a duplicate."""

    closed_on: date
    ground: ClosingGround
    continues_in: UUID | None = None


def evolve(recorded: Recorded, fact: CaseClosed) -> Closing:
    """The closing, as the fact tells it."""
    return Closing(
        closed_on=recorded.effective_on, ground=fact.ground, continues_in=fact.continues_in
    )
