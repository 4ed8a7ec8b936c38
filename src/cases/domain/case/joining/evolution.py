"""What is known of the duplicates of a case."""

from datetime import date
from uuid import UUID

from cases.domain.case.joining.facts import CasesJoined
from cases.domain.facts import Recorded
from cases.domain.model import State


class Joined(State):
    """A duplicate, and the days of it. All days are legal days (Helsinki)."""

    case_id: UUID
    joined_on: date
    opened_on: date
    closed_on: date


JoinedCases = tuple[Joined, ...]


def evolve(known: JoinedCases, recorded: Recorded, fact: CasesJoined) -> JoinedCases:
    """The duplicates after one more fact."""
    joined = Joined(
        case_id=fact.duplicate,
        joined_on=recorded.effective_on,
        opened_on=fact.opened_on,
        closed_on=fact.closed_on,
    )
    return (*known, joined)
