"""The sequencer gives every committed fact its place in the gap-free ledger.

Any number may run; the row they share lets one work at a time, and the dead leave nothing locked.
The statements and the argument for them are in ``sql/tick.sql`` and ``sql/tick_backlog.sql``.
"""

import random
import threading
from collections.abc import Callable

import psycopg
from psycopg.rows import TupleRow
from psycopg.types.numeric import Int8

from cases.app.store.connections import Closable, Role, connect, statement
from cases.app.store.faults import StoreUnavailable
from cases.app.store.ledger import NEWEST_EPOCH, Epoch, epoch_of, raise_unless_order_holds

# A plan that scans the log instead of its newest end would be a disaster that grows with the log,
# and the planner cannot know how little lies beyond a snapshot it reads at run time.
SETTINGS = {
    "default_transaction_isolation": "repeatable read",
    "enable_seqscan": "off",
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
    # Whatever the writers' setting is: a place that was shown outlasts a crash of the server, and
    # so does the fact that stands there, whose commit comes before it in the write-ahead log.
    "synchronous_commit": "on",
    # One that stands still while it begins an epoch holds the row that all share.
    "idle_in_transaction_session_timeout": "5s",
}
_OTHER_SERVER = "CA001"  # of log.epoch_holds()
_ANOTHER_WAS_FASTER = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)


class Sequencer(Closable):
    """One sequencer on one connection of its own. Not to be shared between threads.

    ``limit`` bounds the facts of a tick (a transaction is never cut, so one may go beyond).
    ``begun`` is told of every epoch this sequencer begins. ``pause`` arguments are seconds.
    Use as a context manager, or call ``close``.
    """

    def __init__(
        self,
        url: str,
        *,
        limit: int = 50_000,
        begun: Callable[[Epoch], object] = lambda epoch: None,
    ) -> None:
        self._url = url
        self._limit = limit
        self._begun = begun
        self._connection: psycopg.Connection[TupleRow] | None = None

    def close(self) -> None:
        """Close the connection; a later tick opens a new one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def tick(self) -> int:
        """Place what was committed since the last tick; returns how many facts.

        0 also when another sequencer was at it. Connects first where needed, and begins an epoch
        where the newest one is of another server; both only after checking that the log may be
        sequenced. Raises SequencerRefuses if not, StoreUnavailable without a database.
        """
        try:
            if self._connection is None:
                self._connection = self._checked()
            row = self._run(self._connection, statement("tick"))
            if row is not None and row[0] is None:
                row = self._run(self._connection, statement("tick_backlog"))
        except _ANOTHER_WAS_FASTER:
            return 0
        except psycopg.Error as error:
            self.close()
            raise StoreUnavailable from error
        return 0 if row is None else int(row[0])

    def drain(self) -> int:
        """Tick until nothing is left; returns how many facts were placed."""
        total = 0
        while placed := self.tick():
            total += placed
        return total

    def epoch(self) -> Epoch:
        """The newest epoch, begun now where that is another server's. Raises as ``tick`` does."""
        try:
            if self._connection is None:
                self._connection = self._checked()
            row = self._run(self._connection, NEWEST_EPOCH)
        except psycopg.Error as error:
            self.close()
            raise StoreUnavailable from error
        assert row is not None
        return epoch_of(row)

    def run(
        self,
        stop: threading.Event,
        pause: float = 0.005,
        jitter: Callable[[], float] = random.random,
        trouble: Callable[[BaseException | None], object] = lambda error: None,
    ) -> None:
        """Tick until ``stop`` is set, with ``pause`` after each tick that emptied the backlog.

        A lost database, or one that refuses – a right withdrawn, a schema not migrated – is waited
        for, up to two seconds between attempts, scattered by ``jitter`` (a number in [0, 1));
        ``trouble`` is told of the first error of a row. Raises SequencerRefuses.
        """
        attempts = 0
        while not stop.is_set():
            try:
                placed = self.tick()
            except StoreUnavailable as error:
                if not attempts:
                    trouble(error.__cause__)
                attempts = min(attempts + 1, 6)
                stop.wait(0.03 * 2**attempts * (0.5 + jitter() / 2))
                continue
            attempts = 0
            if placed < self._limit:
                stop.wait(pause)
        self.close()

    def _run(self, connection: psycopg.Connection[TupleRow], query: bytes) -> TupleRow | None:
        """The row of a query that asks for the epoch, beginning one where that is another's.

        None also where another sequencer is about to begin it.
        """
        limit = {"limit": Int8(self._limit)}
        for begun in (False, True):
            try:
                return connection.execute(query, limit, prepare=True, binary=True).fetchone()
            except psycopg.DatabaseError as error:
                if error.sqlstate != _OTHER_SERVER:
                    raise
                if not begun:
                    self._begin_epoch(connection)
        return None

    def _begin_epoch(self, connection: psycopg.Connection[TupleRow]) -> None:
        """Begin an epoch for this server, unless another sequencer is at it."""
        check_order_holds(connection)
        try:
            with connection.transaction():
                mine = connection.execute("select 1 from log.sequencer for update skip locked")
                if mine.fetchone() is None:
                    return
                epoch = begin_epoch(connection)
        except psycopg.errors.UniqueViolation:
            return
        self._begun(epoch)

    def _checked(self) -> psycopg.Connection[TupleRow]:
        """A connection to a log that may be sequenced, in the newest epoch.

        A tick asks for the epoch only when there is something to place; here it is told at once.
        """
        connection = connect(self._url, Role.SEQUENCER, **SETTINGS)
        try:
            check_order_holds(connection)
            self._run(connection, b"select log.epoch_holds()")
        except BaseException:
            connection.close()
            raise
        return connection


def check_order_holds(connection: psycopg.Connection[TupleRow]) -> None:
    """Raise SequencerRefuses when this log must not be sequenced as it stands."""
    raise_unless_order_holds(connection.execute(statement("start_check"), prepare=False).fetchone())


def begin_epoch(connection: psycopg.Connection[TupleRow], reason: str | None = None) -> Epoch:
    """Begin an epoch for the server of the connection, in its transaction.

    Nothing else may place facts meanwhile. The reason is what the server shows, unless given.
    """
    row = connection.execute(statement("begin_epoch"), {"reason": reason}).fetchone()
    assert row is not None
    return epoch_of(row)


def rebase(url: str) -> int:
    """Make a logically restored log sequenceable; returns how many facts had still to be placed.

    In the owner's role, in one transaction that keeps writers and sequencers out. Begins an epoch,
    places what the ledger lacks, forgets the transaction ids of the other cluster, starts from the
    present. Safe to repeat. Raises StoreUnavailable.
    """
    try:
        with connect(url, Role.OWNER) as connection, connection.transaction():
            connection.execute(
                "lock table log.sequencer, log.event, log.ledger, log.epoch"
                " in share row exclusive mode"
            )
            # First: what is placed now may have had another place in what was lost.
            begin_epoch(connection, reason="rebase")
            placed = connection.execute(statement("rebase_place")).rowcount
            if connection.execute(statement("rebase_row")).rowcount == 0:
                connection.execute(statement("rebase_insert"))
            connection.execute(statement("rebase_forget"))
    except psycopg.OperationalError as error:
        raise StoreUnavailable from error
    return placed
