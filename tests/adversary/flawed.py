"""Ways that look right and are not. Every adversary must catch the one made for it."""

import threading
import time
from collections.abc import Callable
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import TupleRow
from tests.logbook import Opened

from cases.app.store.appending import act_key
from cases.app.store.connections import Role, connect
from cases.app.store.entries import Append, AppendResult
from cases.app.store.faults import StoreUnavailable
from cases.app.store.log import CaseLog
from cases.app.store.trail import Trail

Row = tuple[object, int]


class ReadPastTheSequence:
    """Follows the sequence number: a number that commits late is never looked at again."""

    def __init__(self) -> None:
        self._after = 0

    def poll(self, connection: psycopg.Connection[TupleRow]) -> list[Row]:
        """What is newer than the newest seen."""
        rows = connection.execute(
            "select stream_id, version, seq from log.event where seq > %s order by seq",
            (self._after,),
        ).fetchall()
        self._after = max([self._after, *(row[2] for row in rows)])
        return [(row[0], row[1]) for row in rows]


class WaitAtGaps:
    """Follows the sequence number and waits for missing ones: a roll-back stops it for ever."""

    def __init__(self) -> None:
        self._after = 0

    def poll(self, connection: psycopg.Connection[TupleRow]) -> list[Row]:
        """The next facts as long as no number is missing."""
        rows = connection.execute(
            "select stream_id, version, seq from log.event where seq > %s order by seq",
            (self._after,),
        ).fetchall()
        found: list[Row] = []
        for stream, version, seq in rows:
            if seq != self._after + 1:
                break
            found.append((stream, version))
            self._after = seq
        return found


class BelowTheHorizon:
    """Ordered by (transaction id, number) below the oldest running transaction.

    Loses nothing, but turns early ids before what they saw, and stands still behind any writer.
    """

    def __init__(self) -> None:
        self._after = ("0", 0)

    def poll(self, connection: psycopg.Connection[TupleRow]) -> list[Row]:
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


def mark_before_entering(url: str, stop: threading.Event) -> None:
    """A sequencer that moves its snapshot in one transaction and writes the ledger in the next."""
    repeatable = {"default_transaction_isolation": "repeatable read"}
    with connect(url, Role.SEQUENCER, **repeatable) as connection:
        while not stop.is_set():
            with connection.transaction():
                row = connection.execute(
                    "select snapshot::text from log.sequencer for update"
                ).fetchone()
                assert row is not None
                facts = connection.execute(
                    "update log.sequencer set snapshot = pg_current_snapshot();"
                    " select stream_id, version from log.event"
                    " where not pg_visible_in_snapshot(xid, '" + row[0] + "') order by seq"
                )
                facts.nextset()
                found = facts.fetchall()
            time.sleep(0.003)
            for stream, version in found:
                connection.execute(
                    "insert into log.ledger select coalesce(max(idx), 0) + 1, %s, %s"
                    " from log.ledger",
                    (stream, version),
                )


def append_in_two_steps(store: Opened, wanted: Append) -> None:
    """The facts in one transaction, the line of the trail in the next; taken facts are fine."""
    try:
        _in_two_steps(store, wanted)
    except psycopg.errors.UniqueViolation:
        return


def _in_two_steps(store: Opened, wanted: Append) -> None:
    _, key = store.keys.make(wanted.stream_id)
    with store.pools.writer.connection() as connection:
        with connection.transaction():
            for n, fact in enumerate(wanted.facts):
                event = store.mapper.seal(fact, key)
                act = wanted.act
                connection.execute(
                    "insert into log.event (stream_id, version, event_id, topic, recorded_at,"
                    " metadata, key_id, payload_hash, act_key, fingerprint)"
                    " values (%s, %s, %s, %s, %s, %s, %s, sha256('x'), %s, %s)",
                    (
                        fact.stream_id,
                        fact.version,
                        event.event_id,
                        event.topic,
                        event.recorded_at,
                        event.metadata,
                        event.key_id,
                        None if n else act_key(act.caller, act.key),
                        None if n else act.fingerprint,
                    ),
                )
        time.sleep(0.003)
    Trail(store.pools).write(wanted.access)


def append_swallowing_conflicts(store: Opened, wanted: Append) -> bool:
    """An insert that takes no error for success."""
    with store.pools.writer.connection() as connection:
        for fact in wanted.facts:
            connection.execute(
                "insert into log.event (stream_id, version, event_id, topic, recorded_at,"
                " metadata, key_id, payload_hash) values (%s, %s, %s, 't', now(), '{}', %s,"
                " sha256('x')) on conflict do nothing",
                (fact.stream_id, fact.version, fact.event_id, uuid4()),
            )
    return True


def retry_as_something_new(
    log: CaseLog, make: Callable[[str, int], Append], stream_id: UUID, sending: Callable[[], None]
) -> AppendResult:
    """A client that takes a lost answer for a failure and acts anew, under a new key.

    ``sending`` is called before its first attempt.
    """
    first = make(uuid4().hex, log.version_of(stream_id))
    sending()
    try:
        return log.append(first)
    except StoreUnavailable:
        return log.append(make(uuid4().hex, log.version_of(stream_id)))
