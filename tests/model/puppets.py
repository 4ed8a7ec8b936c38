"""Real runners and real appends that go on only when told, so that a schedule can be played."""

import threading

import psycopg
import sqlalchemy as sa
from psycopg.rows import TupleRow
from tests.adversary.following import Sources, Tally, Turn, Unordered, runner
from tests.casebook import Casebook
from tests.logbook import Opened
from tests.patience import PATIENCE

from cases.app.store.appending import act_key
from cases.app.store.connections import Role, connect, statement
from cases.app.store.entries import Append


class Grief(BaseException):
    """What ends a turn before its commit."""


class Over(BaseException):
    """The play is over."""


class RunnerPuppet:
    """A runner that stops before it looks, before it takes a turn, and before it commits.

    ``engine`` is its own: what it executes is watched.
    """

    def __init__(self, engine: sa.Engine, book: Casebook, page: int, *, ordered: bool) -> None:
        self._go, self._stopped = threading.Semaphore(0), threading.Semaphore(0)
        self._grief = self._over = False
        puppet = self

        class Gated(Casebook):
            def head(self) -> int:
                puppet._gate()
                return super().head()

        class Tallied(Tally if ordered else Unordered):  # type: ignore[misc]
            def project(self, conn: sa.Connection, turn: Turn, sources: Sources) -> None:
                puppet._gate()
                super().project(conn, turn, sources)
                if puppet._grief:
                    raise Grief

        @sa.event.listens_for(engine, "before_cursor_execute")
        def _before(conn: object, cursor: object, text: str, *rest: object) -> None:
            if "delete from views.turn" in text:
                puppet._gate()

        self._runner = runner(engine, Gated(book.ledger), Tallied(), page_size=page)
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()
        self._wait()

    def step(self, *, grief: bool = False) -> None:
        """Do the next step; returns when it is done."""
        self._grief = grief
        self._go.release()
        self._wait()

    def close(self) -> None:
        """It does nothing more."""
        self._over = True
        self._go.release()
        self._thread.join(PATIENCE)

    def _live(self) -> None:
        while not self._over:
            try:
                self._runner.step()
            except Grief:
                self._grief = False
            except Over:
                return

    def _gate(self) -> None:
        self._stopped.release()
        self._go.acquire()
        if self._over:
            raise Over

    def _wait(self) -> None:
        if not self._stopped.acquire(timeout=PATIENCE):
            raise TimeoutError("the runner waits for somebody")


class AppendPuppet:
    """The statement of an append in a transaction of its own, committed when told.

    ``at`` is "new", "running", "held" (done but not committed) or "ended"; then there is an
    ``answer``.
    """

    def __init__(self, url: str, store: Opened, append: Append) -> None:
        key = store.keys.known(append.stream_id)
        assert key is not None
        self._text, self._params = store.log._appending._statement(append, key, None)
        self._act = {
            "stream_id": append.stream_id,
            "act_key": act_key(append.act.caller, append.act.key),
        }
        self._connection = connect(url, Role.WRITER)
        self._pid = self._connection.info.backend_pid
        self._written = len(append.facts)
        self._thread = threading.Thread(target=self._append, daemon=True)
        self.at = "new"
        self.answer = ""

    def close(self) -> None:
        """End the connection."""
        self._thread.join(PATIENCE)
        self._connection.close()

    def append(self) -> None:
        """Start the statement."""
        self.at = "running"
        self._thread.start()

    def commit(self) -> None:
        """Commit what is held."""
        self._connection.execute("commit")
        self.at, self.answer = "ended", "recorded"

    def is_blocked(self, superuser: psycopg.Connection[TupleRow]) -> bool:
        """Whether the server says that it waits for another."""
        row = superuser.execute("select pg_blocking_pids(%s) <> '{}'", (self._pid,)).fetchone()
        return self.at == "running" and row == (True,)

    def _append(self) -> None:
        self._connection.execute("begin")
        try:
            written = self._connection.execute(self._text, self._params, binary=True).rowcount
        except psycopg.errors.UniqueViolation:
            written = 0
        if written == self._written:
            self.at = "held"
            return
        self._connection.execute("rollback")
        found = self._connection.execute(statement("act"), self._act, binary=True).fetchone()
        self.answer = "conflict" if found is None else "replayed"
        self.at = "ended"
