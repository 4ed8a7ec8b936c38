"""The sequencer gives every committed fact its place in the gap-free ledger.

Any number may run; the row they share lets one work at a time, and the dead leave nothing locked.
The statement and the argument for it are in ``sql/tick.sql``.
"""

import random
import threading
from collections.abc import Callable

import psycopg
from psycopg.rows import TupleRow
from psycopg.types.numeric import Int8

from cases.app.store.connections import Closable, Role, connect, statement
from cases.app.store.faults import SequenceCached, StoreUnavailable, TransactionIdsRestarted

# A plan that scans the log instead of its newest end would be a disaster that grows with the log,
# and the planner cannot know how little lies beyond a snapshot it reads at run time.
SETTINGS = {
    "default_transaction_isolation": "repeatable read",
    "enable_seqscan": "off",
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
}
_LOST = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.errors.ReadOnlySqlTransaction,  # a stand-by
)
_ANOTHER_WAS_FASTER = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)


class Sequencer(Closable):
    """One sequencer on one connection of its own. Not to be shared between threads.

    ``limit`` bounds the facts of a tick (a transaction is never cut, so one may go beyond).
    ``pause`` arguments are seconds. Use as a context manager, or call ``close``.
    """

    def __init__(self, url: str, *, limit: int = 50_000) -> None:
        self._url = url
        self._limit = limit
        self._connection: psycopg.Connection[TupleRow] | None = None

    def close(self) -> None:
        """Close the connection; a later tick opens a new one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def tick(self) -> int:
        """Place what was committed since the last tick; returns how many facts.

        0 also when another sequencer was at it. Connects first where needed, checking that the
        log may be sequenced: raises SequencerRefuses if not, StoreUnavailable without a database.
        """
        try:
            if self._connection is None:
                self._connection = self._checked()
            row = self._connection.execute(
                statement("tick"), {"limit": Int8(self._limit)}, prepare=True, binary=True
            ).fetchone()
        except _ANOTHER_WAS_FASTER:
            return 0
        except _LOST as error:
            self.close()
            raise StoreUnavailable from error
        return 0 if row is None else int(row[0])

    def drain(self) -> int:
        """Tick until nothing is left; returns how many facts were placed."""
        total = 0
        while placed := self.tick():
            total += placed
        return total

    def run(
        self,
        stop: threading.Event,
        pause: float = 0.005,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Tick until ``stop`` is set, with ``pause`` after each tick that emptied the backlog.

        A lost database is waited for, up to two seconds between attempts, scattered by ``jitter``
        (a number in [0, 1)). Raises SequencerRefuses.
        """
        attempts = 0
        while not stop.is_set():
            try:
                placed = self.tick()
            except StoreUnavailable:
                attempts = min(attempts + 1, 6)
                stop.wait(0.03 * 2**attempts * (0.5 + jitter() / 2))
                continue
            attempts = 0
            if placed < self._limit:
                stop.wait(pause)
        self.close()

    def _checked(self) -> psycopg.Connection[TupleRow]:
        connection = connect(self._url, Role.SEQUENCER, **SETTINGS)
        try:
            check_order_holds(connection)
        except BaseException:
            connection.close()
            raise
        return connection


def check_order_holds(connection: psycopg.Connection[TupleRow]) -> None:
    """Raise SequencerRefuses when this log must not be sequenced as it stands.

    A logical dump and restore (or logical replication) starts transaction ids anew. It shows as
    another system identifier, or as a stored snapshot or fact ahead of the present. pg_upgrade
    keeps the ids but changes the identifier; re-basing is then harmless.
    """
    row = connection.execute(statement("start_check"), prepare=False).fetchone()
    if row is None:
        raise TransactionIdsRestarted("the sequencer's row is missing")
    cache, same_cluster, ahead = row
    if cache != 1:
        raise SequenceCached(f"the sequence of log.event has a cache of {cache}, must be 1")
    if ahead or not same_cluster:
        raise TransactionIdsRestarted("the log was restored logically: re-base it first")


def rebase(url: str) -> int:
    """Make a logically restored log sequenceable; returns how many facts had still to be placed.

    In the owner's role, in one transaction that keeps writers and sequencers out. Places what the
    ledger lacks, forgets the transaction ids of the other cluster, starts from the present.
    Safe to repeat. Raises StoreUnavailable.
    """
    try:
        with connect(url, Role.OWNER) as connection, connection.transaction():
            connection.execute(
                "lock table log.sequencer, log.event, log.ledger in share row exclusive mode"
            )
            placed = connection.execute(statement("rebase_place")).rowcount
            if connection.execute(statement("rebase_row")).rowcount == 0:
                connection.execute(statement("rebase_insert"))
            connection.execute(statement("rebase_forget"))
    except psycopg.OperationalError as error:
        raise StoreUnavailable from error
    return placed
