"""The log as the application sees it: append an act, fold a case, follow the ledger."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from psycopg.types.numeric import Int8

from cases.app.store.appending import Appending, find_act
from cases.app.store.connections import Pools, statement
from cases.app.store.entries import ActRecord, Append, AppendResult
from cases.app.store.faults import Erased, LedgerWentBack, OfAnotherKind, Unreadable
from cases.app.store.keys import DataKeys, StreamKey, WrappedKey
from cases.app.store.ledger import Place
from cases.app.store.mapper import CaseMapper
from cases.domain.facts import Recorded
from cases.domain.streams import StreamKind, kind_of

_LAST = Int8(2**63 - 1)


@dataclass(frozen=True, slots=True)
class NotRead:
    """A fact of a page or a stream that could not be read, and why; the others could.

    ``cause`` is Erased, OfAnotherKind, SealBroken or UnknownFactType. ``position`` is None outside
    a page.
    """

    position: int | None
    cause: Unreadable


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """Facts in ledger order, each with its position, up to and including ``place``.

    ``place`` is the one asked after when there was nothing. ``not_read`` names the facts of the
    page that could not be read; they count as passed.
    """

    facts: tuple[Recorded, ...]
    place: Place
    not_read: tuple[NotRead, ...] = ()

    @property
    def last(self) -> int:
        """The position of the page's end."""
        return self.place.idx


class CaseLog:
    """Appending and reading. Safe to share between threads; connections come from ``pools``.

    Every method raises StoreUnavailable when the database cannot be reached, and KeyUnavailable
    when the key store cannot.
    """

    def __init__(self, pools: Pools, mapper: CaseMapper, keys: DataKeys) -> None:
        self._pools = pools
        self._mapper = mapper
        self._keys = keys
        self._appending = Appending(pools, mapper, keys)

    def append(self, append: Append) -> AppendResult:
        """Write an act whole, or say why not; see the result types.

        A first fact (``expected_version`` 0) makes the stream's key. Raises Erased when the
        stream's key is gone, RecordedBackwards for an instant before the stream's last, and
        StoreUnavailable when the outcome is unknown: then only a retry of the same act under the
        same key may follow.
        """
        return self._appending.append(append)

    def find_act(self, stream_id: UUID, caller: str, key: str) -> ActRecord | None:
        """The idempotency record of a caller's key in a stream."""
        return find_act(self._pools, stream_id, caller, key)

    def load(self, stream_id: UUID, gt: int = 0, lte: int | None = None) -> tuple[Recorded, ...]:
        """The facts of a stream with versions in (gt, lte], oldest first; empty when unknown.

        One query. Raises Erased, SealBroken or UnknownFactType at the first fact in the way.
        """
        params = {
            "stream_id": stream_id,
            "gt": Int8(gt),
            "lte": _LAST if lte is None else Int8(lte),
        }
        rows = self._pools.read(statement("load"), params)
        reading = _Rows(self._mapper, self._keys)
        return tuple([reading.recorded(None, stream_id, *row) for row in rows])

    def load_since(self, known: Mapping[UUID, int]) -> dict[UUID, tuple[Recorded, ...] | NotRead]:
        """What each case has gained since the version known of it; 0 loads it whole.

        One query. A case that cannot be read does not hide the others; one that is unknown, or
        has gained nothing, has no entry. A stream of another kind is not read: to whoever asks for
        cases it is gone.
        """
        rows = self._pools.read(
            statement("load_since"),
            {"stream_ids": [*known], "versions": [Int8(version) for version in known.values()]},
        )
        streams: dict[UUID, tuple[Recorded, ...] | NotRead] = {}
        read: dict[UUID, list[Recorded]] = {}
        reading = _Rows(self._mapper, self._keys)
        for row in rows:
            stream_id, version, topic = row[:3]
            if stream_id in streams:
                continue
            if kind_of(topic) not in {StreamKind.CASE, None}:
                streams[stream_id] = NotRead(None, OfAnotherKind(stream_id, version, topic))
                continue
            try:
                read.setdefault(stream_id, []).append(reading.recorded(None, *row))
            except Unreadable as cause:
                streams[stream_id] = NotRead(None, cause)
        return {**{known: tuple(facts) for known, facts in read.items()}, **streams}

    def places(self, after: int, upto: int) -> tuple[tuple[int, UUID, int], ...]:
        """Position, stream and version of the facts at the positions in (after, upto]."""
        params = {"after": Int8(after), "upto": Int8(upto)}
        return tuple(self._pools.read(statement("places"), params))

    def streams(self, after: UUID, upto: UUID, limit: int = 500) -> tuple[UUID, ...]:
        """The streams with ids in (after, upto], at most ``limit``, in the order of their ids."""
        params = {"after": after, "upto": upto, "limit": Int8(limit)}
        return tuple(row[0] for row in self._pools.read(statement("streams"), params))

    def page(self, after: Place | int, limit: int = 500) -> LedgerPage:
        """The facts after a place, at most ``limit`` of them; a position is a place without epoch.

        Raises LedgerWentBack where what was taken in up to ``after`` is not what the ledger holds.
        """
        place = after if isinstance(after, Place) else Place(after)
        params = {**place.params(), "limit": Int8(limit)}
        rows = self._pools.read(statement("page"), params)
        facts: list[Recorded] = []
        not_read: list[NotRead] = []
        reading = _Rows(self._mapper, self._keys)
        went_back, epoch, last, *_ = rows[0]
        if went_back is not None:
            raise LedgerWentBack(str(place), went_back)
        if last is None:
            return LedgerPage((), Place(place.idx, epoch))
        for _, _, *row in rows:
            try:
                facts.append(reading.recorded(*row))
            except Unreadable as cause:
                not_read.append(NotRead(row[0], cause))
        return LedgerPage(tuple(facts), Place(rows[-1][2], epoch), tuple(not_read))

    def head(self) -> int:
        """The last position of the ledger, 0 when it is empty."""
        return int(self._one(b"select coalesce(max(idx), 0) from log.ledger", {}) or 0)

    def position_of(self, stream_id: UUID, version: int) -> int | None:
        """The place of a fact in the ledger; None while the sequencer has not given it one."""
        query = (
            b"select idx from log.ledger"
            b" where stream_id = %(stream_id)b and version = %(version)b::bigint"
        )
        found = self._one(query, {"stream_id": stream_id, "version": Int8(version)})
        return None if found is None else int(found)

    def gone(self, stream_ids: Iterable[UUID] | None = None) -> set[UUID]:
        """Which of the streams, or which of all, were erased: their key was destroyed."""
        wanted = None if stream_ids is None else [*stream_ids]
        return {row[0] for row in self._pools.read(statement("gone"), {"stream_ids": wanted})}

    def versions_at(self, stream_ids: Iterable[UUID], upto: int) -> dict[UUID, int]:
        """The newest version each stream has at the positions up to ``upto``."""
        params = {"stream_ids": [*stream_ids], "upto": Int8(upto)}
        return dict(self._pools.read(statement("versions_at"), params))

    def version_of(self, stream_id: UUID) -> int:
        """The version a stream is at, 0 when it does not exist."""
        found = self._one(_VERSION, {"stream_id": stream_id})
        return int(found or 0)

    def find_identity(self, *blinds: bytes) -> tuple[tuple[UUID, bool], ...]:
        """The streams under blind indexes, each with whether it holds the open case under it."""
        query = (
            b"select stream_id, open from log.identity where blind = any (%(blinds)b::bytea[])"
            b" order by recorded_at, stream_id"
        )
        return tuple((row[0], row[1]) for row in self._pools.read(query, {"blinds": [*blinds]}))

    def _one(self, query: bytes, params: dict[str, Any]) -> Any:
        rows = self._pools.read(query, params)
        return rows[0][0] if rows else None


