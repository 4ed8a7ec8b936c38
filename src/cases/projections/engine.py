"""Taking the ledger in, page by page, exactly once. Knows no particular projection.

A page is folded in memory and written in one transaction, and that transaction first moves the
projection's tracking row from the position it was read at: whoever comes second finds it moved and
leaves nothing behind. Being told of news (LISTEN) only shortens a wait; the ledger is the truth.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import exc

from cases.domain.facts import Recorded

VIEWS: Final = sa.MetaData(schema="views")
"""The tables of all read models."""

TRACKING: Final = sa.Table(
    "tracking",
    VIEWS,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("moved_at", sa.TIMESTAMP(timezone=True)),
    sa.Column("held_case", sa.Uuid),
    sa.Column("held_error", sa.Text),
    sa.Column("held_since", sa.TIMESTAMP(timezone=True)),
)

TRANSIENT: Final[tuple[type[Exception], ...]] = (
    exc.OperationalError,
    exc.InterfaceError,
    exc.InternalError,  # a server that has become read-only in the middle of a fail-over
    exc.TimeoutError,
    OSError,
)
"""Errors of the world around us, which pass: the page is tried again, for as long as it takes."""


class Cause(Protocol):
    """Why a fact could not be read. ``gone`` when it never will be again: erased by law."""

    @property
    def stream_id(self) -> UUID: ...
    @property
    def gone(self) -> bool: ...


class Unread(Protocol):
    """A fact of a page, or a case, that could not be read."""

    @property
    def cause(self) -> Cause: ...


class Page(Protocol):
    """Facts in ledger order; ``last`` is the position of the page's end, read or not."""

    @property
    def facts(self) -> tuple[Recorded, ...]: ...
    @property
    def last(self) -> int: ...
    @property
    def not_read(self) -> Sequence[Unread]: ...


Cases = Callable[[Iterable[UUID]], Mapping[UUID, tuple[Recorded, ...] | Unread]]


class Feed(Protocol):
    """What projections read from: the log, or anything that answers like it."""

    def page(self, after: int, limit: int) -> Page:
        """At most ``limit`` facts after the position; ``last`` is ``after`` when there is none."""

    def load_many(self, stream_ids: Iterable[UUID]) -> Mapping[UUID, tuple[Recorded, ...] | Unread]:
        """Whole cases, each oldest fact first; unknown ones are missing."""

    def head(self) -> int:
        """The last position of the ledger, 0 when it is empty."""


class Projection(Protocol):
    """A read model as the engine sees it.

    ``version`` goes up when the meaning of rows changes; then the tables are rebuilt. ``project``
    writes what a page means and nothing else; it persists or calls out, never both.
    """

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def tables(self) -> tuple[sa.Table, ...]: ...
    def project(self, conn: sa.Connection, page: Page, cases: Cases) -> None: ...


class OvertakenError(Exception):
    """Another runner has taken this page in. Nothing was written here."""


class RebuildNeeded(Exception):
    """The tables hold rows of another version of this projection: rebuild it first."""


class StaleRead(Exception):
    """A case was read older than the page that names it: the page is tried again later."""


class BadFact(Exception):
    """A fact or a case that a projection cannot take in. Says where and which error, no content."""

    def __init__(self, case_id: UUID, kind: str) -> None:
        super().__init__(f"{kind} in {case_id}")
        self.case_id = case_id
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Status:
    """How far a projection is. ``lag`` counts facts; ``held_case`` is None where nobody can say."""

    name: str
    position: int
    head: int
    moved_at: datetime | None
    held_error: str | None = None
    held_case: UUID | None = None
    held_since: datetime | None = None

    @property
    def lag(self) -> int:
        """The number of facts not yet taken in."""
        return max(0, self.head - self.position)

    @property
    def held(self) -> bool:
        """Whether a bad fact holds it at its position."""
        return self.held_error is not None


class Stop(Protocol):
    """A ``threading.Event`` that is set to end a runner."""

    def is_set(self) -> bool: ...
    def wait(self, timeout: float) -> bool: ...


