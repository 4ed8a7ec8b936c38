"""Ways of reading the log as it grows: ours, and those that look right and are not."""

from typing import Any, Protocol

import psycopg
from psycopg.rows import TupleRow

Connection = psycopg.Connection[TupleRow]
Fact = tuple[Any, int]
"""A stream and a version."""


class Follower(Protocol):
    """Reads on from where it was."""

    def poll(self, connection: Connection) -> list[Fact]:
        """The facts that are new since the last poll, in the follower's order.

        ``connection`` is in autocommit.
        """


class LedgerFollower:
    """The way we read: what is in the ledger, by position."""

    def __init__(self) -> None:
        self._after = 0

    def poll(self, connection: Connection) -> list[Fact]:
        """The positions after the last one seen."""
        rows = connection.execute(
            "select stream_id, version, idx from log.ledger where idx > %s order by idx",
            (self._after,),
        ).fetchall()
        self._after = max([self._after, *(row[2] for row in rows)])
        return [(row[0], row[1]) for row in rows]


class PastTheNumber:
    """Follows the number: one that commits late is never looked at again."""

    def __init__(self) -> None:
        self._after = 0

    def poll(self, connection: Connection) -> list[Fact]:
        """What has a larger number than the largest seen."""
        rows = _beyond(connection, self._after)
        self._after = max([self._after, *(row[2] for row in rows)])
        return [(row[0], row[1]) for row in rows]


class AtGaps:
    """Follows the number and waits for missing ones.

    Without ``patience`` a roll-back stops it for ever; with it, it goes on after so many polls at
    one gap, past whatever was slow.
    """

    def __init__(self, patience: int | None = None) -> None:
        self._after = 0
        self._patience = patience
        self._waited = 0

    def poll(self, connection: Connection) -> list[Fact]:
        """The next facts as long as no number is missing, or as long as that is waited for."""
        rows = _beyond(connection, self._after)
        if self._patience is not None and self._waited >= self._patience:
            found = rows
        else:
            found = [row for n, row in enumerate(rows, start=1) if row[2] == self._after + n]
        self._waited = self._waited + 1 if rows and not found else 0
        self._after = max([self._after, *(row[2] for row in found)])
        return [(row[0], row[1]) for row in found]


class BelowTheHorizon:
    """Below the oldest running transaction, in the order of ids.

    Loses nothing, but turns early ids before what they saw, and stands still behind any writer.
    """

    def __init__(self) -> None:
        self._after = ("0", 0)

    def poll(self, connection: Connection) -> list[Fact]:
        """Everything of transactions older than any that runs."""
        rows = connection.execute(
            "select stream_id, version, xid::text as id, seq from log.event"
            " where xid < pg_snapshot_xmin(pg_current_snapshot())"
            " and (xid, seq) > (%s::xid8, %s::bigint) order by xid, seq",
            self._after,
        ).fetchall()
        if rows:
            self._after = (rows[-1][2], rows[-1][3])
        return [(row[0], row[1]) for row in rows]


class BelowTheHorizonByNumber:
    """Below the oldest running transaction, and remembers a number: loses an early number of a
    younger transaction, and stands still behind any writer."""

    def __init__(self) -> None:
        self._after = 0

    def poll(self, connection: Connection) -> list[Fact]:
        """Everything of transactions older than any that runs, beyond the largest number seen."""
        rows = connection.execute(
            "select stream_id, version, seq from log.event"
            " where xid < pg_snapshot_xmin(pg_current_snapshot()) and seq > %s order by seq",
            (self._after,),
        ).fetchall()
        self._after = max([self._after, *(row[2] for row in rows)])
        return [(row[0], row[1]) for row in rows]


class ByTheRow:
    """Compares snapshots as we do, but the id in the row's ``xmin``: in a savepoint that is the
    savepoint's, which no snapshot lists as running."""

    def __init__(self) -> None:
        self._snapshot: str | None = None

    def poll(self, connection: Connection) -> list[Fact]:
        """What this snapshot sees and, it thinks, the last one did not."""
        with connection.transaction():
            connection.execute("set transaction isolation level repeatable read")
            now = connection.execute("select pg_current_snapshot()::text").fetchone()
            rows = connection.execute(
                "select stream_id, version from log.event"
                " where %s::text is null"
                " or not pg_visible_in_snapshot(xmin::text::xid8, %s::pg_snapshot)"
                " order by seq",
                (self._snapshot, self._snapshot),
            ).fetchall()
        assert now is not None
        self._snapshot = now[0]
        return [(row[0], row[1]) for row in rows]


def _beyond(connection: Connection, number: int) -> list[TupleRow]:
    """The next rows by number."""
    return connection.execute(
        "select stream_id, version, seq from log.event where seq > %s order by seq limit 500",
        (number,),
    ).fetchall()
