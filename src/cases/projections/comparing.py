"""Comparing live rows, case by case: with the log, and with the rows a rebuild has made.

Every comparison is of one case at one version: followers may go on meanwhile.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.domain.case.state import CaseState
from cases.domain.facts import FIRST_ID
from cases.projections.case_view import CaseView, among, newest
from cases.projections.feed import BadFact, Feed
from cases.projections.folded import fold_on
from cases.projections.parking import Parked, parked
from cases.projections.projection import tracking_name
from cases.projections.shadow import beside
from cases.projections.turns import position

UNMARKED = "outdated_since"
"""The column that is no part of what a row says."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison found: cases whose rows are not what the log says, cases that cannot be
    read or folded, with the error, and parked ones, whose rows may be of an older version."""

    differing: tuple[UUID, ...]
    unreadable: Mapping[UUID, str]
    parked: tuple[Parked, ...]


def covered(engine: sa.Engine, view: CaseView) -> int:
    """How many cases a view has."""
    with engine.begin() as conn:
        return conn.execute(sa.select(sa.func.count()).select_from(view.cover)).scalar_one()


def compare(
    engine: sa.Engine,
    feed: Feed,
    view: CaseView,
    *,
    chunk: int = 500,
    progress: Callable[[int], object] = lambda cases: None,
) -> Compared:
    """Compare the live rows of a view with the log.

    Each case is folded anew up to the version its rows claim. Cases that are missing, or older
    than the position of the view promises, differ too, unless they are parked. Memory stays flat,
    but for the cases found. ``progress`` is told of every few how many cases they were.
    """
    found = _Found(engine, feed, view)
    found.look_for_missing(chunk)
    with engine.begin() as conn:
        standing_aside = parked(conn, tracking_name(view))
        marked: set[UUID] = set(conn.execute(_marked(view.cover)).scalars())
    aside = {each.case_id for each in standing_aside}
    found.differing |= marked  # a mark without a parked case is wrong
    after = FIRST_ID
    while ids := _ids_after(engine, view.cover, after, chunk):
        found.at_their_version(ids)
        progress(len(ids))
        after = ids[-1]
    found.differing |= strays(engine, view)
    return Compared(
        tuple(sorted(found.differing - aside)),
        {c: kind for c, kind in sorted(found.unreadable.items()) if c not in aside},
        tuple(standing_aside),
    )


def differences(
    engine: sa.Engine, feed: Feed, view: CaseView, *, chunk: int = 5_000
) -> tuple[UUID, ...]:
    """The cases whose live rows are not those of the tables beside them, in order.

    Where both have a case at one version, the rows must be the same; where the live one has moved
    on or stayed behind, it is folded at its own version, which must be no older than the live
    position promises, unless it is parked. What only the live ones have must be erased.
    """
    found = _Found(engine, feed, view)
    taken_in = position(engine, view)
    after = FIRST_ID
    while ids := sorted(
        {
            *_ids_after(engine, view.cover, after, chunk),
            *_ids_after(engine, beside(view.cover), after, chunk),
        }
    )[:chunk]:
        found.differing |= _changed(engine, view, after, ids[-1])
        moved = _moved(engine, view, after, ids[-1])
        found.at_their_version(moved, erased_may_stay=True)
        missing = _only_beside(engine, view, after, ids[-1])
        found.differing |= _behind(engine, feed, view, {*moved, *missing}, taken_in)
        after = ids[-1]
    return tuple(sorted({*found.differing, *found.unreadable, *strays(engine, view)}))


def _behind(
    engine: sa.Engine, feed: Feed, view: CaseView, case_ids: Set[UUID], taken_in: int
) -> set[UUID]:
    """Cases the live tables have not, or have older, than their position promises; unless parked.

    Those erased, which lose their rows, are none of them.
    """
    if not case_ids:
        return set()
    with engine.begin() as conn:
        have = view.versions(conn, case_ids)
        aside = {each.case_id for each in parked(conn, tracking_name(view))}
    promised = feed.versions_at(case_ids, taken_in)
    behind = {c for c, version in promised.items() if have.get(c, 0) < version and c not in aside}
    return behind - feed.gone(behind)


def strays(engine: sa.Engine, view: CaseView) -> set[UUID]:
    """Cases with rows in some table and none in the cover."""
    found: set[UUID] = set()
    for table in view.tables[1:]:
        query = (
            sa.select(table.c.case_id)
            .distinct()
            .where(~sa.exists().where(view.cover.c.case_id == table.c.case_id))
        )
        with engine.begin() as conn:
            found.update(conn.execute(query).scalars())
    return found


class _Found:
    """Compares cases with the log and keeps what differs."""

    def __init__(self, engine: sa.Engine, feed: Feed, view: CaseView) -> None:
        self._engine, self._feed, self._view = engine, feed, view
        self.differing: set[UUID] = set()
        self.unreadable: dict[UUID, str] = {}

    def look_for_missing(self, chunk: int) -> None:
        """Cases that the position promises and the view has not, or has older."""
        promised = position(self._engine, self._view)
        for after in range(0, promised, chunk):
            wanted = newest(self._feed.places(after, min(after + chunk, promised)))
            with self._engine.begin() as conn:
                have = self._view.versions(conn, wanted)
            behind = [c for c, version in wanted.items() if have.get(c, 0) < version]
            read = self._feed.load_since(dict.fromkeys(behind, 0))
            for case_id in behind:
                state = fold_on(read.get(case_id, ()))
                if isinstance(state, CaseState):
                    self.differing.add(case_id)
                elif not state.gone:
                    self.unreadable[case_id] = state.kind

    def at_their_version(self, case_ids: Sequence[UUID], *, erased_may_stay: bool = False) -> None:
        """Cases whose live rows are not those of the version they claim."""
        view = self._view
        with self._engine.connect().execution_options(isolation_level="REPEATABLE READ") as conn:
            versions = view.versions(conn, case_ids)
            live = _live_rows(conn, view, case_ids)
        read = self._feed.load_since(dict.fromkeys(versions, 0))
        for case_id, version in versions.items():
            facts = read.get(case_id, ())
            state = fold_on(facts[:version] if isinstance(facts, tuple) else facts)
            if isinstance(state, CaseState):
                try:
                    same = state.version == version and all(
                        _bag(rows) == _bag(live[name].get(case_id, ()))
                        for name, rows in view.complete_rows(case_id, state).items()
                    )
                except BadFact as bad:
                    self.unreadable[case_id] = bad.kind
                    continue
                if not same:
                    self.differing.add(case_id)
            elif not state.gone:
                self.unreadable[case_id] = state.kind
            elif not erased_may_stay:
                self.differing.add(case_id)


def _marked(cover: sa.Table) -> sa.Select[Any]:
    return sa.select(cover.c.case_id).where(cover.c.outdated_since.is_not(None))


def _ids_after(engine: sa.Engine, cover: sa.Table, after: UUID, limit: int) -> list[UUID]:
    query = sa.select(cover.c.case_id).where(cover.c.case_id > after).order_by(cover.c.case_id)
    with engine.begin() as conn:
        return list(conn.execute(query.limit(limit)).scalars())


def _between(column: sa.ColumnElement[UUID], after: UUID, upto: UUID) -> sa.ColumnElement[bool]:
    return sa.and_(column > after, column <= upto)


def _changed(engine: sa.Engine, view: CaseView, after: UUID, upto: UUID) -> set[UUID]:
    """Cases at the same version in both, whose rows are not the same."""
    cover, new_cover = view.cover, beside(view.cover)
    changed: set[UUID] = set()
    for table in view.tables:
        new = beside(table)
        here, there = (
            sa.select(*(c for c in each.c if c.name != UNMARKED)).where(
                _between(each.c.case_id, after, upto)
            )
            for each in (table, new)
        )
        differ = sa.union_all(
            sa.except_all(here, there).subquery().select(),
            sa.except_all(there, here).subquery().select(),
        ).subquery()
        query = (
            sa.select(differ.c.case_id)
            .distinct()
            .join(cover, cover.c.case_id == differ.c.case_id)
            .join(new_cover, new_cover.c.case_id == differ.c.case_id)
            .where(cover.c.version == new_cover.c.version)
        )
        with engine.begin() as conn:
            changed.update(conn.execute(query).scalars())
    return changed


def _moved(engine: sa.Engine, view: CaseView, after: UUID, upto: UUID) -> list[UUID]:
    """Live cases that are at another version beside, or are not there."""
    cover, new_cover = view.cover, beside(view.cover)
    query = (
        sa.select(cover.c.case_id)
        .outerjoin(new_cover, new_cover.c.case_id == cover.c.case_id)
        .where(_between(cover.c.case_id, after, upto))
        .where(new_cover.c.version.is_distinct_from(cover.c.version))
    )
    with engine.begin() as conn:
        return list(conn.execute(query).scalars())


def _only_beside(engine: sa.Engine, view: CaseView, after: UUID, upto: UUID) -> set[UUID]:
    """Cases that only the new tables have."""
    cover, new_cover = view.cover, beside(view.cover)
    query = (
        sa.select(new_cover.c.case_id)
        .outerjoin(cover, cover.c.case_id == new_cover.c.case_id)
        .where(_between(new_cover.c.case_id, after, upto), cover.c.case_id.is_(None))
    )
    with engine.begin() as conn:
        return set(conn.execute(query).scalars())


def _live_rows(
    conn: sa.Connection, view: CaseView, case_ids: Iterable[UUID]
) -> dict[str, dict[UUID, list[Mapping[str, Any]]]]:
    found: dict[str, dict[UUID, list[Mapping[str, Any]]]] = {}
    for table in view.tables:
        by_case = found.setdefault(table.name, {})
        query = sa.select(table).where(among(table.c.case_id))
        for row in conn.execute(query, {"case_ids": [*case_ids]}).mappings():
            by_case.setdefault(row["case_id"], []).append(dict(row))
    return found


def _bag(rows: Iterable[Mapping[str, Any]]) -> Counter[frozenset[tuple[str, Any]]]:
    return Counter(frozenset(item for item in row.items() if item[0] != UNMARKED) for row in rows)
