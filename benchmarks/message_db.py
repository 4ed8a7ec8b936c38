"""message-db: a store that is SQL functions; its package is fetched for the run."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.conninfo import make_conninfo

from benchmarks import peers
from benchmarks.contestants import PAGE, Contestant, Fact, Given, Needs, Place, Work
from benchmarks.history import LENGTH
from benchmarks.library import random_text
from benchmarks.ours import facts_of

_FILES = (
    *("roles/message-store", "schema/message-store", "tables/messages", "types/message"),
    *(
        f"functions/{name}"
        for name in (
            *("message-store-version", "hash-64", "acquire-lock", "category", "is-category", "id"),
            *("cardinal-id", "stream-version", "write-message", "get-stream-messages"),
            *("get-category-messages", "get-last-stream-message"),
        )
    ),
    *("indexes/messages-id", "indexes/messages-stream", "indexes/messages-category"),
    *("privileges/schema", "privileges/table", "privileges/sequence", "privileges/functions"),
)
"""In the order of its own install script; without the extension, whose one function has been part
of PostgreSQL since 13, and without the views."""


class MessageDb(Contestant):
    """``write_message`` for every fact, in one statement for an act."""

    name = "message-db 1.3.1"
    does = (
        "Its function write_message with the expected version, once for each fact, all of an act "
        "in one prepared statement through psycopg, a connection per client: data as long as our "
        "header and payload, as JSON made beforehand; all cases in one category, as a follower of "
        "all needs it, and therefore under one advisory lock."
    )
    follows = "get_category_messages, by global position"

    def __init__(self, place: Place, threads: int) -> None:
        super().__init__(place, threads)
        self._connections = [psycopg.connect(place.url, autocommit=True) for _ in range(threads)]
        overhead = len(json.dumps({"text": ""}))
        self._data = json.dumps({"text": random_text(round(place.event_bytes) - overhead)})

    @classmethod
    @contextmanager
    def laid(cls, needs: Needs) -> Iterator[Place]:
        """Its schema, from its package."""
        files = peers.message_db(needs.peers)
        name = f"{needs.part}_message_db"
        url = needs.ground.empty_database(name)
        superuser = needs.ground.cluster.superuser_url(name)
        with psycopg.connect(_within_its_schema(superuser), autocommit=True) as connection:
            for name in _FILES:
                connection.execute(_sql(files / f"{name}.sql"))
            connection.execute("grant message_store to cases")
        yield Place(_within_its_schema(url), event_bytes=needs.event_bytes)

    def work(self, client: int, size: int, facts: int) -> Work:
        call = "message_store.write_message(%s, %s, 'Told', %s::jsonb, null, %s)"
        connection = self._connections[client]
        statement = f"select {', '.join([call] * facts)}".encode()
        opening = f"select {call}".encode()
        acts: list[tuple[UUID, int, int]] = []
        while len(acts) < size:
            case_id = uuid4()
            connection.execute(opening, self._values(case_id, 1), prepare=True)
            acts += [(case_id, first, facts) for first in range(2, LENGTH + 2 - facts, facts)]
        values = {
            act: [
                value
                for version in range(act[1], act[1] + facts)
                for value in self._values(act[0], version)
            ]
            for act in acts
        }

        def do(act: tuple[UUID, int, int]) -> None:
            connection.execute(statement, values[act], prepare=True)

        return Work(acts, do)

    def facts(self, act: tuple[UUID, int, int]) -> list[Fact]:
        case_id, first, facts = act
        return [(case_id, version) for version in range(first, first + facts)]

    def found(self) -> set[Fact]:
        query = b"select substring(stream_name from 6)::uuid, position + 1 from messages"
        return facts_of(self.place.url, query)

    def follow(self, after: int) -> list[Given]:
        query = "select * from message_store.get_category_messages('case', %s, %s)"
        rows = self._connections[0].execute(query, (after + 1, PAGE), prepare=True)
        return [Given(row[4], UUID(row[1].removeprefix("case-")), row[3] + 1) for row in rows]

    def close(self) -> None:
        for connection in self._connections:
            connection.close()

    def _values(self, case_id: UUID, version: int) -> list[Any]:
        """Id, stream, data, and the position expected before: positions count from 0."""
        return [str(uuid4()), f"case-{case_id}", self._data, version - 2]


def _within_its_schema(url: str) -> str:
    return make_conninfo(url, options="-c search_path=message_store,public")


def _sql(path: Path) -> bytes:
    return path.read_bytes()
