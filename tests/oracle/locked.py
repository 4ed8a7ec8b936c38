"""A recorder that locks its table: slow, and too simple to be wrong. What ours is held against.

Whoever inserts waits for everybody before, so that numbers are given in the order of the commits.
"""

import threading
from collections.abc import Sequence
from typing import Any, Self
from uuid import UUID

import psycopg
from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    ListenNotifySubscription,
    Notification,
    StoredEvent,
)
from psycopg_pool import ConnectionPool

from cases.app.store.connections import Closable

_TABLE = """
create schema oracle;
create table oracle.stored_event (
    id        bigint primary key,
    stream_id uuid   not null,
    version   bigint not null,
    topic     text   not null,
    state     bytea  not null,
    unique (stream_id, version)
);
"""
_INSERT = """
insert into oracle.stored_event
select (select coalesce(max(id), 0) from oracle.stored_event) + n, stream_id, version, topic, state
  from unnest(%s::uuid[], %s::bigint[], %s::text[], %s::bytea[]) with ordinality
    as given(stream_id, version, topic, state, n)
returning id
"""
_NOTIFICATIONS = """
select stream_id, version, topic, state, id from oracle.stored_event
 where id >= %s and (%s::bigint is null or id <= %s) and (%s::text[] = '{}' or topic = any (%s))
 order by id limit %s
"""


class LockedRecorder(ApplicationRecorder, Closable):
    """Stored events in a table of its own, which it makes; ``url`` is of the superuser.

    Where it does not tell positions, inserting returns None, as the library expects of a recorder
    of streams alone.
    """

    def __init__(self, url: str, *, tells_positions: bool = True) -> None:
        self.listeners: set[threading.Event] = set()
        self._tells_positions = tells_positions
        self._pool: ConnectionPool[psycopg.Connection[tuple[Any, ...]]] = ConnectionPool(
            url, kwargs={"autocommit": True}, min_size=1, max_size=12, open=True
        )
        with self._pool.connection() as connection:
            connection.execute(_TABLE)

    def __enter__(self) -> Self:
        return self

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Insert all or none, one caller after the other. Raises IntegrityError."""
        if not stored_events:
            return None
        columns = (
            [event.originator_id for event in stored_events],
            [event.originator_version for event in stored_events],
            [event.topic for event in stored_events],
            [event.state for event in stored_events],
        )
        try:
            with self._pool.connection() as connection, connection.transaction():
                connection.execute("lock table oracle.stored_event in exclusive mode")
                rows = connection.execute(_INSERT, columns).fetchall()
        except psycopg.errors.UniqueViolation as error:
            raise IntegrityError(error.diag.message_primary or "") from error
        for listener in tuple(self.listeners):
            listener.set()
        return sorted(row[0] for row in rows) if self._tells_positions else None

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """The stream's events with versions in (gt, lte]."""
        with self._pool.connection() as connection:
            rows = connection.execute(
                "select stream_id, version, topic, state from oracle.stored_event"
                " where stream_id = %s order by version",
                (originator_id,),
            ).fetchall()
        found = [
            StoredEvent(*row)
            for row in (reversed(rows) if desc else rows)
            if (gt is None or row[1] > gt) and (lte is None or row[1] <= lte)
        ]
        return found if limit is None else found[:limit]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Events by number."""
        first = (start or 0) + (0 if inclusive_of_start else 1)
        values = (first, stop, stop, [*topics], [*topics], limit)
        with self._pool.connection() as connection:
            rows = connection.execute(_NOTIFICATIONS, values).fetchall()
        return [Notification(*row) for row in rows]

    def max_notification_id(self) -> int | None:
        """The last number, None when there is nothing."""
        with self._pool.connection() as connection:
            row = connection.execute("select max(id) from oracle.stored_event").fetchone()
        assert row is not None
        last: int | None = row[0]
        return last

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> "LockedSubscription":
        """Events after ``gt``, for ever, as they are inserted through this very object."""
        return LockedSubscription(self, gt, topics)


class LockedSubscription(ListenNotifySubscription[LockedRecorder]):
    """The library's subscription, woken by every insert."""

    def __init__(self, recorder: LockedRecorder, gt: int | None, topics: Sequence[str]) -> None:
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        recorder.listeners.add(self._has_been_notified)
        self._has_been_notified.set()  # what came in between was not heard

    def stop(self) -> None:
        """Stop the iteration."""
        super().stop()
        self._recorder.listeners.discard(self._has_been_notified)
