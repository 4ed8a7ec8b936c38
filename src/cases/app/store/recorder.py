"""The library's recorder interface over this log, so that its applications can run on it too.

The application of this product uses ``log.py``; here there is no act and no access record.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    ListenNotifySubscription,
    Notification,
    OperationalError,
    StoredEvent,
)
from psycopg.types.numeric import Int8

from cases.app.store.connections import Params, Pools, borrowed, statement
from cases.app.store.faults import LedgerWentBack, StoreUnavailable
from cases.app.store.ledger import Place
from cases.app.store.mapper import SealedEvent
from cases.app.store.wakeup import Wakeup

NOT_SEALED = UUID(int=0)  # the key id of stored events that came without one
_LAST = 2**63 - 1
_POLL = 0.1  # seconds


@dataclass(frozen=True)
class PlacedNotification(Notification):
    """A notification with its place, which is what a follower keeps to go on from."""

    place: Place


class CaseRecorder(ApplicationRecorder):
    """Stored events in, notifications out of the ledger.

    ``now`` gives the recording instant (UTC) and ``new_id`` the event id of a stored event that is
    no SealedEvent. ``place`` makes the ledger catch up (a sequencer's ``drain``): with it,
    inserting returns positions; without, None, and a sequencer elsewhere places the events.
    """

    def __init__(
        self,
        pools: Pools,
        now: Callable[[], datetime],
        new_id: Callable[[], UUID],
        place: Callable[[], object] | None = None,
    ) -> None:
        self.pools = pools
        self._now = now
        self._new_id = new_id
        self._place = place
        self._placing = threading.Lock()

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Insert all or none. Raises IntegrityError on a taken version, OperationalError."""
        if not stored_events:
            return None
        events = [self._sealed(event) for event in stored_events]
        params: Params = {
            "stream_ids": [event.originator_id for event in events],
            "versions": [Int8(event.originator_version) for event in events],
            "event_ids": [event.event_id for event in events],
            "topics": [event.topic for event in events],
            "instants": [event.recorded_at for event in events],
            "metadata": [event.metadata for event in events],
            "key_ids": [event.key_id for event in events],
            "sealed": [event.state for event in events],
        }
        try:
            with borrowed(self.pools.writer) as connection:
                connection.execute(statement("insert_events"), params, prepare=True, binary=True)
        except psycopg.errors.UniqueViolation as error:
            raise IntegrityError(error.diag.message_primary or "") from error
        except (StoreUnavailable, psycopg.OperationalError) as error:
            raise OperationalError(str(error)) from error
        return None if self._place is None else self._positions(params, self._place)

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """The stream's events; those whose payload was removed come with an empty state."""
        params: Params = {
            "stream_id": _uuid(originator_id),
            "gt": Int8(-1 if gt is None else gt),
            "lte": Int8(_LAST if lte is None else lte),
            "limit": None if limit is None else Int8(limit),
        }
        name = "select_events_desc" if desc else "select_events"
        return [StoredEvent(*row) for row in self._read(name, params)]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Events in ledger order; the notification id is the position."""
        params: Params = {
            "after": Int8((start or 0) - (1 if inclusive_of_start else 0)),
            "stop": Int8(_LAST if stop is None else stop),
            "topics": [*topics],
            "limit": Int8(limit),
        }
        return [Notification(*row) for row in self._read("select_notifications", params)]

    def max_notification_id(self) -> int | None:
        """The last position of the ledger, None when it is empty."""
        rows = self.pools.read(b"select max(idx) from log.ledger", {})
        last: int | None = rows[0][0]
        return last

    def subscribe(
        self, gt: Place | int | None = None, topics: Sequence[str] = ()
    ) -> "LedgerSubscription":
        """Events after ``gt``, for ever: by polling, sooner when woken.

        Ends with LedgerWentBack as soon as what it has given is not what the ledger holds. A
        follower that outlives its process goes on from the place of its last notification; a
        position alone is noticed to be lost only while the ledger ends before it.
        """
        return LedgerSubscription(self, gt, topics)

    def follow(
        self, after: Place, limit: int, topics: Sequence[str] = ()
    ) -> tuple[list[PlacedNotification], Place]:
        """Events after a place, and the place they end at. Raises LedgerWentBack."""
        params: Params = {**after.params(), "topics": [*topics], "limit": Int8(limit)}
        rows = self._read("follow", params)
        went_back, epoch, first, *_ = rows[0]
        if went_back is not None:
            raise LedgerWentBack(str(after), went_back)
        if first is None:
            return [], Place(after.idx, epoch)
        found = [
            PlacedNotification(stream_id, version, topic, state, idx, Place(idx, of))
            for _, _, stream_id, version, topic, state, idx, of in rows
        ]
        return found, found[-1].place

    def _sealed(self, event: StoredEvent) -> SealedEvent:
        if isinstance(event, SealedEvent):
            return event
        return SealedEvent(
            originator_id=_uuid(event.originator_id),
            originator_version=event.originator_version,
            topic=event.topic,
            state=event.state,
            event_id=self._new_id(),
            recorded_at=self._now().astimezone(UTC),
            metadata="{}",
            key_id=NOT_SEALED,
        )

    def _positions(self, params: Params, place: Callable[[], object]) -> list[int]:
        """The positions of what was just inserted, in the order it was given."""
        wanted = {"stream_ids": params["stream_ids"], "versions": params["versions"]}
        while True:
            with self._placing:
                place()
            rows = self.pools.read(statement("positions"), wanted)
            if len(rows) == len(params["versions"]):
                return [row[0] for row in rows]

    def _read(self, name: str, params: Params) -> list[tuple[Any, ...]]:
        try:
            return self.pools.read(statement(name), params)
        except (StoreUnavailable, psycopg.OperationalError) as error:
            raise OperationalError(str(error)) from error


class LedgerSubscription(ListenNotifySubscription[CaseRecorder]):
    """The library's subscription; a thread of ours tells it to look, by hint or by time."""

    def __init__(
        self, recorder: CaseRecorder, gt: Place | int | None, topics: Sequence[str]
    ) -> None:
        start = gt if isinstance(gt, Place) else Place(gt or 0)
        followed = _Followed(recorder, start)
        super().__init__(recorder=followed, gt=start.idx, topics=topics)
        self._halt = threading.Event()
        self._wakeup = Wakeup(recorder.pools.url, self._halt.wait)
        self._waker = threading.Thread(target=self._wake)
        self._waker.start()

    def __next__(self) -> PlacedNotification:
        """The next event. Raises LedgerWentBack."""
        found = super().__next__()
        assert isinstance(found, PlacedNotification)
        return found

    def stop(self) -> None:
        """Stop the iteration."""
        super().stop()
        # The base class may stop before our own part of the constructor has run.
        if hasattr(self, "_halt"):
            self._halt.set()

    def __exit__(self, *args: object, **kwargs: Any) -> None:
        try:
            super().__exit__(*args, **kwargs)
        finally:
            self._waker.join()

    def _wake(self) -> None:
        with self._wakeup as wakeup:
            while not self._halt.is_set() and not self._has_been_stopped:
                wakeup.wait(_POLL)
                self._has_been_notified.set()


class _Followed(CaseRecorder):
    """The recorder as one subscription reads it, whose place it keeps: its epoch is compared."""

    def __init__(self, recorder: CaseRecorder, start: Place) -> None:
        super().__init__(recorder.pools, recorder._now, recorder._new_id)
        self._at = start

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """The next events; whatever is asked for, it is what comes after the last ones."""
        found, self._at = self.follow(self._at, limit, topics)
        return found


def _uuid(stream: UUID | str) -> UUID:
    return stream if isinstance(stream, UUID) else UUID(stream)
