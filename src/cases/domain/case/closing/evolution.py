"""What is known of the case's ends."""

from datetime import date
from uuid import UUID

from cases.domain.case.closing.facts import CaseClosed
from cases.domain.case.earlier import EarlierPlans
from cases.domain.codes.values import ClosingGround
from cases.domain.facts import Recorded
from cases.domain.model import State


class Reopened(State):
    """A case went on, on a legal day; ``earlier_plans`` are those of other cases since."""

    on: date
    version: int
    earlier_plans: EarlierPlans | None = None


class Closing(State):
    """When and why the case was closed, where it continues if it was a duplicate, and how it ended.

    ``version`` is that of the record, ``reopened`` None while the case stays closed.
    """

    version: int
    closed_on: date
    ground: ClosingGround
    continues_in: UUID | None = None
    reopened: Reopened | None = None

    @property
    def reopened_on(self) -> date | None:
        """The legal day from which the case is open again."""
        return None if self.reopened is None else self.reopened.on

    def holds_on(self, day: date) -> bool:
        """Whether the case is closed by it on ``day``: from the closing to before the reopening."""
        return self.closed_on <= day and (self.reopened is None or day < self.reopened.on)


Closings = tuple[Closing, ...]


def evolve(closings: Closings, recorded: Recorded, fact: CaseClosed) -> Closings:
    """The closings after one more."""
    closing = Closing(
        version=recorded.version,
        closed_on=recorded.effective_on,
        ground=fact.ground,
        continues_in=fact.continues_in,
    )
    return (*closings, closing)
