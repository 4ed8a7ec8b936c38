"""The same things done to our recorder, to one that locks, and to the library's own in memory.

They must accept and refuse alike and hold the same streams. In the order of notifications ours is
free in one thing only: how transactions that ran at the same time stand to each other.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

import psycopg
from eventsourcing.persistence import ApplicationRecorder, IntegrityError, StoredEvent
from eventsourcing.popo import POPOApplicationRecorder
from psycopg.rows import TupleRow
from tests.oracle.locked import LockedRecorder

from cases.app.store.connections import Pools, Role, connect
from cases.app.store.recorder import CaseRecorder

Fact = tuple[UUID, int]
Connection = psycopg.Connection[TupleRow]


class Disagreement(AssertionError):
    """Ours did what the one that locks would not have done."""


@dataclass
class Transaction:
    """What was inserted in one transaction, and the moments at which it began and ended."""

    began: int
    ended: int = 0
    events: list[StoredEvent] = field(default_factory=list)

    @property
    def facts(self) -> list[Fact]:
        return [place(event) for event in self.events]


@dataclass
class Contest:
    """One course of things. Streams must be new to it; ``tick`` is one of our sequencer.

    Every method raises Disagreement as soon as there is one. ``make`` makes our recorder over given
    connections, so that several statements can share a transaction that stays open.
    """

    make: Callable[[Pools], CaseRecorder]
    pools: Pools
    tick: Callable[[], int]
    locked: LockedRecorder
    memory: POPOApplicationRecorder = field(default_factory=POPOApplicationRecorder)
    committed: list[Transaction] = field(default_factory=list)
    open: dict[Connection, Transaction] = field(default_factory=dict)
    _moments: Iterator[int] = field(default_factory=lambda: count(1))
    _placed: set[Fact] = field(default_factory=set)
    _seen: list[Fact] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Numbers are counted from what is there already."""
        self.ours = self.make(self.pools)
        self.base = self.ours.max_notification_id() or 0
        self.locked_base = self.locked.max_notification_id() or 0

    # ------------------------------------------------------------- what is done

    def insert(self, events: Sequence[StoredEvent]) -> bool:
        """Insert in one go; whether it was accepted, by all alike."""
        now = next(self._moments)
        accepted = _accepts(self.ours, events)
        self._others_say(accepted, events)
        if accepted:
            self.committed.append(Transaction(now, now, [*events]))
        return accepted

    def begin(self, connection: Connection, events: Sequence[StoredEvent]) -> bool:
        """Insert and leave the transaction open."""
        connection.execute("begin")
        self.open[connection] = Transaction(next(self._moments))
        return self.go_on(connection, events)

    def go_on(self, connection: Connection, events: Sequence[StoredEvent]) -> bool:
        """Insert more in an open transaction; a conflict ends it and leaves nothing."""
        transaction = self.open[connection]
        transaction.events.extend(events)
        accepted = _accepts(self.make(only(connection)), events)
        if not accepted:
            self.end(connection, keep=False)
            self._others_say(False, transaction.events)
        return accepted

    def end(self, connection: Connection, *, keep: bool) -> None:
        """Commit or roll back an open transaction."""
        transaction = self.open.pop(connection)
        connection.execute("commit" if keep else "rollback")
        if keep:
            transaction.ended = next(self._moments)
            self._others_say(True, transaction.events)
            self.committed.append(transaction)

    def sequence(self) -> None:
        """Let our sequencer look once; everything committed must then have its place."""
        self.tick()
        self._placed = {fact for each in self.committed for fact in each.facts}
        self.check_order()

    # -------------------------------------------------------------- what is compared

    def check_stream(self, stream: UUID, **how: Any) -> None:
        """The stream as ours and the one that locks answer it."""
        ours, locked = (r.select_events(stream, **how) for r in (self.ours, self.locked))
        _must(ours == locked, f"the stream differs: {how}")
        by_version = sorted(self.memory.select_events(stream), key=lambda e: e.originator_version)
        _must(self.ours.select_events(stream) == by_version, "the stream is not as in memory")

    def check_page(self, recorder: ApplicationRecorder, base: int, **how: Any) -> None:
        """A page of notifications is the part of the whole that was asked for."""
        whole = list(notifications(recorder, base))
        start, stop, topics = how["start"], how["stop"], how["topics"]
        first = start + (0 if how["inclusive_of_start"] else 1)
        wanted = [
            (number, event)
            for number, event in enumerate(whole, start=1)
            if number >= first
            and (stop is None or number <= stop)
            and (not topics or event.topic in topics)
        ]
        asked = {**how, "start": base + start, "stop": None if stop is None else base + stop}
        answered = recorder.select_notifications(**asked)
        _must(
            [(n.id - base, place(n)) for n in answered]
            == [(number, place(event)) for number, event in wanted[: how["limit"]]],
            f"the page is not that part of the whole: {how}",
        )

    def check_order(self) -> None:
        """Our notifications: what was committed at the last tick, in an order it may have."""
        seen = [place(event) for event in notifications(self.ours, self.base)]
        _must(seen[: len(self._seen)] == self._seen, "what a follower has read was changed")
        self._seen = seen
        _must(len(seen) == len(set(seen)), "a fact stands twice")
        _must(set(seen) == self._placed, "not exactly what was committed at the tick")
        position = {fact: number for number, fact in enumerate(seen)}
        placed = [each for each in self.committed if each.facts[0] in position]
        for each in placed:
            first = position[each.facts[0]]
            _must(seen[first : first + len(each.facts)] == each.facts, "a transaction is split")
        placed.sort(key=lambda each: position[each.facts[0]])
        latest = 0
        for each in placed:
            _must(each.ended > latest, "what ended before another began stands after it")
            latest = max(latest, each.began)
        _must(_in_stream_order(seen, self.committed), "a stream is out of order")

    def check_whole(self) -> None:
        """Everything in the end: the same facts, and in the same order where none was free."""
        self.sequence()
        ours = list(notifications(self.ours, self.base))
        locked = list(notifications(self.locked, self.locked_base))
        memory = list(notifications(self.memory, 0))
        _must(locked == memory, "the others do not agree with each other")
        _must(_by_place(ours) == _by_place(locked), "not the same events")
        if all(each.began == each.ended for each in self.committed):
            _must(ours == locked, "another order, although nothing ran at the same time")

    def _others_say(self, accepted: bool, events: Sequence[StoredEvent]) -> None:
        for other in (self.locked, self.memory):
            if _accepts(other, events) != accepted:
                told = "accepted" if accepted else "refused"
                raise Disagreement(f"{told}, unlike {type(other).__name__}")


