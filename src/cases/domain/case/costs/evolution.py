"""What is known of compensable costs."""

from datetime import date

from cases.domain.case.costs.facts import CostRecorded
from cases.domain.facts import Recorded
from cases.domain.model import State


class Cost(State):
    """Costs as recorded for a legal day."""

    recorded_for: date
    content: CostRecorded


Costs = tuple[Cost, ...]


def evolve(costs: Costs, recorded: Recorded, fact: CostRecorded) -> Costs:
    """The costs after one more fact."""
    return (*costs, Cost(recorded_for=recorded.effective_on, content=fact))
