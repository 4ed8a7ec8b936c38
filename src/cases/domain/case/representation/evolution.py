"""What is known of guardians and representatives."""

from datetime import date
from uuid import UUID

from cases.domain.case.person.acts import ContactDetails, PersonName
from cases.domain.case.representation.facts import RepresentationEnded, RepresentationRecorded
from cases.domain.codes.values import RepresentationKind
from cases.domain.facts import Recorded
from cases.domain.model import State


class Representation(State):
    """Somebody who stands for the minor, from ``since`` to ``until``, both included."""

    representation_id: UUID
    kind: RepresentationKind
    names: PersonName
    contact: ContactDetails | None
    since: date
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether ``day`` is one of its days."""
        return self.since <= day and (self.until is None or day <= self.until)


Representations = tuple[Representation, ...]

RepresentationFact = RepresentationRecorded | RepresentationEnded


def evolve(known: Representations, recorded: Recorded, fact: RepresentationFact) -> Representations:
    """Who stands for the minor after one more fact."""
    if isinstance(fact, RepresentationRecorded):
        one = Representation(
            representation_id=fact.representation_id,
            kind=fact.kind,
            names=fact.names,
            contact=fact.contact,
            since=fact.since,
            until=fact.until,
        )
        return (*known, one)
    return tuple(
        r.having(until=fact.until) if r.representation_id == fact.representation_id else r
        for r in known
    )
