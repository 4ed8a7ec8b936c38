"""The library as it comes: an Application with its own PostgreSQL recorder."""

import base64
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, cast
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from psycopg.conninfo import conninfo_to_dict

from benchmarks.contestants import PAGE, Contestant, Fact, Given, Needs, Place, Work
from benchmarks.history import LENGTH
from benchmarks.ours import facts_of


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


def application(url: str, threads: int, **env: str) -> NoteApplication:
    """The library's application over a database of its own, with a connection for each thread."""
    at = conninfo_to_dict(url)
    return NoteApplication(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": str(at["dbname"]),
            "POSTGRES_HOST": str(at["host"]),
            "POSTGRES_PORT": str(at["port"]),
            "POSTGRES_USER": str(at["user"]),
            "POSTGRES_PASSWORD": "unused",
            "POSTGRES_POOL_SIZE": str(threads),
            **env,
        }
    )


class Library(Contestant):
    """``Application.save`` of an aggregate with new events."""

    name = "eventsourcing, default recorder"
    does = (
        "Application.save of an aggregate with as many new events, each with a stored state as "
        "long as our header and payload (not sealed; no idempotency record, no access record): "
        "JSON, INSERT under a table lock, NOTIFY, its own pool."
    )
    follows = "select_notifications, by notification id"
    env: ClassVar[dict[str, str]] = {}

    def __init__(self, place: Place, threads: int) -> None:
        super().__init__(place, threads)
        # Its place is laid; two processes that make the same function would collide.
        self.application = application(place.url, threads, **self.env, CREATE_TABLE="no")
        overhead = len(self._told("").state)
        self._text = random_text(round(place.event_bytes) - overhead)

    @classmethod
    @contextmanager
    def laid(cls, needs: Needs) -> Iterator[Place]:
        """An empty database; the recorder makes its table, here, before anybody else does."""
        url = needs.ground.empty_database(f"{needs.part}_{cls.__name__.lower()}")
        application(url, 1, **cls.env).close()
        yield Place(url, event_bytes=needs.event_bytes)

    def work(self, client: int, size: int, facts: int) -> Work:
        acts: list[tuple[Noted, int, int]] = []
        while len(acts) < size:
            aggregate = Noted()
            self.application.save(aggregate)
            starts = range(2, LENGTH + 2 - facts, facts)
            acts += [(aggregate, first, facts) for first in starts]
        return Work(acts, self._save)

    def facts(self, act: tuple[Noted, int, int]) -> list[Fact]:
        aggregate, first, facts = act
        return [(aggregate.id, version) for version in range(first, first + facts)]

    def found(self) -> set[Fact]:
        table = cast(Any, self.application.recorder).events_table_name
        query = f"select originator_id, originator_version from {table}"
        return facts_of(self.place.url, query.encode())

    def follow(self, after: int) -> list[Given]:
        page = self.application.recorder.select_notifications(after, PAGE, inclusive_of_start=False)
        return [
            Given(each.id, cast(UUID, each.originator_id), each.originator_version) for each in page
        ]

    def close(self) -> None:
        self.application.close()

    def aggregate(self, length: int) -> UUID:
        """A stored aggregate of ``length`` events of the same size."""
        aggregate = Noted()
        for _ in range(length - 1):
            aggregate.tell(text=self._text)
        self.application.save(aggregate)
        return aggregate.id

    def _save(self, act: tuple[Noted, int, int]) -> None:
        aggregate, _, facts = act
        for _ in range(facts):
            aggregate.tell(text=self._text)
        self.application.save(aggregate)

    def _told(self, text: str) -> Any:
        aggregate = Noted()
        aggregate.tell(text=text)
        return self.application.mapper.to_stored_event(aggregate.collect_events()[-1])


class LibraryFunctions(Library):
    """The same with the library's database functions switched on."""

    name = "eventsourcing, database functions"
    does = (
        "The same with POSTGRES_ENABLE_DB_FUNCTIONS: a function of the library's inserts and takes "
        "no lock, so commits don't come in the order of notification ids."
    )
    env: ClassVar[dict[str, str]] = {"POSTGRES_ENABLE_DB_FUNCTIONS": "y"}


def random_text(length: int) -> str:
    """A text that nothing can compress much, of that many ASCII characters."""
    return base64.b85encode(os.urandom(max(0, length))).decode()[: max(0, length)]
