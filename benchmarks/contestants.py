"""Who is measured at appending, and exactly what each of them does for one act."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, ClassVar
from uuid import UUID, uuid4

import psycopg
from psycopg.types.numeric import Int8

from benchmarks.acts import OurLog, later_acts, open_cases, opening
from benchmarks.ground import CLIENTS
from benchmarks.history import LENGTH
from cases.app.store.appending import act_key
from cases.app.store.connections import Role, connect
from cases.app.store.entries import Append, Appended
from cases.app.store.trail import ACCESS

Fact = tuple[UUID, int]  # a stream and a version


@dataclass(frozen=True)
class Work:
    """A client's share of a round: ``do`` one item after the other; it raises when refused."""

    items: Sequence[Any]
    do: Callable[[Any], None]


class Contestant(ABC):
    """One way of writing, measured with each number of clients in ``crowds``.

    Items are made before the clock starts, for all in the same manner.
    """

    name: ClassVar[str]
    does: ClassVar[str]
    crowds: ClassVar[tuple[int, ...]] = (1, CLIENTS)

    @abstractmethod
    def work(self, client: int, size: int) -> Work:
        """About ``size`` items for one client, and how it does one."""

    @abstractmethod
    def fact(self, item: Any) -> Fact:
        """What an item leaves behind."""

    @abstractmethod
    def found(self) -> set[Fact]:
        """Everything that is in the database now, whole."""

    def close(self) -> None:  # noqa: B027  most have nothing to close
        """Let go of connections."""


class Bare(Contestant):
    """What both bare ways share: prepared parameters and a connection for each client."""

    def __init__(self, url: str, ours: OurLog, role: Role | None) -> None:
        self.url = url
        self._ours = ours
        self._connections = [
            psycopg.connect(url, autocommit=True) if role is None else connect(url, role)
            for _ in range(CLIENTS)
        ]

    statement: ClassVar[bytes]

    def work(self, client: int, size: int) -> Work:
        items: list[dict[str, Any]] = []
        while len(items) < size:
            stream_id = uuid4()
            items += [_parameters(self._ours, each) for each in later_acts(stream_id)]
        connection, statement = self._connections[client], self.statement

        def do(parameters: dict[str, Any]) -> None:
            connection.execute(statement, parameters, prepare=True, binary=True)

        return Work(items, do)

    def fact(self, item: Any) -> Fact:
        return item["stream_id"], int(item["version"])

    def close(self) -> None:
        for connection in self._connections:
            connection.close()


class BareRow(Bare):
    """The floor: everything one act writes, in one row of one table."""

    name = "bare insert, one row"
    does = (
        "One prepared INSERT through psycopg, autocommit, a connection per client: header, sealed "
        "payload, idempotency record and access record as the columns of one row; one primary key "
        "(stream, version), one identity column. Sealed, hashed, serialised beforehand. No check."
    )
    statement = b"""
        insert into fact (stream_id, version, event_id, topic, recorded_at, metadata, key_id,
                          payload_hash, sealed, act_key, fingerprint, access)
        values (%(stream_id)b, %(version)b, %(event_id)b, %(topic)b, %(recorded_at)b,
                %(metadata)b::text::json, %(key_id)b, %(payload_hash)b, %(sealed)b, %(act_key)b,
                %(fingerprint)b, %(access)b::text::json)"""

    def __init__(self, url: str, ours: OurLog) -> None:
        with psycopg.connect(url) as connection:
            connection.execute("""
                create table fact (
                    stream_id uuid not null, version bigint not null,
                    seq bigint generated always as identity, event_id uuid not null,
                    topic text not null, recorded_at timestamptz not null, metadata json not null,
                    key_id uuid not null, payload_hash bytea not null, sealed bytea not null,
                    act_key bytea not null, fingerprint bytea not null,
                    access json not null, primary key (stream_id, version))""")
        super().__init__(url, ours, None)

    def found(self) -> set[Fact]:
        return _facts(self.url, "select stream_id, version from fact")


class BareTables(Bare):
    """The same two tables and indexes as ours in one statement, with none of our checks."""

    name = "bare insert, our two tables"
    does = (
        "One prepared statement of two plain INSERTs into our own tables (log.event, trail.access) "
        "with all their indexes, as the writer's role. Sealed, hashed and "
        "serialised beforehand. Not checked: the stream's version, its last instant, its living "
        "key; no result is asked for."
    )
    statement = b"""
        with fact as (
            insert into log.event (stream_id, version, event_id, topic, recorded_at, metadata,
                                   key_id, payload_hash, sealed, act_key, fingerprint)
            values (%(stream_id)b, %(version)b, %(event_id)b, %(topic)b, %(recorded_at)b,
                    %(metadata)b::text::json, %(key_id)b, %(payload_hash)b, %(sealed)b,
                    %(act_key)b, %(fingerprint)b))
        insert into trail.access (id, at, subject, organisation, role, purpose, purpose_version,
                                  action, case_id, sections, case_version, result, request_id,
                                  traits)
        values (%(access_id)b, %(recorded_at)b, %(subject)b, %(organisation)b, %(role)b,
                %(purpose)b, %(purpose_version)b, %(action)b, %(stream_id)b, %(none)b::text[],
                %(version)b, %(result)b, %(request_id)b, %(none)b::text[])"""

    def __init__(self, url: str, ours: OurLog) -> None:
        super().__init__(url, ours, Role.WRITER)

    def found(self) -> set[Fact]:
        return _facts(self.url, WHOLE)


