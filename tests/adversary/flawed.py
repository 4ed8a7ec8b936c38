"""Sequencers and writers that look right and are not; each has an adversary that catches it.

Followers of that kind are in ``followers``, runners in ``following``.
"""

import threading
import time
from collections.abc import Callable
from uuid import uuid4

import psycopg
from psycopg.rows import TupleRow
from tests.adversary.followers import Connection
from tests.logbook import Opened

from cases.app.store.appending import act_key
from cases.app.store.connections import Role, connect
from cases.app.store.entries import Append, AppendResult
from cases.app.store.faults import StoreUnavailable
from cases.app.store.sequencer import SETTINGS, Sequencer
from cases.app.store.trail import Trail

# ---------------------------------------------------------------------------------- sequencers

FRESH = (
    "select stream_id, version from"
    " (select *, max(seq) over (partition by xid) as tx from log.event"
    " where not pg_visible_in_snapshot(xid, %s::pg_snapshot)) e order by tx, seq limit %s"
)
ENTER = "insert into log.ledger select coalesce(max(idx), 0) + 1, %s, %s from log.ledger"


class Unchecked(Sequencer):
    """Works on any log, whatever its sequence and its transaction ids are."""

    def _checked(self) -> psycopg.Connection[TupleRow]:
        return connect(self._url, Role.SEQUENCER, **SETTINGS)


def mark_before_entering(url: str, stop: threading.Event, began: Callable[[], None]) -> None:
    """Moves its snapshot in one transaction and writes the ledger in the next."""
    repeatable = {"default_transaction_isolation": "repeatable read"}
    with connect(url, Role.SEQUENCER, **repeatable) as connection:
        began()
        while True:
            with connection.transaction():
                found = _fresh(connection, 10_000)
                connection.execute("update log.sequencer set snapshot = pg_current_snapshot()")
            time.sleep(0.01)
            for fact in found:
                connection.execute(ENTER, fact)
            if stop.is_set():
                return


def forget_the_rest(url: str, limit: int) -> None:
    """Enters at most ``limit`` facts and moves its snapshot past all of them."""
    with connect(
        url, Role.SEQUENCER, default_transaction_isolation="repeatable read"
    ) as connection:
        while True:
            with connection.transaction():
                found = _fresh(connection, limit)
                for fact in found:
                    connection.execute(ENTER, fact)
                connection.execute("update log.sequencer set snapshot = pg_current_snapshot()")
            if not found:
                return


def cut_transactions(url: str, limit: int) -> None:
    """Enters at most ``limit`` facts, and the rest of a transaction another time.

    It asks what is not in the ledger yet, so that nothing is lost.
    """
    with connect(
        url, Role.SEQUENCER, default_transaction_isolation="repeatable read"
    ) as connection:
        while found := connection.execute(
            "select stream_id, version from log.event where (stream_id, version) not in"
            " (select stream_id, version from log.ledger) order by seq limit %s",
            (limit,),
        ).fetchall():
            for fact in found:
                connection.execute(ENTER, fact)


def _fresh(connection: Connection, limit: int) -> list[TupleRow]:
    row = connection.execute("select snapshot::text from log.sequencer for update").fetchone()
    assert row is not None
    return connection.execute(FRESH, (row[0], limit)).fetchall()


# ------------------------------------------------------------------------------------- writers


def append_in_two_steps(store: Opened, wanted: Append, pause: float = 0.01) -> None:
    """The facts in one transaction, the line of the trail in the next; taken facts are fine."""
    act = wanted.act
    try:
        with store.pools.writer.connection() as connection, connection.transaction():
            for n, fact in enumerate(wanted.facts):
                connection.execute(
                    "insert into log.event (stream_id, version, event_id, topic, recorded_at,"
                    " metadata, key_id, payload_hash, act_key, fingerprint) values"
                    " (%s, %s, gen_random_uuid(), 't', now(), '{}', gen_random_uuid(),"
                    " sha256('x'), %s, %s)",
                    (
                        fact.stream_id,
                        fact.version,
                        None if n else act_key(act.caller, act.key),
                        None if n else act.fingerprint,
                    ),
                )
    except psycopg.errors.UniqueViolation:
        return
    time.sleep(pause)
    Trail(store.pools).write(wanted.access)


def append_swallowing_conflicts(store: Opened, wanted: Append) -> bool:
    """An insert that takes no error for success."""
    with store.pools.writer.connection() as connection:
        for fact in wanted.facts:
            _insert(connection, fact.stream_id, fact.version, " on conflict do nothing")
    return True


def append_by_guess(connection: Connection, wanted: Append) -> None:
    """The next version, whether or not the one before is committed."""
    for fact in wanted.facts:
        _insert(connection, fact.stream_id, fact.version)


def _insert(connection: Connection, stream: object, version: int, clause: str = "") -> None:
    connection.execute(
        b"insert into log.event (stream_id, version, event_id, topic, recorded_at, metadata,"
        b" key_id, payload_hash) values (%s, %s, gen_random_uuid(), 't', now(), '{}',"
        b" gen_random_uuid(), sha256('x'))" + clause.encode(),
        (stream, version),
    )


def retry_as_something_new(
    send: Callable[[str], AppendResult], intent: str, patience: Callable[[], None]
) -> AppendResult:
    """A client that takes a lost answer for a failure and acts anew, under a new key.

    ``send`` makes the act against the present version and sends it.
    """
    key = intent
    while True:
        try:
            return send(key)
        except StoreUnavailable:
            key = f"{intent}/{uuid4()}"
            patience()
