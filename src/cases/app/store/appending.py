"""Writing an act whole: the statement in the shape the act needs, and what its answers mean."""

from collections.abc import Sequence
from datetime import UTC
from hashlib import sha256
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow
from psycopg.types.numeric import Int8

from cases.app.access.record import AccessRecord
from cases.app.store.connections import Params, Pools, borrowed, statement
from cases.app.store.entries import (
    ActRecord,
    Append,
    Appended,
    AppendResult,
    Busy,
    IdentityTaken,
    KeyReused,
    Replayed,
    VersionConflict,
)
from cases.app.store.faults import Erased, RecordedBackwards
from cases.app.store.keys import DataKeys, StreamKey, WrappedKey
from cases.app.store.mapper import CaseMapper
from cases.app.store.shapes import shaped

_IN_FLIGHT = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)
_KEYS = frozenset({"event_pkey", "event_act", "case_key_pkey"})


class Appending:
    """Appends acts. Safe to share between threads."""

    def __init__(self, pools: Pools, mapper: CaseMapper, keys: DataKeys) -> None:
        self._pools = pools
        self._mapper = mapper
        self._keys = keys

    def append(self, append: Append) -> AppendResult:
        """See ``CaseLog.append``."""
        made: WrappedKey | None = None
        if append.expected_version == 0:
            made, key = self._keys.make(append.stream_id)
        else:
            found = self._keys.known(append.stream_id) or self._fetch_key(append.stream_id)
            if found is None:
                return self._without_key(append)
            key = found
        text, params = self._statement(append, key, made)
        with borrowed(self._pools.writer) as connection:
            try:
                written = connection.execute(text, params, prepare=True, binary=True).rowcount
            except psycopg.errors.UniqueViolation as error:
                return _decided_by_act(connection, append) or _collision(connection, append, error)
            except _IN_FLIGHT:
                return _decided_by_act(connection, append) or Busy()
            if written == len(append.facts):
                if append.forgets:
                    self._keys.forget(append.stream_id)
                elif made is not None:
                    self._keys.remember(append.stream_id, key)
                return Appended(append.act.first_version, append.act.last_version)
            return _decided_by_act(connection, append) or self._refused(connection, append, key)

    def _statement(
        self, append: Append, key: StreamKey, made: WrappedKey | None
    ) -> tuple[bytes, Params]:
        act = append.act
        parts = {"later" if made is None else "first"}
        params: Params = {
            "stream_id": append.stream_id,
            "expected": Int8(append.expected_version),
            "at": act.recorded_at,
            "metadata": self._mapper.header(append.facts[0]),
            "key_id": key.key_id,
            "act_key": act_key(act.caller, act.key),
            "fingerprint": act.fingerprint,
        }
        for n, fact in enumerate(append.facts, start=1):
            params[f"event_id_{n}"] = fact.event_id
            params[f"topic_{n}"] = fact.fact.topic()
            params[f"sealed_{n}"] = self._mapper.payload(fact, key)
        for n, record in enumerate(append.access, start=1):
            params.update(_line(record, n))
        if made is not None:
            params["wrapped"] = made.wrapped
            params["wrapping_key"] = made.wrapping_key
        if append.close_identities or append.reopen_identities:
            parts.add("turn")
            params["turn"] = append.reopen_identities
            # A row that goes is not turned: of two changes of one row only one is made.
            params["released"] = sorted(append.released_identities)
        if append.new_identities:
            parts.add("identities")
            params["identities"] = sorted(append.new_identities)
            params["identities_open"] = append.identities_open
        if append.released_identities:
            parts.add("released")
            params["released"] = sorted(append.released_identities)
        if append.guidance_reindexed or append.guidance_index is not None:
            parts.add("reindexed" if append.guidance_reindexed else "indexed")
            params["index"] = append.guidance_index
        if append.forgets:
            parts.add("forgets")
        if append.members_untold or append.others_untold:
            parts.add("members_untold" if append.members_untold else "others_untold")
            params["last"] = Int8(append.act.last_version)
        if append.ends_drafts:
            parts.add("ends_drafts")
        elif append.limits_drafts is not None:
            parts.add("limits_drafts")
            params["drafts_of"] = append.limits_drafts.organisation
            params["answers_until"] = append.limits_drafts.last_day
        elif append.of_draft is not None:
            parts.add("of_draft")
            params["draft_id"] = append.of_draft.draft_id
            params["draft_of"] = append.of_draft.organisation
        rows = (("fact", len(append.facts)), ("access", len(append.access)))
        return shaped("append", frozenset(parts), rows), params

    def _without_key(self, append: Append) -> AppendResult:
        """No living key: the stream does not exist, or it was erased; a repeat stays a repeat."""
        act = append.act
        found = find_act(self._pools, append.stream_id, act.caller, act.key)
        if found is not None:
            return _same_or_reused(found, append)
        rows = self._pools.read(statement("refused"), {"stream_id": append.stream_id})
        version = rows[0][0] or 0
        if version != append.expected_version:
            return VersionConflict(version)
        raise Erased(append.stream_id, append.expected_version, append.facts[0].fact.topic())

    def _refused(
        self, connection: psycopg.Connection[TupleRow], append: Append, key: StreamKey
    ) -> AppendResult:
        """What stood in the way. Raises Erased, RecordedBackwards."""
        params = {"stream_id": append.stream_id}
        row = connection.execute(statement("refused"), params, binary=True).fetchone()
        assert row is not None
        version, recorded_at, living = row
        if (version or 0) != append.expected_version:
            return VersionConflict(version or 0)
        if living != key.key_id:
            self._keys.forget(append.stream_id)
            raise Erased(append.stream_id, append.expected_version, append.facts[0].fact.topic())
        if recorded_at > append.act.recorded_at:
            raise RecordedBackwards(f"{append.stream_id} was last recorded at {recorded_at}")
        return VersionConflict(version)  # what stood in the way has moved on since

    def _fetch_key(self, stream_id: UUID) -> StreamKey | None:
        query = (
            b"select key_id, wrapped, wrapping_key from log.case_key"
            b" where stream_id = %(stream_id)b and wrapped is not null"
        )
        rows = self._pools.read(query, {"stream_id": stream_id})
        return self._keys.admit(stream_id, WrappedKey(*rows[0])) if rows else None


