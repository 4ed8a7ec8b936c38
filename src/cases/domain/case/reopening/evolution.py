"""What is known of the case's going on."""

from cases.domain.case.closing.evolution import Closings, Reopened
from cases.domain.case.reopening.facts import CaseReopened
from cases.domain.facts import Recorded


def evolve(closings: Closings, recorded: Recorded, fact: CaseReopened) -> Closings:
    """The closings after one more fact: the last of them ended."""
    if not closings or closings[-1].reopened is not None:
        return closings
    reopened = Reopened(
        on=recorded.effective_on, version=recorded.version, earlier_plans=fact.earlier_plans
    )
    return (*closings[:-1], closings[-1].having(reopened=reopened))
