"""Plays a schedule of the model on PostgreSQL, step by step, and holds every step against it."""

from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self
from uuid import UUID, uuid5

import psycopg
import pytest
from psycopg.types.numeric import Int8
from tests.adversary.followers import Fact
from tests.adversary.followers import Follower as SqlFollower
from tests.model.explorer import Actor, Step
from tests.model.reading import Follower
from tests.model.sequencing import Sequencer
from tests.model.writing import Statement, Writer

from cases.app.embedded import Database
from cases.app.store.connections import Role, connect, statement
from cases.app.store.sequencer import SETTINGS
from cases.app.store.sequencer import Sequencer as RealSequencer

ROOT = UUID(int=0x6D6F64656C)
INSERT = (
    "insert into log.event (stream_id, version, seq, event_id, topic, recorded_at, metadata,"
    " key_id, payload_hash) overriding system value values (%s, %s, %s, gen_random_uuid(),"
    " 'test.noted.v1', now(), '{}', gen_random_uuid(), sha256(''))"
)
RESET = (
    "truncate log.event, log.ledger; alter sequence log.event_seq_seq restart;"
    " create table if not exists public.scratch (n int)"
)


class Stage:
    """A database with nothing in its log, and a connection for each actor."""

    def __init__(self, database: Database, run: int, followers: dict[str, SqlFollower]) -> None:
        self._database = database
        self._run = run
        self._followers = followers
        self._open: dict[str, psycopg.Connection[Any]] = {}
        self._left: dict[str, list[Statement]] = {}
        self._ticks: dict[str, str] = {}
        with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
            superuser.execute(RESET)
            with RealSequencer(database.url) as sequencer:
                sequencer.tick()  # an emptied ledger is another: it begins an epoch
            superuser.execute(
                "update log.sequencer set snapshot = pg_current_snapshot(), next = 1,"
                " upto = null, reached = 0"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        for connection in self._open.values():
            connection.close()

    def play(self, cast: Iterable[Actor], schedule: Iterable[Step]) -> list[Fact]:
        """Every step; fails where PostgreSQL does something else than the model said.

        Returns what a follower saw.
        """
        seen: list[Fact] = []
        actors = {actor.name: actor for actor in cast}
        for actor in actors.values():
            if isinstance(actor, Writer):
                self._left[actor.name] = list(actor.statements)
        for n, step in enumerate(schedule, start=1):
            actor = actors[step.actor]
            did = f"step {n}: {step.actor} {step.does} {step.note}"
            match actor:
                case Writer():
                    self._write(actor, step, did)
                case Sequencer():
                    self._tick(actor, step, did)
                case Follower():
                    seen += self._poll(actor, step, did)
        return seen

    def ledger(self) -> str:
        """The facts in the ledger, as the model writes them."""
        with psycopg.connect(self._database.superuser_url) as superuser:
            return self.told(
                superuser.execute(
                    "select stream_id, version from log.ledger order by idx"
                ).fetchall()
            )

    # ------------------------------------------------------------------ the actors

    def _write(self, actor: Writer, step: Step, did: str) -> None:
        connection = self._connection(actor.name, self._database.superuser_url)
        left = self._left[actor.name]
        match step.does:
            case "reads":
                row = connection.execute(
                    "select coalesce(max(version), 0) from log.event where stream_id = %s",
                    (self._stream(left[0].stream),),
                ).fetchone()
                assert row is not None
                assert step.note == f"{left[0].stream} is at {row[0]}", did
            case "draws its id":
                connection.execute("select pg_current_xact_id()")
            case "draws a savepoint's id":
                connection.execute("savepoint here")
                connection.execute("insert into public.scratch values (1)")
            case "draws a number":
                row = connection.execute("select nextval('log.event_seq_seq')").fetchone()
                assert row == (int(step.note),), did
            case "inserts":
                self._insert(connection, left, step)
            case "finds its place taken":
                with pytest.raises(psycopg.errors.UniqueViolation):
                    self._insert_fact(connection, step.note, 0)
                connection.rollback()
            case "commits":
                connection.commit()
            case "rolls back":
                connection.rollback()
            case "stays open":
                pass
            case _:
                raise NotImplementedError(did)

    def _insert(
        self, connection: "psycopg.Connection[Any]", left: list[Statement], step: Step
    ) -> None:
        fact, number = step.note.split(" with number ")
        self._insert_fact(connection, fact, int(number))
        now = left[0]
        if now.facts > 1:
            left[0] = now._replace(facts=now.facts - 1)
            return
        left.pop(0)
        if now.savepoint == "kept":
            connection.execute("release savepoint here")
        elif now.savepoint == "undone":
            connection.execute("rollback to savepoint here")

    def _insert_fact(self, connection: "psycopg.Connection[Any]", fact: str, number: int) -> None:
        connection.execute(INSERT, (self._stream(fact[0]), int(fact[1:]), number))

    def _tick(self, actor: Sequencer, step: Step, did: str) -> None:
        """The snapshot is taken by a first query; the tick that follows it works on that."""
        connection = self._connection(actor.name, self._database.url, Role.SEQUENCER)
        match step.does:
            case "sees a backlog":
                assert self._placed(connection, actor, "tick") is None, did
            case "looks" | "looks at the backlog":
                self._ticks[actor.name] = "tick" if step.does == "looks" else "tick_backlog"
                connection.execute("begin")
                connection.execute("select 1")
                if step.note == "nothing new":
                    assert self._placed(connection, actor) == 0, did
                    connection.execute("commit")
            case "locks the row":
                assert self._placed(connection, actor), did
            case "finds the row locked":
                assert self._placed(connection, actor) == 0, did
                connection.execute("rollback")
            case "finds the row moved":
                with pytest.raises(psycopg.errors.SerializationFailure):
                    self._placed(connection, actor)
                connection.execute("rollback")
            case "commits":
                connection.execute("commit")
                assert step.note == f"the ledger is {self.ledger()}", did
            case "is killed":
                self._kill(actor.name)
            case _:
                raise NotImplementedError(did)

    def _placed(
        self, connection: "psycopg.Connection[Any]", actor: Sequencer, tick: str = ""
    ) -> int | None:
        """How many facts the statement placed; None where it only says that there is a backlog."""
        row = connection.execute(
            statement(tick or self._ticks[actor.name]), {"limit": Int8(actor.limit)}, binary=True
        ).fetchone()
        return 0 if row is None else row[0]

    def _kill(self, name: str) -> None:
        connection = self._open.pop(name)
        with psycopg.connect(self._database.superuser_url, autocommit=True) as superuser:
            superuser.execute(
                "select pg_terminate_backend(%s, 10000)", (connection.info.backend_pid,)
            )
        connection.close()

    def _poll(self, actor: Follower, step: Step, did: str) -> list[Fact]:
        connection = self._connection(actor.name, self._database.superuser_url)
        connection.autocommit = True
        self._wait_for_strangers()
        read = self._followers[actor.name].poll(connection)
        assert self.told(read) == step.note, did
        return read

    def _wait_for_strangers(self) -> None:
        """Until no transaction writes but the stage's: the horizon is the whole cluster's."""
        ours = [connection.info.backend_pid for connection in self._open.values()]
        with psycopg.connect(self._database.superuser_url, autocommit=True) as superuser:
            for _ in range(1000):
                row = superuser.execute(
                    "select count(*) from pg_stat_activity"
                    " where backend_xid is not null and pid <> all(%s)",
                    (ours,),
                ).fetchone()
                if row == (0,):
                    return
                superuser.execute("select pg_sleep(0.01)")
        raise TimeoutError

    # ------------------------------------------------------------------ names

    def _connection(
        self, name: str, url: str, role: Role | None = None
    ) -> "psycopg.Connection[Any]":
        if name not in self._open:
            self._open[name] = connect(url, role, **SETTINGS) if role else psycopg.connect(url)
        return self._open[name]

    def _stream(self, name: str) -> UUID:
        return uuid5(ROOT, f"{self._run} {name}")

    def told(self, facts: Iterable[Fact]) -> str:
        """Facts as the model writes them."""
        names = {self._stream(name): name for name in "PQR"}
        return " ".join(f"{names[stream]}{version}" for stream, version in facts) or "nothing"
