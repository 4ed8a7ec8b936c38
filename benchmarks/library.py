"""The library as it comes: an Application with its own PostgreSQL recorder."""

from typing import Any, cast
from uuid import UUID

import psycopg
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from psycopg.conninfo import conninfo_to_dict

from benchmarks.contestants import Contestant, Fact, Work
from benchmarks.ground import CLIENTS
from benchmarks.history import LENGTH


class Noted(Aggregate):
    """An aggregate that keeps what it is told last."""

    @event("Opened")
    def __init__(self) -> None:
        self.text = ""

    @event("Told")
    def tell(self, text: str) -> None:
        """One event that holds the text."""
        self.text = text


class NoteApplication(Application[UUID]):
    """Nothing beyond the library's defaults."""


def application(url: str) -> NoteApplication:
    """The library's application over a database of its own, with a connection for each client."""
    at = conninfo_to_dict(url)
    return NoteApplication(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": str(at["dbname"]),
            "POSTGRES_HOST": str(at["host"]),
            "POSTGRES_PORT": str(at["port"]),
            "POSTGRES_USER": str(at["user"]),
            "POSTGRES_PASSWORD": "unused",
            "POSTGRES_POOL_SIZE": str(CLIENTS),
        }
    )


class Library(Contestant):
    """``Application.save`` of an aggregate with one event."""

    name = "eventsourcing, default recorder"
    does = (
        "Application.save of an aggregate with one new event whose stored state is as long as our "
        "header and payload (not sealed; no idempotency record, no access record): JSON, INSERT "
        "under a table lock, NOTIFY, its own pool."
    )

    def __init__(self, url: str, event_bytes: float) -> None:
        self.url = url
        self.application = application(url)
        overhead = len(self._told("").state)
        self._text = "x" * max(0, round(event_bytes) - overhead)

    def work(self, client: int, size: int) -> Work:
        items: list[tuple[Noted, int]] = []
        while len(items) < size:
            aggregate = Noted()
            self.application.save(aggregate)
            items += [(aggregate, version) for version in range(2, LENGTH + 1)]
        return Work(items, self._save)

    def fact(self, item: tuple[Noted, int]) -> Fact:
        return item[0].id, item[1]

    def found(self) -> set[Fact]:
        table = cast(Any, self.application.recorder).events_table_name
        query = f"select originator_id, originator_version from {table}"
        with psycopg.connect(self.url) as connection:
            return {(row[0], row[1]) for row in connection.execute(query.encode())}

    def close(self) -> None:
        self.application.close()

    def aggregate(self, length: int) -> UUID:
        """A stored aggregate of ``length`` events of the same size."""
        aggregate = Noted()
        for _ in range(length - 1):
            aggregate.tell(text=self._text)
        self.application.save(aggregate)
        return aggregate.id

    def _save(self, item: tuple[Noted, int]) -> None:
        aggregate, _ = item
        aggregate.tell(text=self._text)
        self.application.save(aggregate)

    def _told(self, text: str) -> Any:
        aggregate = Noted()
        aggregate.tell(text=text)
        return self.application.mapper.to_stored_event(aggregate.collect_events()[-1])