def notifications(
    recorder: ApplicationRecorder, base: int, limit: int = 7
) -> Iterator[StoredEvent]:
    """Every event after ``base``, read page by page; their numbers must have no gap."""
    number = base
    while page := recorder.select_notifications(number, limit, inclusive_of_start=False):
        for each in page:
            number += 1
            _must(each.id == number, f"{number} is missing from the numbers")
            yield StoredEvent(each.originator_id, each.originator_version, each.topic, each.state)
    _must((recorder.max_notification_id() or 0) == number, "the last number is another one")


def place(event: Any) -> Fact:
    """Where an event or a notification stands in its stream."""
    return event.originator_id, event.originator_version


@contextmanager
def writers(url: str, how_many: int) -> Iterator[list[Connection]]:
    """Connections on which transactions can stay open; rolled back at the end."""
    opened = [connect(url, Role.WRITER) for _ in range(how_many)]
    try:
        yield opened
    finally:
        for connection in opened:
            connection.close()


def only(connection: Connection) -> Pools:
    """Pools of one connection, in use already: what is inserted is part of its transaction."""

    @contextmanager
    def in_use() -> Iterator[Connection]:
        yield connection

    return cast(Pools, SimpleNamespace(writer=SimpleNamespace(connection=in_use)))


def event(stream: UUID, version: int, topic: str = "t") -> StoredEvent:
    """A stored event of content of its own."""
    return StoredEvent(stream, version, topic, uuid4().bytes)


def _accepts(recorder: ApplicationRecorder, events: Sequence[StoredEvent]) -> bool:
    try:
        recorder.insert_events(events)
    except IntegrityError:
        return False
    return True


def _in_stream_order(seen: Sequence[Fact], committed: Iterable[Transaction]) -> bool:
    """Whether each stream's facts stand as they were committed, one transaction after the other."""
    streams: dict[UUID, list[Fact]] = {}
    for transaction in committed:
        for fact in transaction.facts:
            streams.setdefault(fact[0], []).append(fact)
    placed = set(seen)
    return all(
        [fact for fact in facts if fact in placed] == [fact for fact in seen if fact[0] == stream]
        for stream, facts in streams.items()
    )


def _by_place(events: Iterable[StoredEvent]) -> list[StoredEvent]:
    return sorted(events, key=place)


def _must(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Disagreement(otherwise)
