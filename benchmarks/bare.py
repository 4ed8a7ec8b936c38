"""The floor: plain inserts of the very bytes we write, with nothing checked."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from itertools import count, cycle
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.types.numeric import Int8

from benchmarks.acts import OurLog, later_acts, our_log
from benchmarks.contestants import PAGE, Contestant, Fact, Given, Needs, Place, Work
from benchmarks.ours import WHOLE, facts_of
from cases.app.store.appending import act_key
from cases.app.store.connections import Role, connect
from cases.app.store.entries import Append
from cases.app.store.trail import ACCESS

Row = dict[str, Any]


class Bare(Contestant):
    """What both bare ways share: prepared parameters and a connection for each client."""

    def __init__(self, place: Place, threads: int) -> None:
        super().__init__(place, threads)
        self._connections = [self._connect() for _ in range(threads)]
        self._models: dict[int, list[Row]] = {}

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self.place.url, autocommit=True)

    def _statement(self, facts: int) -> bytes:
        raise NotImplementedError

    def work(self, client: int, size: int, facts: int) -> Work:
        models = self._models.get(facts)
        if models is None:
            with our_log(self.place.url, self.place.keyring, 1) as ours:
                models = [parameters(ours, each) for each in later_acts(uuid4(), size=facts)]
            self._models[facts] = models
        connection, statement = self._connections[client], self._statement(facts)

        def do(act: Row) -> None:
            connection.execute(statement, act, prepare=True, binary=True)

        return Work([*_retold(models, size, facts)], do)

    def facts(self, act: Any) -> list[Fact]:
        first = int(act["version_0"])
        last = int(act["last_version"])
        return [(act["stream_id"], version) for version in range(first, last + 1)]

    def close(self) -> None:
        for connection in self._connections:
            connection.close()


class BareRow(Bare):
    """A row for each fact; the first one of an act holds what belongs to the act."""

    name = "bare insert, one row a fact"
    does = (
        "One prepared INSERT through psycopg, autocommit, a connection per client: header and "
        "sealed payload as one row a fact, idempotency record and access record in columns of the "
        "first; one primary key (stream, version), one identity column. Sealed, hashed, serialised "
        "beforehand. No check."
    )
    follows = "where seq > last, order by seq: what suggests itself, documented nowhere"

    @classmethod
    @contextmanager
    def laid(cls, needs: Needs) -> Iterator[Place]:
        """One table."""
        url = needs.ground.empty_database(f"{needs.part}_bare")
        with psycopg.connect(url) as connection:
            connection.execute("""
                create table fact (
                    stream_id uuid not null, version bigint not null,
                    seq bigint generated always as identity, event_id uuid not null,
                    topic text not null, recorded_at timestamptz not null, metadata json not null,
                    key_id uuid not null, payload_hash bytea not null, sealed bytea not null,
                    act_key bytea, fingerprint bytea, access json,
                    primary key (stream_id, version))""")
        yield Place(url, str(needs.ground.keyring))

    def _statement(self, facts: int) -> bytes:
        first = "%(act_key)b, %(fingerprint)b, %(access)b::text::json"
        rows = ", ".join(
            f"(%(stream_id)b, {_FACT.format(n=n)}, {'null, null, null' if n else first})"
            for n in range(facts)
        )
        return f"""
            insert into fact (stream_id, version, event_id, topic, recorded_at, metadata, key_id,
                              payload_hash, sealed, act_key, fingerprint, access)
            values {rows}""".encode()

    def found(self) -> set[Fact]:
        return facts_of(self.place.url, b"select stream_id, version from fact")

    def begin_to_follow(self) -> None:
        self._connections[0].execute("create index if not exists fact_seq on fact (seq)")

    def follow(self, after: int) -> list[Given]:
        query = b"select seq, stream_id, version from fact where seq > %s order by seq limit %s"
        rows = self._connections[0].execute(query, (Int8(after), Int8(PAGE)), binary=True)
        return [Given(*row) for row in rows]


class BareTables(Bare):
    """The same two tables and indexes as ours in one statement, with none of our checks."""

    name = "bare insert, our two tables"
    crowds = ((1, 1), (8, 1), (8, 5))
    does = (
        "One prepared statement of two plain INSERTs into our own tables (log.event, trail.access) "
        "with all their indexes, as the writer's role. Sealed, hashed and serialised beforehand. "
        "Not checked: the stream's version, its last instant, its living key."
    )

    @classmethod
    @contextmanager
    def laid(cls, needs: Needs) -> Iterator[Place]:
        """Our schema."""
        yield Place(
            needs.ground.migrated_database(f"{needs.part}_tables"), str(needs.ground.keyring)
        )

    def _connect(self) -> psycopg.Connection:
        return connect(self.place.url, Role.WRITER)

    def _statement(self, facts: int) -> bytes:
        rows = ", ".join(
            f"(%(stream_id)b, {_FACT.format(n=n)},"
            f" {'null, null' if n else '%(act_key)b, %(fingerprint)b'})"
            for n in range(facts)
        )
        return f"""
            with fact as (
                insert into log.event (stream_id, version, event_id, topic, recorded_at, metadata,
                                       key_id, payload_hash, sealed, act_key, fingerprint)
                values {rows})
            insert into trail.access (id, at, subject, organisation, role, purpose,
                                      purpose_version, action, case_id, sections, case_version,
                                      result, request_id, traits)
            values (%(access_id)b, %(recorded_at)b, %(subject)b, %(organisation)b, %(role)b,
                    %(purpose)b, %(purpose_version)b, %(action)b, %(stream_id)b, %(none)b::text[],
                    %(last_version)b, %(result)b, %(request_id)b, %(none)b::text[])""".encode()

    def found(self) -> set[Fact]:
        return facts_of(self.place.url, WHOLE)


_FACT = (
    "%(version_{n})b, %(event_id_{n})b, %(topic_{n})b, %(recorded_at)b,"
    " %(metadata)b::text::json, %(key_id)b, %(payload_hash_{n})b, %(sealed_{n})b"
)


def bytes_of(ours: OurLog) -> tuple[float, float]:
    """Bytes that an act of one fact writes, and those of header and payload alone, as means."""
    rows = [parameters(ours, each) for each in later_acts(uuid4())]
    whole = sum(_size(row[column]) for row in rows for column in _COLUMNS) / len(rows)
    event = sum(len(row["sealed_0"]) + len(row["metadata"]) for row in rows) / len(rows)
    return whole, event


_COLUMNS = (
    *("stream_id", "version_0", "event_id_0", "topic_0", "recorded_at", "metadata", "key_id"),
    *("payload_hash_0", "sealed_0", "act_key", "fingerprint", "access"),
)
"""The values of a bare row."""


def parameters(ours: OurLog, append: Append) -> Row:
    """The very bytes our append would write, made beforehand."""
    _, key = ours.keys.make(append.stream_id)
    sealed = [ours.mapper.seal(fact, key) for fact in append.facts]
    record, access = append.act, append.access[0]
    row: Row = {
        "stream_id": append.stream_id,
        "last_version": Int8(append.facts[-1].version),
        "recorded_at": sealed[0].recorded_at,
        "metadata": sealed[0].metadata,
        "key_id": key.key_id,
        "act_key": act_key(record.caller, record.key),
        "fingerprint": record.fingerprint,
        "access": ACCESS.dump_json(append.access, by_alias=False).decode(),
        "access_id": access.id,
        "subject": access.subject,
        "organisation": access.organisation,
        "role": access.role,
        "purpose": access.purpose,
        "purpose_version": access.purpose_version,
        "action": access.action,
        "request_id": access.request_id,
        "result": access.result.value,
        "none": [],
    }
    for n, event in enumerate(sealed):
        row |= {
            f"version_{n}": Int8(event.originator_version),
            f"event_id_{n}": event.event_id,
            f"topic_{n}": event.topic,
            f"payload_hash_{n}": sha256(event.state).digest(),
            f"sealed_{n}": event.state,
        }
    return row


def _retold(models: list[Row], size: int, facts: int) -> Iterator[Row]:
    """Those acts for one stream after the other, until there are enough."""
    stream_id = uuid4()
    for number, (place, model) in zip(count(), cycle(enumerate(models)), strict=False):
        if place == 0:
            if number >= size:
                return
            stream_id = uuid4()
        events = {f"event_id_{n}": uuid4() for n in range(facts)}
        yield {**model, **events, "stream_id": stream_id, "access_id": uuid4()}


def _size(value: Any) -> int:
    match value:
        case bytes() | str():
            return len(value)
        case UUID():
            return 16
    return 8
