"""The state of a guidance record: the consent, and what was recorded under it."""

from collections.abc import Iterable
from datetime import date, datetime

from cases.domain.case.consent.facts import InformedOnRecord
from cases.domain.codes.values import ConsentGiver
from cases.domain.facts import Recorded
from cases.domain.guidance_record.facts import (
    GuidanceConsentGiven,
    GuidanceConsentWithdrawn,
    GuidanceGiven,
    GuidedPersonOnRecord,
)
from cases.domain.model import State


class GuidanceConsent(State):
    """The consent the record stands under; ``authority`` is whose record it is."""

    authority: str
    person: GuidedPersonOnRecord
    informed: InformedOnRecord
    given_by: ConsentGiver
    given_on: date


class Guidance(State):
    """What was recorded of one occasion of guidance, which was on a legal day (Helsinki)."""

    on: date
    fact: GuidanceGiven


class GuidanceRecordState(State):
    """A guidance record at one version of its stream.

    ``version`` is 0, and there is no consent, before the first fact. ``recorded_at`` is the instant
    (UTC) of the newest fact. A record whose consent is withdrawn cannot be read, so ``withdrawn``
    is only ever true of what the withdrawal itself adds up to.
    """

    version: int = 0
    recorded_at: datetime | None = None
    consent: GuidanceConsent | None = None
    guidance: tuple[Guidance, ...] = ()
    withdrawn: bool = False


NOTHING = GuidanceRecordState()


class UnknownFact(TypeError):
    """A fact of a type that is none of a guidance record's: a programming error."""


def fold(facts: Iterable[Recorded], state: GuidanceRecordState = NOTHING) -> GuidanceRecordState:
    """The state after ``facts``, which stand in the order of their versions.

    Raises UnknownFact for a fact of another kind of stream.
    """
    for recorded in facts:
        state = _evolve(state, recorded).having(
            version=recorded.version, recorded_at=recorded.recorded_at
        )
    return state


def _evolve(state: GuidanceRecordState, recorded: Recorded) -> GuidanceRecordState:
    match recorded.fact:
        case GuidanceConsentGiven() as fact:
            consent = GuidanceConsent(
                authority=fact.authority,
                person=fact.person,
                informed=fact.informed,
                given_by=fact.given_by,
                given_on=recorded.effective_on,
            )
            return state.having(consent=consent)
        case GuidanceGiven() as fact:
            guidance = Guidance(on=recorded.effective_on, fact=fact)
            return state.having(guidance=(*state.guidance, guidance))
        case GuidanceConsentWithdrawn():
            return state.having(withdrawn=True)
    msg = f"{type(recorded.fact).__name__} is no fact of a guidance record"
    raise UnknownFact(msg)