def act_key(caller: str, key: str) -> bytes:
    """What the log keeps of a caller's idempotency key: neither can be told from it."""
    return sha256(f"{caller}\n{key}".encode()).digest()


def find_act(pools: Pools, stream_id: UUID, caller: str, key: str) -> ActRecord | None:
    """The record of a caller's key in a stream. Raises StoreUnavailable."""
    rows = pools.read(statement("act"), _of_act(stream_id, caller, key))
    return _act(stream_id, caller, key, rows[0]) if rows else None


def _decided_by_act(
    connection: psycopg.Connection[TupleRow], append: Append
) -> Replayed | KeyReused | None:
    """What the idempotency record says of an append that wrote nothing, if there is one."""
    act = append.act
    params = _of_act(append.stream_id, act.caller, act.key)
    row = connection.execute(statement("act"), params, binary=True).fetchone()
    if row is None:
        return None
    return _same_or_reused(_act(append.stream_id, act.caller, act.key, row), append)


def _of_act(stream_id: UUID, caller: str, key: str) -> Params:
    return {"stream_id": stream_id, "act_key": act_key(caller, key)}


def _same_or_reused(act: ActRecord, append: Append) -> Replayed | KeyReused:
    return Replayed(act) if act.fingerprint == append.act.fingerprint else KeyReused()


def _act(stream_id: UUID, caller: str, key: str, row: Sequence[Any]) -> ActRecord:
    fingerprint, act, first, last, recorded_at = row
    return ActRecord(
        stream_id=stream_id,
        caller=caller,
        key=key,
        fingerprint=fingerprint,
        act=act,
        first_version=first,
        last_version=last,
        recorded_at=recorded_at.replace(tzinfo=UTC),
    )


def _collision(
    connection: psycopg.Connection[TupleRow],
    append: Append,
    error: psycopg.errors.UniqueViolation,
) -> AppendResult:
    """What the violated constraint says, once the idempotency record has said nothing."""
    if error.diag.constraint_name == "identity_one_open":
        params = {
            "blinds": [*append.new_identities],
            "stream_id": append.stream_id,
            "turn": append.reopen_identities,
        }
        taken = connection.execute(statement("identity_holder"), params, binary=True).fetchone()
        return IdentityTaken(None if taken is None else taken[0])
    if error.diag.constraint_name in _KEYS:
        params = {"stream_id": append.stream_id}
        row = connection.execute(statement("refused"), params, binary=True).fetchone()
        return VersionConflict((row[0] if row else 0) or 0)
    raise error


def _line(record: AccessRecord, n: int) -> Params:
    """A line of the trail as numbered parameters."""
    return {
        f"id_{n}": record.id,
        f"at_{n}": record.at,
        f"subject_{n}": record.subject,
        f"organisation_{n}": record.organisation,
        f"role_{n}": record.role,
        f"purpose_{n}": record.purpose,
        f"purpose_version_{n}": record.purpose_version,
        f"action_{n}": record.action,
        f"case_id_{n}": record.case_id,
        f"sections_{n}": _words(record.sections),
        f"case_version_{n}": None if record.case_version is None else Int8(record.case_version),
        f"result_{n}": record.result.value,
        f"request_id_{n}": record.request_id,
        f"traits_{n}": _words(record.traits),
    }


def _words(words: Sequence[str]) -> str:
    """An array as PostgreSQL writes it; a word of the trail holds nothing that needs escaping."""
    return "{" + ",".join(f'"{word}"' for word in words) + "}"