class _Rows:
    """Turns rows of one query into facts, looking at the key of each stream once."""

    def __init__(self, mapper: CaseMapper, keys: DataKeys) -> None:
        self._mapper = mapper
        self._keys = keys
        self._held: dict[UUID, StreamKey] = {}

    def recorded(  # noqa: PLR0913, PLR0917 - one parameter per column of the queries
        self,
        position: int | None,
        stream_id: UUID,
        version: int,
        topic: str,
        event_id: UUID,
        recorded_at: datetime,
        metadata: str,
        key_id: UUID,
        sealed: bytes | None,
        *living: Any,
    ) -> Recorded:
        """The fact. Raises Erased, SealBroken, UnknownFactType, KeyUnavailable."""
        key = self._held.get(stream_id) or self._hold(stream_id, *living)
        if key is None or sealed is None or key.key_id != key_id:
            self._keys.forget(stream_id)
            raise Erased(stream_id, version, topic)
        at = recorded_at.replace(tzinfo=UTC)
        return self._mapper.unseal_row(
            key, stream_id, version, topic, event_id, at, metadata, sealed, position
        )

    def _hold(
        self, stream_id: UUID, key_id: UUID | None, wrapped: bytes | None, wrapping_key: str | None
    ) -> StreamKey | None:
        if key_id is None or wrapped is None or wrapping_key is None:
            return None
        key = self._keys.admit(stream_id, WrappedKey(key_id, wrapped, wrapping_key))
        self._held[stream_id] = key
        return key


_VERSION = (
    b"select version from log.event where stream_id = %(stream_id)b order by version desc limit 1"
)
