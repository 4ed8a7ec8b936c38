"""Waiting for the ledger to move. NOTIFY is a hint, polling the truth."""

from collections.abc import Callable

import psycopg
from psycopg.rows import TupleRow

from cases.app.store.connections import Closable, Role, connect

CHANNEL = "cases_ledger"


class Wakeup(Closable):
    """One listening connection; not to be shared between threads.

    ``url`` must reach the server directly: a pooler in transaction mode loses LISTEN.
    ``pause`` is how a lost connection is waited out: it gets seconds and may return early.
    """

    def __init__(self, url: str, pause: Callable[[float], object]) -> None:
        self._url = url
        self._pause = pause
        self._connection: psycopg.Connection[TupleRow] | None = None

    def close(self) -> None:
        """Stop listening; a later wait starts again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def wait(self, timeout: float) -> bool:
        """Whether the ledger is known to have moved within ``timeout`` seconds.

        Look after every wait, whatever it says. The first wait returns at once, because what moved
        before we listened cannot be known; so does the first after a lost connection. Without a
        database it pauses for the time and says no.
        """
        try:
            if self._connection is None:
                self._connection = connect(self._url, Role.READER)
                self._connection.execute(f"listen {CHANNEL}")
                return True
            heard = False
            for _ in self._connection.notifies(timeout=timeout, stop_after=1):
                heard = True
            return heard
        except psycopg.Error:
            self.close()
            self._pause(timeout)
            return False
