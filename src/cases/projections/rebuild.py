"""Making read models anew: beside the live rows, or one case in place."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import exc

from cases.projections import shadow
from cases.projections.case_view import CaseView, among, newest
from cases.projections.comparing import differences
from cases.projections.feed import Feed
from cases.projections.folded import FoldedCases, NotFolded
from cases.projections.loading import Load, all_cases, load_here
from cases.projections.parking import alone
from cases.projections.projection import of_all_versions, tracking_name
from cases.projections.tables import PARKED, TRACKING, TURN

_PATIENCE: Final = 30
"""How often a swap asks for its locks, a second each, between readers that hold them longer."""
_PAGE: Final = 1_000


class AlreadyRebuilding(Exception):
    """Another process rebuilds this projection at the moment."""


class Differs(Exception):
    """The rebuilt rows of some cases are not the live ones, though the version is the same."""

    def __init__(self, cases: Mapping[str, tuple[UUID, ...]]) -> None:
        super().__init__(", ".join(f"{len(ids)} cases of {name}" for name, ids in cases.items()))
        self.cases = cases


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The live tables are the new ones, true for ``position`` of the ledger.

    ``differing`` are, for each view, the cases that had other rows before: what the new code, or
    the repair, made different. ``facts`` is how many were loaded.
    """

    position: int
    facts: int
    differing: Mapping[str, tuple[UUID, ...]]


def rebuild(  # noqa: PLR0913  each a choice of its own
    engine: sa.Engine,
    feed: Feed,
    views: Sequence[CaseView],
    *,
    load: Load | None = None,
    chunk: int = 200,
    accept_differences: bool = False,
    progress: Callable[[int], object] = lambda facts: None,
) -> Rebuilt:
    """Fill new tables with every case, compare them with the live ones, and let them replace these.

    Live rows are served and followed meanwhile. The login of ``engine`` must be a member of
    cases_owner, who owns the tables. ``load`` copies the cases in, in this process unless told
    otherwise. ``progress`` is told how many facts are in. Raises Differs when a view's version is
    what it was and its rows are not, unless that is accepted; BadFact for a case that cannot be
    taken in; AlreadyRebuilding, and what the feed raises. Then nothing has changed.
    """
    with _alone(engine, views) as conn:
        reached, facts = feed.head(), 0
        shadow.prepare(engine, views)
        try:
            for more in (load or load_here(engine, feed, views))(all_cases(feed, chunk)):
                facts += more
                progress(facts)
            shadow.complete(engine, views)
            aside = _Aside(feed, views)
            reached = aside.catch_up(engine, reached, feed.head())
            differing = {view.name: differences(engine, feed, view) for view in views}
            if not accept_differences:
                _refuse(engine, views, differing)
            reached = aside.catch_up(engine, reached, feed.head())
            return Rebuilt(_swap_patiently(conn, aside, reached), facts, differing)
        except BaseException:
            shadow.drop(engine, views)
            raise


def rebuild_case(engine: sa.Engine, feed: Feed, view: CaseView, case_id: UUID) -> int | None:
    """Make the rows of one case anew, in place; its version, None where the log has no such case.

    Whatever its rows were, they are those a full rebuild would make; a parked case is parked no
    more. Raises BadFact, and what the feed raises; then nothing has changed.
    """
    with engine.begin() as conn:
        mine = {"case_ids": [case_id]}
        is_parked = sa.and_(PARKED.c.projection == tracking_name(view), PARKED.c.case_id == case_id)
        alone(conn, tracking_name(view))  # so that what is read now is the newest there is
        folded = FoldedCases(feed).at_least({case_id: 0})[case_id]
        if not isinstance(folded, NotFolded) and folded.version == 0:
            folded = NotFolded("Unknown", gone=True)
        change = view.change({case_id: folded})
        change.must_be_good()
        for table in view.tables:
            conn.execute(sa.delete(table).where(among(table.c.case_id)), mine)
        view.replace(conn, replace(change, gone=[]), repair=True)
        conn.execute(sa.delete(PARKED).where(is_parked))
    return None if isinstance(folded, NotFolded) else folded.version