class Runner:
    """Follows the ledger for one projection. Any number of them may run: one at a time gets a page.

    ``engine`` connects as the projector. ``chance`` answers numbers in [0, 1) for jitter.
    ``transient`` are the feed's own passing errors, beside those of the database.
    """

    POLL = (0.05, 1.0)
    RETRY = (0.1, 30.0)
    HOLD = (5.0, 60.0)

    def __init__(  # noqa: PLR0913  each a part of its own
        self,
        engine: sa.Engine,
        feed: Feed,
        projection: Projection,
        *,
        chance: Callable[[], float],
        page_size: int = 500,
        transient: tuple[type[Exception], ...] = (),
    ) -> None:
        self.projection = projection
        self._engine = engine
        self._feed = feed
        self._chance = chance
        self._page_size = page_size
        self._transient: tuple[type[Exception], ...] = (*TRANSIENT, *transient, StaleRead)
        self._quiet = 0
        self._failed = 0
        self.overtaken = 0
        self.failures = 0

    def step(self) -> int:
        """Take one page in; the number of positions moved, 0 when nothing is new.

        Raises OvertakenError, RebuildNeeded, and whatever feed, database and projection raise;
        then nothing was written.
        """
        before = position(self._engine, self.projection)
        page = self._feed.page(before, self._page_size)
        if page.last <= before:
            return 0
        with self._engine.begin() as conn:
            # First, so that a second runner waits here and then finds its page taken.
            _advance(conn, self.projection, before, page.last)
            self.projection.project(conn, page, self._feed.load_many)
        return page.last - before

    def catch_up(self) -> int:
        """Take in everything there is, beside other runners; the positions moved by this one.

        Raises as ``step`` does, but for OvertakenError.
        """
        total = 0
        while True:
            try:
                moved = self.step()
            except OvertakenError:  # somebody else is catching up as well: one page nearer
                continue
            if not moved:
                return total
            total += moved

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
            except Exception:  # the hint is lost, not the news: the next page is asked for anyway
                stop.wait(pause)

    def attempt(self) -> float:
        """One step with every error dealt with; the seconds to wait before the next one."""
        try:
            moved = self.step()
        except OvertakenError:
            self.overtaken += 1
            return self._spread(self.POLL, 0)
        except self._transient:
            self.failures += 1
            self._failed += 1
            return self._spread(self.RETRY, self._failed)
        except Exception as error:
            self.failures += 1
            self._failed += 1
            self._hold(error)
            return self._spread(self.HOLD, self._failed)
        self._failed = 0
        self._quiet = 0 if moved else self._quiet + 1
        return self._spread(self.POLL, self._quiet) if self._quiet else 0.0

    def _hold(self, error: Exception) -> None:
        """Note for everybody to see that a bad fact holds the projection, if it still does."""
        case_id, kind = None, type(error).__name__
        if isinstance(error, BadFact):
            case_id, kind = error.case_id, error.kind
        try:
            with self._engine.begin() as conn:
                conn.execute(
                    sa.update(TRACKING)
                    .where(TRACKING.c.name == tracking_name(self.projection))
                    .values(
                        held_case=case_id,
                        held_error=kind,
                        held_since=sa.func.coalesce(TRACKING.c.held_since, sa.func.now()),
                    )
                )
        except self._transient:
            pass  # the next attempt meets the same fact and notes it then

    def _spread(self, bounds: tuple[float, float], times: int) -> float:
        """Doubling from the first bound up to the second, between half and all of it."""
        least, most = bounds
        return min(most, least * 2.0 ** min(times, 30)) * (0.5 + self._chance() / 2)


def tracking_name(projection: Projection) -> str:
    """The name under which a version of a projection keeps its position."""
    return f"{projection.name}.v{projection.version}"


def position(engine: sa.Engine, projection: Projection) -> int:
    """How far a projection is; 0 for a new one.

    Raises RebuildNeeded when its tables were filled by another version.
    """
    name = tracking_name(projection)
    with engine.begin() as conn:
        known: dict[str, int] = {
            row.name: row.position
            for row in conn.execute(
                sa.select(TRACKING.c.name, TRACKING.c.position).where(all_versions(projection))
            )
        }
        if name in known:
            return known[name]
        if known:
            raise RebuildNeeded(f"{name}: the tables were filled by {', '.join(sorted(known))}")
        conn.execute(_FIRST, {"name": name})
        return 0


def all_versions(projection: Projection) -> sa.ColumnElement[bool]:
    """The tracking rows of every version of a projection."""
    return sa.func.split_part(TRACKING.c.name, ".v", 1) == projection.name


def status(engine: sa.Engine, feed: Feed, projections: Iterable[Projection]) -> tuple[Status, ...]:
    """How far each projection is, whoever runs it."""
    head = feed.head()
    with engine.begin() as conn:
        rows: dict[str, Any] = {row.name: row for row in conn.execute(sa.select(TRACKING))}
    return tuple(_status(tracking_name(each), rows, head) for each in projections)


def _status(name: str, rows: Mapping[str, Any], head: int) -> Status:
    row = rows.get(name)
    if row is None:
        return Status(name=name, position=0, head=head, moved_at=None)
    return Status(
        name=name,
        position=row.position,
        head=head,
        moved_at=row.moved_at,
        held_error=row.held_error,
        held_case=row.held_case,
        held_since=row.held_since,
    )


def _advance(conn: sa.Connection, projection: Projection, before: int, after: int) -> None:
    """Compare and set. A moved position is somebody else's page."""
    moved = conn.execute(
        _MOVE, {"of": tracking_name(projection), "before": before, "after": after}
    ).rowcount
    if moved != 1:
        raise OvertakenError(f"{tracking_name(projection)} is no longer at {before}")


_MOVE: Final = (
    sa.update(TRACKING)
    .where(TRACKING.c.name == sa.bindparam("of"))
    .where(TRACKING.c.position == sa.bindparam("before"))
    .values(
        position=sa.bindparam("after"),
        moved_at=sa.func.now(),
        held_case=None,
        held_error=None,
        held_since=None,
    )
)
_FIRST: Final = sa.text(
    "insert into views.tracking (name, position) values (:name, 0) on conflict do nothing"
)
