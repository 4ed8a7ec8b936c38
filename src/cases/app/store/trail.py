"""The access trail: written before an answer leaves, never changed."""

from collections.abc import Sequence
from datetime import UTC
from uuid import UUID

from psycopg.types.numeric import Int8
from pydantic import TypeAdapter

from cases.app.access.record import AccessRecord, TrailedAccess
from cases.app.store.connections import Pools, borrowed, statement

ACCESS = TypeAdapter(tuple[AccessRecord, ...])


class Trail:
    """The access trail. Raises StoreUnavailable; then the answer must not be given."""

    def __init__(self, pools: Pools) -> None:
        self._pools = pools

    def write(self, records: Sequence[AccessRecord]) -> None:
        """Write records outside an act, all or none, durably, in the reader's role."""
        if not records:
            return
        access = ACCESS.dump_json(tuple(records), by_alias=False).decode()
        with borrowed(self._pools.reader) as connection:
            connection.execute(statement("trail_write"), {"access": access}, prepare=True)

    def of_case(
        self, case_id: UUID, after: int = 0, limit: int = 500, until: int | None = None
    ) -> tuple[TrailedAccess, ...]:
        """The records about a case with places after ``after``, up to ``until``, oldest first.

        In the writer's role: the reader may add to the trail, not look into it.
        """
        bound = None if until is None else Int8(until)
        params = {"case_id": case_id, "after": Int8(after), "limit": Int8(limit), "until": bound}
        with borrowed(self._pools.writer) as connection:
            rows = connection.execute(
                statement("trail_of_case"), params, prepare=True, binary=True
            ).fetchall()
        return tuple(
            TrailedAccess(
                seq=seq,
                record=AccessRecord.model_validate(
                    {**dict(zip(_MEMBERS, row, strict=True)), "at": row[1].replace(tzinfo=UTC)}
                ),
            )
            for seq, *row in rows
        )

    def last_of_case(self, case_id: UUID) -> int:
        """The place of the newest record about a case; 0 where there is none."""
        with borrowed(self._pools.writer) as connection:
            row = connection.execute(_LAST, {"case_id": case_id}, binary=True).fetchone()
        return int(row[0]) if row else 0


_LAST = b"select coalesce(max(seq), 0) from trail.access where case_id = %(case_id)b"
_MEMBERS = (
    "id",
    "at",
    "subject",
    "organisation",
    "role",
    "purpose",
    "purpose_version",
    "action",
    "case_id",
    "sections",
    "case_version",
    "result",
    "request_id",
    "traits",
)
