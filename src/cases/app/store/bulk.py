"""Many new cases in one transaction: how histories are loaded and imported.

What is written is what the acts would have left behind one by one (see ``log.py``): facts sealed
under a key of the case's own, with the records of their acts, identities, and lines of the access
trail. It goes in by COPY, in the writer's role and with its rights
alone; there is no lock beyond those of the rows.

Only new streams: a stream that exists, even one erased, has its version 1, and its keys refuse a
second. The ledger's order holds as it does for one act: the facts of a stream get their numbers in
the order of their versions, all within one transaction, and whoever appends to the stream must have
seen it committed (sql/tick.sql).
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from itertools import pairwise
from operator import attrgetter, itemgetter
from typing import Any, Self
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from cases.app.access.record import AccessRecord
from cases.app.store.appending import act_key
from cases.app.store.connections import Closable, Role, connect, outcome_unknown
from cases.app.store.entries import ActRecord, Append
from cases.app.store.faults import StoreUnavailable
from cases.app.store.keys import DataKeys, StreamKey, WrappedKey
from cases.app.store.mapper import CaseMapper, PlainFact


@dataclass(frozen=True, slots=True)
class NewCase:
    """A whole case the log does not have: what its acts leave behind together, not sealed yet.

    ``acts`` are the records of all its acts, in order. ``identities`` are the blind indexes it is
    found by in the end, each with the instant (UTC) it was recorded; ``is_open`` says whether the
    case still holds them, but for those ``held_elsewhere``; ``others_untold`` whether other cases
    of the person are to be told of it. Raises ValueError when the parts do not fit together.
    """

    stream_id: UUID
    facts: tuple[PlainFact, ...]
    access: tuple[AccessRecord, ...]
    acts: tuple[ActRecord, ...]
    identities: tuple[tuple[bytes, datetime], ...] = ()
    is_open: bool = True
    held_elsewhere: frozenset[bytes] = frozenset()
    others_untold: bool = False

    def __post_init__(self) -> None:
        """Refuse what could never be right: it would be found out in the log too late."""
        versions = [fact.version for fact in self.facts]
        if not versions or versions != list(range(1, len(versions) + 1)):
            raise ValueError("The facts of a new case have the versions from 1 on without gaps.")
        if any(a.recorded_at > b.recorded_at for a, b in pairwise(self.facts)):
            raise ValueError("Recording instants never decrease.")
        if any(act.stream_id != self.stream_id for act in self.acts):
            raise ValueError("All acts of a new case belong to its stream.")
        of_acts = [n for act in self.acts for n in range(act.first_version, act.last_version + 1)]
        if of_acts != versions:
            raise ValueError("Every fact of a new case is of one of its acts.")

    @classmethod
    def of(
        cls,
        appends: Sequence[Append],
        mapper: CaseMapper,
        held_elsewhere: frozenset[bytes] = frozenset(),
        *,
        others_untold: bool = False,
    ) -> Self:
        """The case that these acts leave behind, from the opening on.

        Raises ValueError for acts of several cases or with others missing, and what
        ``CaseMapper.plain`` raises.
        """
        first, *later = appends
        if any(append.stream_id != first.stream_id for append in later):
            raise ValueError("All acts of a new case belong to its stream.")
        is_open, identities = True, dict[bytes, datetime]()
        for append in appends:
            is_open = (is_open or append.reopen_identities) and not append.close_identities
            for blind in append.released_identities:
                identities.pop(blind, None)
            identities |= dict.fromkeys(append.new_identities, append.facts[0].recorded_at)
        return cls(
            stream_id=first.stream_id,
            facts=tuple(mapper.plain(fact) for append in appends for fact in append.facts),
            access=tuple(line for append in appends for line in append.access),
            acts=tuple(append.act for append in appends),
            identities=tuple(identities.items()),
            is_open=is_open,
            held_elsewhere=held_elsewhere,
            others_untold=others_untold,
        )


class Known(StrEnum):
    """What was there before."""

    CASE = "CASE"
    IDENTITY = "IDENTITY"


@dataclass(frozen=True, slots=True)
class Written:
    """Done, durably."""

    cases: int
    facts: int


@dataclass(frozen=True, slots=True)
class NotNew:
    """One of the cases is there already, or one of the people has an open case elsewhere.

    Nothing was written.
    """

    known: Known


BulkResult = Written | NotNew


class BulkLog(Closable):
    """Writes new cases, on one connection of its own. Not to be shared between threads.

    Use as a context manager, or call ``close``. Every method raises StoreUnavailable when the
    database cannot be reached, and KeyUnavailable when the key store cannot.
    """

    def __init__(self, url: str, mapper: CaseMapper, keys: DataKeys) -> None:
        self.mapper = mapper
        self._url = url
        self._keys = keys
        self._connection: psycopg.Connection[TupleRow] | None = None

    def close(self) -> None:
        """Close the connection; a later call opens a new one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def write(self, cases: Sequence[NewCase]) -> BulkResult:
        """Write the cases, all or none; bounded memory is for the caller, who says how many.

        After StoreUnavailable the outcome is unknown: writing the same again answers NotNew where
        they are there.
        """
        sealed = [_Sealed(case, self.mapper, *self._keys.make(case.stream_id)) for case in cases]
        with self._connected() as connection:
            try:
                with connection.transaction(), connection.cursor() as cursor:
                    for table in _TABLES:
                        table.copy(cursor, sealed)
            except psycopg.errors.UniqueViolation as error:
                taken = error.diag.constraint_name == "identity_one_open"
                return NotNew(Known.IDENTITY if taken else Known.CASE)
        return Written(len(cases), sum(len(case.facts) for case in cases))

    def known(self, blinds: Collection[bytes]) -> frozenset[bytes]:
        """Those of the blind indexes that the registry has, of open and of closed cases."""
        query = b"select distinct blind from log.identity where blind = any(%(blinds)b::bytea[])"
        with self._connected() as connection:
            rows = connection.execute(query, {"blinds": [*blinds]}, binary=True).fetchall()
        return frozenset(blind for (blind,) in rows)

    def fingerprints(self, stream_ids: Collection[UUID]) -> dict[UUID, list[bytes]]:
        """The fingerprints of all acts of these streams, in order; none of streams not there."""
        query = (
            b"select stream_id, fingerprint from log.event"
            b" where stream_id = any(%(stream_ids)b::uuid[]) and fingerprint is not null"
            b" order by stream_id, version"
        )
        with self._connected() as connection:
            rows = connection.execute(query, {"stream_ids": [*stream_ids]}, binary=True).fetchall()
        found: dict[UUID, list[bytes]] = {}
        for stream_id, fingerprint in rows:
            found.setdefault(stream_id, []).append(fingerprint)
        return found

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection[TupleRow]]:
        try:
            if self._connection is None:
                self._connection = connect(self._url, Role.WRITER)
            yield self._connection
        except (psycopg.OperationalError, psycopg.errors.ReadOnlySqlTransaction) as error:
            if not outcome_unknown(error):
                raise
            self.close()
            raise StoreUnavailable from error


