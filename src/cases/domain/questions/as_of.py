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


def known(facts: Sequence[Recorded], asked: AsOf, *, annulled_shown: bool = False) -> Known:
    """What was known at the instant and version asked for.

    Instants never decrease within a stream, so *known at T* is the largest version recorded by T;
    a fact recorded at exactly T is known.
    """
    kept = tuple(
        recorded
        for recorded in facts
        if (asked.known_at is None or recorded.recorded_at <= asked.known_at)
        and (asked.version is None or recorded.version <= asked.version)
    )
    return Known(
        facts=kept, state=fold(kept), valid_on=asked.valid_on, annulled_shown=annulled_shown
    )
