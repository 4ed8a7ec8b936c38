"""The cases that other cases are still to be told of."""

from typing import Final
from uuid import UUID

from psycopg.types.numeric import Int8

from cases.app.store.connections import Pools, borrowed, statement

SOME: Final = 100
"""Cases that are told of in one go."""


class UntoldCases:
    """What acts on cases have left to be told. Every method raises StoreUnavailable."""

    def __init__(self, pools: Pools) -> None:
        self._pools = pools

    def untold(self, after: UUID) -> tuple[UUID, ...]:
        """Some cases that others are still to be told of: the next after one, by their ids."""
        params = {"after": after, "limit": Int8(SOME)}
        return tuple(row[0] for row in self._pools.read(statement("case_untold"), params))

    def is_untold(self, case_id: UUID) -> bool:
        """Whether others are still to be told of a case."""
        return bool(self._pools.read(statement("case_is_untold"), {"stream_id": case_id}))

    def told(self, case_id: UUID, version: int) -> None:
        """Nothing is left to tell of a case up to a version."""
        params = {"stream_id": case_id, "version": Int8(version)}
        with borrowed(self._pools.writer) as connection:
            connection.execute(statement("case_told"), params, binary=True)