class _Sealed:
    """A case sealed under its new key."""

    def __init__(
        self, case: NewCase, mapper: CaseMapper, wrapped: WrappedKey, key: StreamKey
    ) -> None:
        self.case = case
        self.wrapped = wrapped
        self.states = [mapper.seal_plain(fact, key) for fact in case.facts]
        self.acts = {act.first_version: act for act in case.acts}


_Batch = Sequence[_Sealed]
_Rows = Iterable[tuple[Any, ...]]


# Keys and identities come first and sorted, so that two batches with the same ones queue there
# instead of deadlocking.


def _keys(batch: _Batch) -> _Rows:
    for each in sorted(batch, key=lambda sealed: sealed.case.stream_id):
        made = each.wrapped
        since = each.case.facts[0].recorded_at
        yield each.case.stream_id, made.key_id, made.wrapped, made.wrapping_key, since


def _identities(batch: _Batch) -> _Rows:
    held = [
        (
            blind,
            each.case.stream_id,
            each.case.is_open and blind not in each.case.held_elsewhere,
            since,
        )
        for each in batch
        for blind, since in each.case.identities
    ]
    return sorted(held, key=itemgetter(0))


def _untold(batch: _Batch) -> _Rows:
    told_of = (each.case for each in batch if each.case.others_untold)
    return ((case.stream_id, len(case.facts)) for case in told_of)


