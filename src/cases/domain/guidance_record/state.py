"""The state of a guidance record: the consent, and what was recorded under it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from cases.domain.case.consent.facts import InformedOnRecord
from cases.domain.case.records.mending import MENDS, FoldAnew, mended, touches
from cases.domain.codes.values import ConsentGiver
from cases.domain.facts import Recorded
from cases.domain.guidance_record.facts import (
    GuidanceConsentAnnulled,
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
    (UTC) of the newest fact. A record whose consent was withdrawn, or annulled, cannot be read, so
    ``withdrawn`` and ``annulled`` are only ever true of what that act itself adds up to.
    """

    version: int = 0
    recorded_at: datetime | None = None
    consent: GuidanceConsent | None = None
    guidance: tuple[Guidance, ...] = ()
    withdrawn: bool = False
    annulled: bool = False

    @property
    def is_over(self) -> bool:
        """Whether nothing is to be readable from now on."""
        return self.withdrawn or self.annulled


NOTHING = GuidanceRecordState()


class UnknownFact(TypeError):
    """A fact of a type that is none of a guidance record's: a programming error."""


def fold(facts: Iterable[Recorded], state: GuidanceRecordState = NOTHING) -> GuidanceRecordState:
    """The state after ``facts``, which stand in the order of their versions.

    What was annulled or corrected among them counts as it was put right. Raises UnknownFact for a
    fact of another kind of stream, and FoldAnew where one of them puts right what ``state`` holds;
    who has the whole record at hand calls ``fold_on``.
    """
    told = tuple(facts)
    if not told:
        return state
    if state.version and touches(told, state.version):
        raise FoldAnew
    for recorded in mended(told):
        if not isinstance(recorded.fact, MENDS):
            state = _evolve(state, recorded)
    return state.having(version=told[-1].version, recorded_at=told[-1].recorded_at)


def fold_on(
    facts: Sequence[Recorded], state: GuidanceRecordState, before: Sequence[Recorded]
) -> GuidanceRecordState:
    """The state after ``facts``, which went on from ``before``; these alone are at ``state``."""
    if state.version and touches(facts, state.version):
        return fold((*before, *facts))
    return fold(facts, state)


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
        case GuidanceConsentAnnulled():
            return state.having(annulled=True)
    msg = f"{type(recorded.fact).__name__} is no fact of a guidance record"
    raise UnknownFact(msg)
