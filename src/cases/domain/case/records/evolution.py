"""What is known of requests for correction, and of what was put right because of them."""

from datetime import date
from uuid import UUID

from cases.domain.case.records.facts import (
    CorrectionRequestAnswered,
    CorrectionRequested,
    RecordAnnulled,
    RecordCorrected,
)
from cases.domain.codes.values import CorrectionOutcome
from cases.domain.facts import Recorded
from cases.domain.model import State


class AskedFor(State):
    """A correction somebody asked for, by legal days; ``put_right`` when something was."""

    request_id: UUID
    asked_on: date
    put_right: bool = False
    answered_on: date | None = None
    outcome: CorrectionOutcome | None = None


CorrectionRequests = tuple[AskedFor, ...]

RecordFact = RecordCorrected | RecordAnnulled | CorrectionRequested | CorrectionRequestAnswered


def evolve(known: CorrectionRequests, recorded: Recorded, fact: RecordFact) -> CorrectionRequests:
    """The requests after one more fact. What was put right counts before it gets here."""
    match fact:
        case CorrectionRequested():
            asked = AskedFor(request_id=fact.request_id, asked_on=recorded.effective_on)
            return (*known, asked)
        case CorrectionRequestAnswered():
            answer = {"answered_on": recorded.effective_on, "outcome": fact.outcome}
        case RecordCorrected() | RecordAnnulled():
            answer = {"put_right": True}
    return tuple(
        each.having(**answer) if each.request_id == fact.request_id else each for each in known
    )