class Ours(Contestant):
    """``CaseLog.append`` whole, on cases that exist."""

    name = "cases: append to a case"
    does = (
        "CaseLog.append: seals the fact (AES-256-GCM-SIV), serialises the header and the access "
        "record, borrows a connection of the writers' pool, and in one statement checks version, "
        "instant and living key and writes header, payload, idempotency record and access record."
    )

    def __init__(self, url: str, ours: OurLog) -> None:
        self.url = url
        self._ours = ours

    def work(self, client: int, size: int) -> Work:
        cases = open_cases(self._ours.log, -(-size // (LENGTH - 1)))
        return Work([each for case_id in cases for each in later_acts(case_id)], self._append)

    def fact(self, item: Append) -> Fact:
        return item.stream_id, item.facts[0].version

    def found(self) -> set[Fact]:
        return _facts(self.url, WHOLE)

    def _append(self, item: Append) -> None:
        result = self._ours.log.append(item)
        if not isinstance(result, Appended):
            raise RuntimeError(f"refused: {result}")


class OursSequenced(Ours):
    """The same while a sequencer in a process of its own gives every fact its place."""

    name = "cases: append, sequencer at work"
    crowds = (CLIENTS,)
    does = (
        "The same, while a sequencer (another process, the pause of production) gives every fact "
        "its place in the ledger: what the library's way includes, since it orders while it writes."
    )

    def found(self) -> set[Fact]:
        return _facts(
            self.url,
            f"{WHOLE} and exists (select 1 from log.ledger l"
            " where (l.stream_id, l.version) = (e.stream_id, e.version))",
        )


class OursOpening(Ours):
    """``CaseLog.append`` of a first fact."""

    name = "cases: open a case"
    crowds = (CLIENTS,)
    does = (
        "CaseLog.append of a case's first fact: the same, and a data key made, wrapped (AES-KWP) "
        "and stored, and the blind index of the person's identity code with its unique index."
    )

    def work(self, client: int, size: int) -> Work:
        return Work([opening(uuid4()) for _ in range(size)], self._append)


WHOLE = """
    select e.stream_id, e.version
      from log.event e
      join trail.access t on t.case_id = e.stream_id and t.case_version = e.version
     where e.sealed is not null and e.act_key is not null"""
"""A fact counts as found when nothing that belongs to its act is missing."""


def bytes_of(ours: OurLog) -> tuple[float, float]:
    """Bytes that an act's row holds, and those of header and payload alone, as means."""
    rows = [_parameters(ours, each) for each in later_acts(uuid4())]
    whole = sum(_size(row[column]) for row in rows for column in _COLUMNS) / len(rows)
    event = sum(len(row["sealed"]) + len(row["metadata"]) for row in rows) / len(rows)
    return whole, event


_COLUMNS = (
    *("stream_id", "version", "event_id", "topic", "recorded_at", "metadata", "key_id"),
    *("payload_hash", "sealed", "act_key", "fingerprint", "access"),
)
"""The values of the bare row, as its statement names them."""


def _parameters(ours: OurLog, append: Append) -> dict[str, Any]:
    """The very bytes our append would write, made beforehand."""
    _, key = ours.keys.make(append.stream_id)
    [fact], record = append.facts, append.act
    sealed = ours.mapper.seal(fact, key)
    access = append.access[0]
    return {
        "stream_id": append.stream_id,
        "version": Int8(fact.version),
        "event_id": sealed.event_id,
        "topic": sealed.topic,
        "recorded_at": sealed.recorded_at,
        "metadata": sealed.metadata,
        "key_id": sealed.key_id,
        "payload_hash": sha256(sealed.state).digest(),
        "sealed": sealed.state,
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


def _size(value: Any) -> int:
    match value:
        case bytes() | str():
            return len(value)
        case UUID():
            return 16
    return 8


def _facts(url: str, query: str) -> set[Fact]:
    with psycopg.connect(url) as connection:
        return {(row[0], row[1]) for row in connection.execute(query.encode())}
