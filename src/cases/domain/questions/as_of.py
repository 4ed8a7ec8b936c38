"""The two axes of time: which facts were known, and which legal day is asked about."""

from collections.abc import Sequence
from datetime import date, datetime

from cases.domain.case.records.mending import mended
from cases.domain.case.state import CaseState, fold
from cases.domain.facts import Recorded
from cases.domain.model import State


class AsOf(State):
    """What is asked: the state of knowledge, and the legal day (Helsinki).

    ``known_at`` is an instant (UTC), ``version`` a version of the stream; both bound what is known,
    together or alone. None is no bound.
    """

    valid_on: date
    known_at: datetime | None = None
    version: int | None = None

    @property
    def is_past_view(self) -> bool:
        """True where less than everything recorded is asked for."""
        return self.known_at is not None or self.version is not None


class Known(State):
    """The facts known, what they add up to, and the legal day asked about.

    ``annulled_shown`` says whether who asks may see what annulled facts said.
    """

    facts: tuple[Recorded, ...]
    state: CaseState
    valid_on: date
    annulled_shown: bool = False

    @property
    def counted(self) -> tuple[Recorded, ...]:
        """The facts that count: without the annulled, the corrected as they were corrected."""
        return mended(self.facts)

    @property
    def state_on_the_day(self) -> CaseState:
        """What they add up to without what has a legal date after the day asked about."""
        day, latest = self.valid_on, self.state.latest_effective_on
        if latest is None or latest <= day:
            return self.state
        return fold(each for each in self.counted if each.holds_from <= day)


def known_by(facts: Sequence[Recorded], asked: AsOf) -> tuple[Recorded, ...]:
    """The facts of a stream that were known at the instant and version asked for.

    Instants never decrease within a stream, so *known at T* is the largest version recorded by T;
    a fact recorded at exactly T is known.
    """
    return tuple(
        recorded
        for recorded in facts
        if (asked.known_at is None or recorded.recorded_at <= asked.known_at)
        and (asked.version is None or recorded.version <= asked.version)
    )


def is_to_come(asked: AsOf, newest: Recorded, now: datetime) -> bool:
    """Whether a later version, or a later instant than any clock of ours has told, is meant."""
    later = asked.known_at is not None and asked.known_at > max(now, newest.recorded_at)
    return later or (asked.version is not None and asked.version > newest.version)


def known(facts: Sequence[Recorded], asked: AsOf, *, annulled_shown: bool = False) -> Known:
    """What was known of a case at the instant and version asked for."""
    kept = known_by(facts, asked)
    return Known(
        facts=kept, state=fold(kept), valid_on=asked.valid_on, annulled_shown=annulled_shown
    )
