"""Taking the ledger in, turn by turn, exactly once. Knows no particular projection.

What a turn means and that it is finished are written in one transaction, which owns the turn for
as long as it lives (see ``turns``). Being told of news (LISTEN) only shortens a wait; the ledger is
the truth.
"""

from collections.abc import Callable
from typing import Protocol

import sqlalchemy as sa

from cases.projections import parking, turns
from cases.projections.case_view import CaseView
from cases.projections.feed import (
    TRANSIENT,
    BadFact,
    Feed,
    Held,
    StaleRead,
)
from cases.projections.projection import Projection, Sources


class Stop(Protocol):
    """A ``threading.Event`` that is set to end a runner."""

    def is_set(self) -> bool: ...
    def wait(self, timeout: float) -> bool: ...


class Runner:
    """Follows the ledger for one projection, side by side with any number of others.

    ``engine`` connects as the projector, with a bound on how long a session may idle within a
    transaction: so the turn of a worker that stands still becomes free. ``feed`` may be the
    ``Sources`` that the projections of a process share. ``chance`` answers numbers in [0, 1) for
    jitter. ``transient`` are the feed's own passing errors, beside those of the database.
    """

    POLL = (0.05, 1.0)
    RETRY = (0.1, 30.0)

    def __init__(  # noqa: PLR0913  each a part of its own
        self,
        engine: sa.Engine,
        feed: Feed | Sources,
        projection: Projection,
        *,
        chance: Callable[[], float],
        page_size: int = 1_000,
        transient: tuple[type[Exception], ...] = (),
    ) -> None:
        self.projection = projection
        self._engine = engine
        self._sources = feed if isinstance(feed, Sources) else Sources.of(feed)
        self._looking = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._chance = chance
        self._page_size = page_size
        self._transient: tuple[type[Exception], ...] = (*TRANSIENT, *transient, StaleRead)
        self._quiet = 0
        self._failed = 0
        self.failures = 0

    def step(self) -> int:
        """Take one turn in, or try one parked case again where there is none.

        The number of positions taken in; 0 when nothing is left to hand out or to retry. Raises
        Held while a turn is held and its pause lasts, RebuildNeeded, LedgerWentBack, and whatever
        feed, database and projection raise. Then nothing was written, except that an error which
        does not pass by itself holds the turn, for all to see.
        """
        while True:
            found = self._look()
            if found.first is not None:
                if taken := self._take_in(found.first):
                    return taken
                continue  # another worker was faster
            if not found.lost and not (found.parked_due and self._try_parked()):
                break
        if found.held:
            raise Held(f"{self.projection.name} is held")
        return 0

    def catch_up(self) -> int:
        """Take in everything that nobody else is at; the positions taken in by this runner.

        Raises as ``step`` does.
        """
        total = 0
        while taken := self.step():
            total += taken
        return total

    def run(self, stop: Stop, wait: Callable[[float], object] | None = None) -> None:
        """Follow the ledger until ``stop`` is set. No error ends it.

        ``wait(timeout)`` returns early when it hears of news; it may fail, and is then replaced by
        waiting.
        """
        while not stop.is_set():
            pause = self.attempt()
            if not pause:
                continue
            try:
                if wait is None or self._failed:
                    stop.wait(pause)
                else:
                    wait(pause)
            except Exception:  # the hint is lost, not the news: the ledger is asked anyway
                stop.wait(pause)

    def attempt(self) -> float:
        """One step with every error dealt with; the seconds to wait before the next one."""
        try:
            taken = self.step()
        except Held:  # by the server's clock, which is asked again
            taken = 0
        except Exception:
            self.failures += 1
            self._failed += 1
            return self._spread(self.RETRY, self._failed)
        self._failed = 0
        self._quiet = 0 if taken else self._quiet + 1
        return self._spread(self.POLL, self._quiet) if self._quiet else 0.0

    def _look(self) -> turns.Look:
        while True:
            head = self._sources.feed.head()
            with self._looking.connect() as conn:
                found = turns.look(
                    conn, self.projection, head, self._page_size, self._sources.release
                )
                if found is None:
                    turns.begin(conn, self.projection)
                    continue
            if found.allotted > head:
                # Another worker may have read a later head than we did.
                turns.check_ledger(found.allotted, self._sources.feed.head())
            return found

    def _take_in(self, first: int) -> int:
        try:
            with self._engine.begin() as conn:
                turn = turns.take(conn, self.projection, first)
                if turn is None:
                    return 0
                self._sources.folded.served_by(turn.server)
                self.projection.project(conn, turn, self._sources)
        except self._transient:
            raise
        except Exception as error:
            self._hold(first, error)
            raise
        return turn.last - turn.first + 1

    def _try_parked(self) -> bool:
        view = self.projection
        return (
            isinstance(view, CaseView)
            and parking.try_again(self._engine, view, self._sources) is not None
        )

    def _hold(self, first: int, error: Exception) -> None:
        case_id, kind = None, type(error).__name__
        if isinstance(error, BadFact):
            case_id, kind = error.case_id, error.kind
        try:
            with self._engine.begin() as conn:
                turns.hold(conn, self.projection, first, kind, case_id)
        except self._transient:
            pass  # the next attempt meets the same error and notes it then

    def _spread(self, bounds: tuple[float, float], times: int) -> float:
        """Doubling from the first bound up to the second, between half and all of it."""
        least, most = bounds
        return min(most, least * 2.0 ** min(times, 30)) * (0.5 + self._chance() / 2)
