"""The streams of one kind, as those see the log that know no other."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC
from typing import Any, Final
from uuid import UUID

from psycopg.types.numeric import Int8
from pydantic_core import from_json

from cases.app.store.connections import Pools, borrowed, statement
from cases.app.store.entries import ActRecord, Append, AppendResult, Busy
from cases.app.store.faults import Unreadable
from cases.app.store.log import CaseLog
from cases.app.store.parts import Parts
from cases.domain.facts import Actor, Fact, Recorded
from cases.domain.guidance_record.facts import ENDINGS
from cases.domain.streams import StreamKind, kind_of
from cases.domain.time import legal_day

_SOME: Final = 100
"""Family plans that are told of in one go."""
_ENDINGS: Final[Mapping[str, type[Fact]]] = {fact.topic(): fact for fact in ENDINGS}


class StreamsOf:
    """The log, in which streams of another kind are not there. Raises what ``CaseLog`` does."""

    def __init__(self, log: CaseLog, kind: StreamKind) -> None:
        self._log = log
        self._kind = kind

    def load(self, stream_id: UUID, gt: int = 0, lte: int | None = None) -> tuple[Recorded, ...]:
        """The facts of a stream with versions in (gt, lte]; empty when unknown, or another's.

        Raises Erased, SealBroken, and UnknownFactType, which may be of any kind.
        """
        try:
            facts = self._log.load(stream_id, gt, lte)
        except Unreadable as cause:
            if kind_of(cause.topic) in {self._kind, None}:
                raise
            return ()
        return facts if not facts or self._is_ours(facts[0].fact.topic()) else ()

    def append(self, append: Append) -> AppendResult:
        """Write an act whole, or say why not."""
        return self._log.append(append)

    def find_act(self, stream_id: UUID, caller: str, key: str) -> ActRecord | None:
        """The idempotency record of a caller's key in a stream."""
        return self._log.find_act(stream_id, caller, key)

    def _is_ours(self, topic: str) -> bool:
        return kind_of(topic) is self._kind


class CasesInLog(StreamsOf):
    """The cases of the log."""

    def __init__(self, log: CaseLog) -> None:
        super().__init__(log, StreamKind.CASE)

    def find_identity(self, *blinds: bytes) -> tuple[tuple[UUID, bool], ...]:
        """The cases under blind indexes, each with whether it is the open one."""
        return self._log.find_identity(*blinds)


class GuidanceInLog(StreamsOf):
    """The guidance records of the log."""

    def __init__(self, log: CaseLog, pools: Pools) -> None:
        super().__init__(log, StreamKind.GUIDANCE_RECORD)
        self._pools = pools

    def find_guidance(self, blind: bytes) -> tuple[UUID, ...]:
        """The records under a blind index, the oldest first."""
        rows = self._pools.read(statement("find_guidance"), {"blind": blind})
        return tuple(row[0] for row in rows)

    def is_there(self, stream_id: UUID) -> bool:
        """Whether there is such a record, or there was one."""
        params = {"stream_id": stream_id, "gt": Int8(0), "lte": Int8(1)}
        rows = self._pools.read(statement("headers"), params)
        return bool(rows) and self._is_ours(rows[0][1])

    def ending(self, act: ActRecord) -> tuple[Recorded, ...]:
        """What an act that took the record's key along recorded, made of what stands unsealed.

        Nothing of any other act.
        """
        params = {
            "stream_id": act.stream_id,
            "gt": Int8(act.first_version - 1),
            "lte": Int8(act.last_version),
        }
        rows = self._pools.read(statement("headers"), params)
        return tuple(_ended(act.stream_id, *row) for row in rows if row[1] in _ENDINGS)


class FamilyPlansInLog(StreamsOf):
    """The family plans of the log, with each member's part sealed under the member's own key."""

    def __init__(self, log: CaseLog, parts: Parts, pools: Pools) -> None:
        super().__init__(log, StreamKind.FAMILY_PLAN)
        self._parts = parts
        self._pools = pools

    def load(self, stream_id: UUID, gt: int = 0, lte: int | None = None) -> tuple[Recorded, ...]:
        """The facts of a plan, with every part that can still be read."""
        return self._parts.opened(super().load(stream_id, gt, lte))

    def append(self, append: Append) -> AppendResult:
        """Write an act whole, or say why not; busy where a member's case is just being erased."""
        sealed = self._parts.sealed(append.facts)
        return Busy() if sealed is None else super().append(replace(append, facts=sealed))

    def untold(self, after: UUID) -> tuple[UUID, ...]:
        """Some plans whose members' cases are still to be told of an act, in the order of ids."""
        params = {"after": after, "limit": Int8(_SOME)}
        return tuple(row[0] for row in self._pools.read(statement("family_untold"), params))

    def told(self, family_plan_id: UUID, version: int) -> None:
        """Nothing is left to tell of a plan up to a version."""
        params = {"stream_id": family_plan_id, "version": Int8(version)}
        with borrowed(self._pools.writer) as connection:
            connection.execute(statement("family_told"), params, binary=True)


def _ended(stream_id: UUID, version: int, topic: str, *unsealed: Any) -> Recorded:
    event_id, recorded_at, metadata = unsealed
    header, at = from_json(metadata), recorded_at.replace(tzinfo=UTC)
    return Recorded(
        stream_id=stream_id,
        version=version,
        event_id=event_id,
        recorded_at=at,
        recorded_by=Actor.model_validate(header["actor"]),
        effective_on=legal_day(at),
        act_id=header["actId"],
        act=header["act"],
        purpose=header["purpose"],
        edition=header["edition"],
        fact=_ENDINGS[topic](),
    )