def _in_order(batch: _Batch) -> list[tuple[_Sealed, int]]:
    """Every fact of the batch in the order of recording, by its place in its case.

    So cases lie side by side, in the ledger and on disk, as if they had been recorded together. The
    sort is stable and instants never decrease within a case: version n stays before n + 1.
    """
    places = [(each, n) for each in batch for n in range(len(each.states))]
    return sorted(places, key=lambda place: place[0].case.facts[place[1]].recorded_at)


def _events(batch: _Batch) -> _Rows:
    for each, n in _in_order(batch):
        fact, act = each.case.facts[n], each.acts.get(n + 1)
        yield (
            each.case.stream_id,
            fact.version,
            fact.event_id,
            fact.topic,
            fact.recorded_at,
            fact.metadata,
            each.wrapped.key_id,
            sha256(each.states[n]).digest(),
            each.states[n],
            None if act is None else act_key(act.caller, act.key),
            None if act is None else act.fingerprint,
        )


def _access(batch: _Batch) -> _Rows:
    lines = [line for each in batch for line in each.case.access]
    for line in sorted(lines, key=attrgetter("at")):
        yield (
            line.id,
            line.at,
            line.subject,
            line.organisation,
            line.role,
            line.purpose,
            line.purpose_version,
            line.action,
            line.case_id,
            list(line.sections),  # the driver takes tuples for composites
            line.case_version,
            line.result.value,
            line.request_id,
            list(line.traits),
        )


@dataclass(frozen=True, slots=True)
class _Table:
    """A table, the columns that are written with their types, and the rows a batch makes there."""

    name: str
    columns: tuple[tuple[str, str], ...]
    rows: Callable[[_Batch], _Rows]

    def copy(self, cursor: psycopg.Cursor[TupleRow], batch: _Batch) -> None:
        """Write the rows of a batch."""
        names = sql.SQL(", ").join(sql.Identifier(name) for name, _ in self.columns)
        statement = sql.SQL("copy {} ({}) from stdin (format binary)").format(
            sql.Identifier(*self.name.split(".")), names
        )
        with cursor.copy(statement) as copy:
            copy.set_types([kind for _, kind in self.columns])
            for row in self.rows(batch):
                copy.write_row(row)


_TABLES = (
    _Table(
        "log.case_key",
        (
            ("stream_id", "uuid"),
            ("key_id", "uuid"),
            ("wrapped", "bytea"),
            ("wrapping_key", "text"),
            ("created_at", "timestamptz"),
        ),
        _keys,
    ),
    _Table(
        "log.identity",
        (
            ("blind", "bytea"),
            ("stream_id", "uuid"),
            ("open", "bool"),
            ("recorded_at", "timestamptz"),
        ),
        _identities,
    ),
    # seq and xid are filled in by the table, here as everywhere.
    _Table(
        "log.event",
        (
            ("stream_id", "uuid"),
            ("version", "int8"),
            ("event_id", "uuid"),
            ("topic", "text"),
            ("recorded_at", "timestamptz"),
            ("metadata", "text"),  # which is how json travels; the driver would quote it
            ("key_id", "uuid"),
            ("payload_hash", "bytea"),
            ("sealed", "bytea"),
            ("act_key", "bytea"),
            ("fingerprint", "bytea"),
        ),
        _events,
    ),
    _Table("log.case_untold", (("stream_id", "uuid"), ("version", "int8")), _untold),
    _Table(
        "trail.access",
        (
            ("id", "uuid"),
            ("at", "timestamptz"),
            ("subject", "text"),
            ("organisation", "text"),
            ("role", "text"),
            ("purpose", "text"),
            ("purpose_version", "text"),
            ("action", "text"),
            ("case_id", "uuid"),
            ("sections", "text[]"),
            ("case_version", "int8"),
            ("result", "text"),
            ("request_id", "text"),
            ("traits", "text[]"),
        ),
        _access,
    ),
)
