"""What is known of how the case began, and who answers for it."""

from datetime import date

from cases.domain.case.opening.facts import CaseOpened
from cases.domain.codes.values import CaseOrigin, OrganisationKind
from cases.domain.facts import Recorded
from cases.domain.model import State


class Opening(State):
    """How, when and for whom the case was opened."""

    opened_on: date
    learned_on: date
    origin: CaseOrigin
    section: str | None
    responsible: str
    responsible_kind: OrganisationKind | None


def evolve(recorded: Recorded, fact: CaseOpened) -> Opening:
    """The opening, as the fact tells it."""
    return Opening(
        opened_on=recorded.effective_on,
        learned_on=fact.learned_on,
        origin=fact.origin,
        section=fact.section,
        responsible=fact.responsible,
        responsible_kind=fact.responsible_kind,
    )
