"""Rebuilding a projection beside its live rows, and comparing live rows with the log."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import exc

from cases.projections.case_view import CaseView, among
from cases.projections.engine import (
    TRACKING,
    Feed,
    Page,
    Projection,
    all_versions,
    tracking_name,
)

_PATIENCE: Final = 30
"""How often a swap asks for its locks, a second each, between readers that hold them longer."""


class AlreadyRebuilding(Exception):
    """Another process rebuilds this projection at the moment."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The live tables are the new ones, true for ``position`` of the ledger.

    ``differing`` are cases whose rows changed without their version changing: what the new code,
    or the repair, made different.
    """

    position: int
    differing: tuple[UUID, ...]


def rebuild(
    engine: sa.Engine,
    feed: Feed,
    projection: Projection,
    *,
    page_size: int = 500,
    progress: Callable[[int], object] = lambda position: None,
) -> Rebuilt:
    """Fill new tables from the whole ledger, then let them replace the live ones in a transaction.

    Live rows are served and followed meanwhile; runners find themselves overtaken and go on. The
    login of ``engine`` must be a member of cases_owner, who owns the tables. ``progress`` is told
    the position after each page. Strict: a bad fact ends it, and then nothing has changed. Raises
    AlreadyRebuilding, and what the projection and the feed raise.
    """
    with _alone(engine, projection):
        _prepare(engine, projection.tables)
        position = 0
        while (page := feed.page(position, page_size)).last > position:
            with engine.begin() as conn:
                _project_aside(conn, projection, page, feed)
            position = page.last
            progress(position)
        for attempt in range(1, _PATIENCE + 1):
            try:
                return _swap(engine, feed, projection, position, page_size)
            except exc.OperationalError:  # a reader was there for longer than the lock's time-out
                if attempt == _PATIENCE:
                    raise
                time.sleep(0.1)
        raise AssertionError("unreachable")


def compare(engine: sa.Engine, feed: Feed, view: CaseView, *, chunk: int = 500) -> list[UUID]:
    """The cases whose live rows are not what the log says, in the order of their ids.

    Each case is folded anew up to the version its rows claim, so live followers may go on
    meanwhile. Cases that are missing, or older than the position of the view promises, differ too.
    Memory stays flat, but for the cases found.
    """
    return sorted({*_missing(engine, feed, view, chunk), *_altered(engine, feed, view, chunk)})


def _missing(engine: sa.Engine, feed: Feed, view: CaseView, chunk: int) -> Iterator[UUID]:
    with engine.begin() as conn:
        promised = conn.execute(
            sa.select(TRACKING.c.position).where(TRACKING.c.name == tracking_name(view))
        ).scalar()
    position = 0
    while position < (promised or 0):
        page = feed.page(position, min(chunk, (promised or 0) - position))
        if page.last == position:
            return
        position = page.last
        newest: dict[UUID, int] = {}
        for fact in page.facts:
            newest[fact.stream_id] = max(fact.version, newest.get(fact.stream_id, 0))
        with engine.begin() as conn:
            have = view.versions(conn, newest)
        behind = [case_id for case_id, version in newest.items() if have.get(case_id, 0) < version]
        if behind:
            readable = feed.load_many(behind)
            # A case that cannot be read as a whole has been erased since, or is parked.
            yield from (c for c in behind if isinstance(readable.get(c), tuple))


def _altered(engine: sa.Engine, feed: Feed, view: CaseView, chunk: int) -> Iterator[UUID]:
    cover = view.cover
    after: UUID | None = None
    while True:
        query = sa.select(cover.c.case_id, cover.c.version).order_by(cover.c.case_id).limit(chunk)
        if after is not None:
            query = query.where(cover.c.case_id > after)
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as conn:
            versions = {row.case_id: row.version for row in conn.execute(query)}
            live = _live_rows(conn, view, list(versions))
        if not versions:
            break
        cases = feed.load_many(versions)
        for case_id, version in versions.items():
            facts = cases.get(case_id)
            if not isinstance(facts, tuple) or len(facts) < version:
                yield case_id
                continue
            expected = view.complete_rows(facts[:version])
            if any(
                _bag(expected[table.name]) != _bag(live[table.name].get(case_id, ()))
                for table in view.tables
            ):
                yield case_id
        after = max(versions)
    for table in view.tables[1:]:
        strays = (
            sa.select(table.c.case_id)
            .distinct()
            .where(~sa.exists().where(cover.c.case_id == table.c.case_id))
        )
        with engine.begin() as conn:
            yield from conn.execute(strays).scalars()


def _live_rows(
    conn: sa.Connection, view: CaseView, case_ids: list[UUID]
) -> dict[str, dict[UUID, list[Mapping[str, Any]]]]:
    found: dict[str, dict[UUID, list[Mapping[str, Any]]]] = {}
    for table in view.tables:
        by_case = found.setdefault(table.name, {})
        rows = conn.execute(sa.select(table).where(among(table.c.case_id)), {"case_ids": case_ids})
        for row in rows.mappings():
            by_case.setdefault(row["case_id"], []).append(dict(row))
    return found


def _bag(rows: Sequence[Mapping[str, Any]]) -> Counter[frozenset[tuple[str, Any]]]:
    return Counter(frozenset(row.items()) for row in rows)


@contextmanager
def _alone(engine: sa.Engine, projection: Projection) -> Iterator[None]:
    """One rebuild of a projection at a time; the lock goes with its connection."""
    with engine.connect() as conn:
        key = sa.func.hashtextextended(f"rebuild {projection.name}", 0)
        if not conn.execute(sa.select(sa.func.pg_try_advisory_xact_lock(key))).scalar():
            raise AlreadyRebuilding(projection.name)
        yield


def _prepare(engine: sa.Engine, tables: Sequence[sa.Table]) -> None:
    """Empty tables beside the live ones, like them in everything, who may see what included."""
    with engine.begin() as conn:
        conn.execute(sa.text("set local role cases_owner"))
        for table in tables:
            conn.execute(sa.text(f"drop table if exists views_next.{table.name}"))
            conn.execute(
                sa.text(
                    f"create table views_next.{table.name} (like views.{table.name} including all)"
                )
            )
            for (statement,) in conn.execute(_twin(), {"table": table.name}).all():
                conn.execute(sa.text(statement))


@cache
def _twin() -> sa.TextClause:
    text = (files("cases.projections") / "shadow.sql").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("--"))
    return sa.text("\n".join(lines).replace("::regclass", "\\:\\:regclass"))


def _project_aside(conn: sa.Connection, projection: Projection, page: Page, feed: Feed) -> None:
    """Project a page into the tables of ``views_next``.

    Execution options stay with a connection, so they are taken back.
    """
    conn.execution_options(schema_translate_map={"views": "views_next"})
    projection.project(conn, page, feed.load_many)
    conn.execution_options(schema_translate_map={})


def _swap(
    engine: sa.Engine, feed: Feed, projection: Projection, position: int, page_size: int
) -> Rebuilt:
    """Halt the followers for a moment, catch up with them, and take the live tables' place."""
    with engine.begin() as conn:
        conn.execute(sa.text("set local lock_timeout = '1s'"))
        followed = conn.execute(
            sa.select(TRACKING.c.name, TRACKING.c.position)
            .where(all_versions(projection))
            .with_for_update()
        ).all()
        reached = max((row.position for row in followed), default=0)
        while position < reached and (page := feed.page(position, page_size)).last > position:
            _project_aside(conn, projection, page, feed)
            position = page.last
        differing = _changed_rows(conn, projection) if isinstance(projection, CaseView) else ()
        conn.execute(sa.delete(TRACKING).where(all_versions(projection)))
        conn.execute(
            sa.insert(TRACKING).values(
                name=tracking_name(projection), position=position, moved_at=sa.func.now()
            )
        )
        conn.execute(sa.text("set local role cases_owner"))
        for table in projection.tables:
            conn.execute(sa.text(f"drop table views.{table.name}"))
            conn.execute(sa.text(f"alter table views_next.{table.name} set schema views"))
    return Rebuilt(position=position, differing=differing)


def _changed_rows(conn: sa.Connection, view: CaseView) -> tuple[UUID, ...]:
    """Cases at the same version in both, whose rows are not the same."""
    new = {
        table.name: table.to_metadata(sa.MetaData(), schema="views_next") for table in view.tables
    }
    cover, new_cover = view.cover, new[view.cover.name]
    changed: set[UUID] = set()
    for table in view.tables:
        here, there = sa.select(table), sa.select(new[table.name])
        differ = sa.union_all(
            sa.except_(here, there).subquery().select(), sa.except_(there, here).subquery().select()
        ).subquery()
        rows = conn.execute(
            sa.select(differ.c.case_id)
            .distinct()
            .join(cover, cover.c.case_id == differ.c.case_id)
            .join(new_cover, new_cover.c.case_id == differ.c.case_id)
            .where(cover.c.version == new_cover.c.version)
        )
        changed.update(rows.scalars())
    return tuple(sorted(changed))