class _Aside:
    """Takes the ledger in beside the live tables. Strict: nothing is parked there."""

    def __init__(self, feed: Feed, views: Sequence[CaseView]) -> None:
        self.views = views
        self._feed = feed
        self._folded = FoldedCases(feed)

    def catch_up(self, engine: sa.Engine, after: int, upto: int) -> int:
        """Take in what lies between the positions; the position reached. Raises BadFact."""
        while after < upto:
            last = min(after + _PAGE, upto)
            with engine.begin() as conn:
                self.take_in(conn, after, last)
            after = last
        return after

    def take_in(self, conn: sa.Connection, after: int, upto: int) -> None:
        """The same in one transaction."""
        for start in range(after, upto, _PAGE):
            wanted = newest(self._feed.places(start, min(start + _PAGE, upto)))
            folded = self._folded.at_least(wanted)
            # Execution options stay with a connection, so they are taken back.
            conn.execution_options(schema_translate_map={"views": shadow.SCHEMA})
            for view in self.views:
                change = view.change(folded)
                change.must_be_good()
                view.replace(conn, change)
            conn.execution_options(schema_translate_map={})

    def leave_out_gone(self, conn: sa.Connection) -> None:
        """Remove the rows of cases that were erased after they were loaded."""
        gone = {"case_ids": [*self._feed.gone()]}
        for view in self.views:
            for table in map(shadow.beside, view.tables):
                conn.execute(sa.delete(table).where(among(table.c.case_id)), gone)


@contextmanager
def _alone(engine: sa.Engine, views: Sequence[CaseView]) -> Iterator[sa.Connection]:
    """One rebuild of a view at a time: the lock is the session's, and goes with it.

    The swap must be made on this very connection: so nobody swaps who has lost the lock.
    """
    with engine.connect() as conn:
        keys = [sa.func.hashtextextended(f"rebuild {view.name}", 0) for view in views]
        try:
            for view, key in zip(views, keys, strict=True):
                if not conn.execute(sa.select(sa.func.pg_try_advisory_lock(key))).scalar():
                    raise AlreadyRebuilding(view.name)
            conn.commit()
            yield conn
        finally:
            try:
                conn.rollback()
                conn.execute(sa.select(sa.func.pg_advisory_unlock_all()))
                conn.commit()
            except exc.DBAPIError:
                conn.invalidate()


def _refuse(
    engine: sa.Engine, views: Sequence[CaseView], differing: Mapping[str, tuple[UUID, ...]]
) -> None:
    with engine.begin() as conn:
        known = set(conn.execute(sa.select(TRACKING.c.name)).scalars())
    unchanged = {
        view.name: differing[view.name]
        for view in views
        if differing[view.name] and tracking_name(view) in known
    }
    if unchanged:
        raise Differs(unchanged)


def _swap_patiently(conn: sa.Connection, aside: _Aside, reached: int) -> int:
    for attempt in range(1, _PATIENCE + 1):
        try:
            return _swap(conn, aside, reached)
        except exc.OperationalError:  # somebody was there for longer than the lock's time-out
            if attempt == _PATIENCE or conn.invalidated:
                raise
            time.sleep(0.1)
    raise AssertionError("unreachable")


def _swap(conn: sa.Connection, aside: _Aside, reached: int) -> int:
    """Halt the followers for a moment, take in what they have, and take the live tables' place.

    No page is handed out while the tracking rows are locked, and no turn is under way once all of
    them are removed: whoever was at one has finished it or finds it gone. So what the live tables
    have and the new ones might lack lies at or below what was handed out.
    """
    with conn.begin():
        conn.execute(sa.text("set local lock_timeout = '1s'"))
        marks: dict[str, int] = {}
        upto = reached
        for view in aside.views:
            followed = conn.execute(
                sa.select(TRACKING)
                .where(of_all_versions(TRACKING.c.name, view))
                .order_by(TRACKING.c.name)
                .with_for_update()
            ).all()
            conn.execute(sa.delete(TURN).where(of_all_versions(TURN.c.name, view)))
            conn.execute(sa.delete(PARKED).where(of_all_versions(PARKED.c.projection, view)))
            upto = max([upto, *(row.allotted for row in followed)])
            marks[view.name] = max(
                # Pages are taken in side by side: of any that was handed out something may show.
                (max(row.mark, row.allotted) for row in followed),
                default=0,
            )
        aside.take_in(conn, reached, upto)
        aside.leave_out_gone(conn)
        for view in aside.views:
            conn.execute(sa.delete(TRACKING).where(of_all_versions(TRACKING.c.name, view)))
            conn.execute(
                sa.insert(TRACKING).values(
                    name=tracking_name(view),
                    allotted=upto,
                    finished=upto,
                    level=upto,
                    mark=marks[view.name],
                )
            )
        shadow.take_over(conn, aside.views)
    return upto
