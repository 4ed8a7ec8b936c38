"""What is known of consents, asked by legal day."""

from datetime import date
from uuid import UUID

from cases.domain.case.consent.facts import ConsentGiven, ConsentWithdrawn
from cases.domain.codes.values import ConsentGiver, ConsentScope
from cases.domain.facts import Recorded
from cases.domain.model import State


class Consent(State):
    """A consent, from the day it was given to before the day it was withdrawn."""

    consent_id: UUID
    scope: ConsentScope
    given_by: ConsentGiver
    guardian: UUID | None
    informed_on: date
    language: str
    interpreter: bool
    given_on: date
    withdrawn_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it was given by ``day``, and not withdrawn by then."""
        return self.given_on <= day and (self.withdrawn_on is None or day < self.withdrawn_on)


Consents = tuple[Consent, ...]

ConsentFact = ConsentGiven | ConsentWithdrawn


def evolve(consents: Consents, recorded: Recorded, fact: ConsentFact) -> Consents:
    """The consents after one more fact."""
    on = recorded.effective_on
    match fact:
        case ConsentGiven():
            given = Consent(
                consent_id=fact.consent_id,
                scope=fact.scope,
                given_by=fact.given_by,
                guardian=fact.guardian,
                informed_on=fact.informed.on,
                language=fact.informed.language,
                interpreter=fact.informed.interpreter,
                given_on=on,
            )
            return (*consents, given)
        case ConsentWithdrawn():
            return tuple(
                c.having(withdrawn_on=on) if c.consent_id == fact.consent_id else c
                for c in consents
            )
