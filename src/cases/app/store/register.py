"""The register of organisations in the database: imports and what they changed, never altered."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, Final

import psycopg
from psycopg.rows import TupleRow
from psycopg_pool import PoolClosed, PoolTimeout

from cases.app.organisations.entries import Change, Names, OrganisationEntry, Organisations
from cases.app.organisations.live import Known, Mark
from cases.app.store.connections import Pools, Role, connect
from cases.app.store.faults import StoreUnavailable
from cases.domain.codes.values import OrganisationKind

PATIENCE: Final = 0.5
"""Seconds a look for news waits for a connection: what is known will do for another moment."""

_ONE_AT_A_TIME: Final = 0x7265676973746572  # the advisory lock of imports: "register"
_THERE = b"select to_regclass('register.import') is not null"
_NEWEST = b"select number, recorded_at from register.import order by number desc limit 1"
_CHANGES = b"""
select organisation, valid_from, kind, code, name_fi, name_sv, name_en, welfare_area,
       employment_area
  from register.change order by number, organisation, valid_from"""
_IMPORTS = b"""
select number, recorded_at, recorded_by, source, digest, valid_from, added, changed, ended,
       unchanged
  from register.import order by number"""
_IMPORT = b"""
insert into register.import
     (number, recorded_by, source, digest, valid_from, added, changed, ended, unchanged)
select coalesce(max(number), 0) + 1, %(recorded_by)s, %(source)s, %(digest)s, %(valid_from)s,
       %(added)s, %(changed)s, %(ended)s, %(unchanged)s
  from register.import
returning number"""
_CHANGE = b"""
insert into register.change
     (number, organisation, valid_from, kind, code, name_fi, name_sv, name_en, welfare_area,
      employment_area)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""


@dataclass(frozen=True, slots=True)
class Import:
    """One import: who made it, when (UTC), of which file, and how many organisations it met."""

    number: int
    recorded_at: datetime
    recorded_by: str
    source: str
    digest: str
    valid_from: date | None
    added: int
    changed: int
    ended: int
    unchanged: int


def news(pools: Pools, mark: Mark | None) -> Known | None:
    """The register where its newest import is not that of ``mark``. Raises StoreUnavailable."""
    try:
        with pools.reader.connection(timeout=PATIENCE) as connection:
            newest = _mark(connection)
            if newest is None or newest == mark:
                return None
            with connection.transaction():
                connection.execute("set transaction isolation level repeatable read")
                return _known(connection)
    except (psycopg.Error, PoolTimeout, PoolClosed) as error:
        raise StoreUnavailable from error


def known(connection: psycopg.Connection[TupleRow]) -> Known | None:
    """The register of a database; None where nothing was ever imported.

    As in one that is not migrated yet: whoever looks at its health is told of that.
    """
    there = connection.execute(_THERE).fetchone()
    if there is None or not there[0] or _mark(connection) is None:
        return None
    return _known(connection)


def imports(connection: psycopg.Connection[TupleRow]) -> tuple[Import, ...]:
    """Every import there was, oldest first."""
    return tuple(
        Import(number, at.astimezone(UTC), by, source, digest.hex(), *rest)
        for number, at, by, source, digest, *rest in connection.execute(_IMPORTS)
    )


class Importing:
    """An import in its transaction; nobody else imports meanwhile."""

    def __init__(self, connection: psycopg.Connection[TupleRow]) -> None:
        self._connection = connection
        self.before = known(connection)
        """The register as it stands; None where nothing was ever imported."""

    def record(  # noqa: PLR0913 - what there is to know of an import
        self,
        changes: Sequence[Change],
        counts: dict[str, int],
        *,
        by: str,
        source: str,
        content: bytes,
        valid_from: date | None = None,
    ) -> int:
        """Record an import and what it changes; its number. Committed when the block ends."""
        params: dict[str, Any] = {
            "recorded_by": by,
            "source": source,
            "digest": sha256(content).digest(),
            "valid_from": valid_from,
            **counts,
        }
        row = self._connection.execute(_IMPORT, params).fetchone()
        assert row is not None
        number = int(row[0])
        with self._connection.cursor() as cursor:
            cursor.executemany(_CHANGE, [_row(number, change) for change in changes])
        return number


@contextmanager
def importing(url: str) -> Iterator[Importing]:
    """A transaction in which organisations are imported; an exception records nothing at all.

    Raises psycopg.OperationalError where there is no database.
    """
    with connect(url, Role.WRITER) as connection, connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s)", (_ONE_AT_A_TIME,))
        yield Importing(connection)


def _mark(connection: psycopg.Connection[TupleRow]) -> Mark | None:
    row = connection.execute(_NEWEST).fetchone()
    return Mark(*row) if row else None


def _known(connection: psycopg.Connection[TupleRow]) -> Known:
    # The mark first: an import between the two statements is taken in at the next look.
    mark = _mark(connection)
    return Known(Organisations(map(_change, connection.execute(_CHANGES))), mark)


def _change(row: TupleRow) -> Change:
    organisation, valid_from, kind, code, fi, sv, en, welfare_area, employment_area = row
    if kind is None:
        return Change(organisation, valid_from, None)
    entry = OrganisationEntry(
        kind=OrganisationKind(kind),
        names=Names(fi=fi, sv=sv, en=en),
        code=code,
        welfare_area=welfare_area,
        employment_area=employment_area,
    )
    return Change(organisation, valid_from, entry)


def _row(number: int, change: Change) -> tuple[object, ...]:
    entry = change.entry
    if entry is None:
        return (number, change.id, change.valid_from, *[None] * 7)
    names = entry.names
    return (
        number,
        change.id,
        change.valid_from,
        entry.kind.value,
        entry.code,
        names.fi,
        names.sv,
        names.en,
        entry.welfare_area,
        entry.employment_area,
    )
