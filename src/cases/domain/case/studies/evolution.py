"""What is known of the supported studies."""

from datetime import date
from uuid import UUID

from cases.domain.case.studies.facts import SupportedStudiesEnded, SupportedStudiesStarted
from cases.domain.facts import Recorded
from cases.domain.model import State


class Studies(State):
    """Supported studies, by legal days; ``ended_on`` is their last day, ``studies`` what they are.

    They go on under a later plan as they did under the one that agreed them.
    """

    plan_id: UUID
    since: date
    paid_by: str
    studies: str | None = None
    ended_on: date | None = None

    def go_on_after(self, day: date) -> bool:
        """Begun by ``day``, and not finished on it."""
        return self.since <= day and (self.ended_on is None or self.ended_on > day)


SupportedStudies = tuple[Studies, ...]

StudiesFact = SupportedStudiesStarted | SupportedStudiesEnded


def evolve(studies: SupportedStudies, recorded: Recorded, fact: StudiesFact) -> SupportedStudies:
    """The studies after one more fact."""
    if isinstance(fact, SupportedStudiesStarted):
        started = Studies(
            plan_id=fact.plan_id, since=fact.since, paid_by=fact.paid_by, studies=fact.studies
        )
        return (*studies, started)
    return tuple(s.having(ended_on=fact.ended_on) if s.ended_on is None else s for s in studies)
