"""Our recorder beside one that locks: schedules made at random, and flaws that must be found."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import IntegrityError, Notification, StoredEvent
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from psycopg.types.numeric import Int8
from tests.oracle.contest import Connection, Contest, Disagreement, event, writers
from tests.oracle.locked import LockedRecorder

from cases.app.embedded import Database
from cases.app.store.connections import Pools, statement
from cases.app.store.recorder import CaseRecorder
from cases.app.store.sequencer import Sequencer

TOPICS = ["a", "b", "c"]
AGAIN, NEXT, LEAVING_ONE_OUT = 0, 1, 2


def ours(pools: Pools) -> CaseRecorder:
    return CaseRecorder(pools, lambda: datetime.now(UTC), uuid4)


@dataclass
class Ground:
    """A database in which contests are held, one after the other."""

    pools: Pools
    sequencer: Sequencer
    in_instalments: Sequencer
    locked: LockedRecorder
    connections: list[Connection]

    def contest(self) -> Contest:
        """A contest with nothing left over of the one before, however that ended."""
        for connection in self.connections:
            connection.rollback()
        self.sequencer.drain()
        return Contest(ours, self.pools, self.sequencer.tick, self.locked)


@pytest.fixture
def ground(database: Database) -> Iterator[Ground]:
    with (
        Pools(database.url) as pools,
        Sequencer(database.url) as sequencer,
        Sequencer(database.url, limit=3) as in_instalments,
        LockedRecorder(database.superuser_url) as locked,
        writers(database.url, 3) as connections,
    ):
        yield Ground(pools, sequencer, in_instalments, locked, connections)


class Schedule:
    """Inserts, open transactions, ticks and reads in any order, drawn step by step.

    What is inserted follows the streams as they are, so that most of it is accepted; the rest
    repeats versions that are taken or leaves some out. A stream that an open transaction has
    written to is left alone meanwhile: whoever wrote to it would wait.
    """

    def __init__(self, ground: Ground, data: st.DataObject) -> None:
        self.ground = ground
        self.draw = data.draw
        self.contest = ground.contest()
        self.versions: dict[UUID, int] = {}
        self.written: dict[Connection, dict[UUID, int]] = {}

    def run(self, steps: int) -> None:
        """That many steps; then what is open is committed and the whole compared."""
        for _ in range(steps):
            possible = [self.insert] * 3 + [self.sequence, self.read]
            if len(self.written) < len(self.ground.connections):
                possible += [self.begin] * 2
            if self.written:
                possible += [self.go_on] * 4 + [self.end] * 2
            self.draw(st.sampled_from(possible))()
        for connection in self.contest.open.copy():
            self.contest.end(connection, keep=True)
        self.contest.check_whole()

    def insert(self) -> None:
        events, after = self._events({})
        if self.contest.insert(events):
            self.versions |= after

    def begin(self) -> None:
        connection = next(c for c in self.ground.connections if c not in self.written)
        events, after = self._events({})
        if self.contest.begin(connection, events):
            self.written[connection] = after

    def go_on(self) -> None:
        connection = self.draw(st.sampled_from([*self.written]))
        events, after = self._events(self.written[connection])
        if self.contest.go_on(connection, events):
            self.written[connection] |= after
        else:
            del self.written[connection]

    def end(self) -> None:
        connection = self.draw(st.sampled_from([*self.written]))
        keep = self.draw(st.sampled_from([True, True, False]))
        self.contest.end(connection, keep=keep)
        after = self.written.pop(connection)
        if keep:
            self.versions |= after

    def sequence(self) -> None:
        ground = self.ground
        self.contest.tick = self.draw(
            st.sampled_from([ground.sequencer.tick, ground.in_instalments.drain])
        )
        self.contest.sequence()

    def read(self) -> None:
        contest, number = self.contest, st.none() | st.integers(0, 6)
        if self.versions:
            contest.check_stream(
                self.draw(st.sampled_from([*self.versions])),
                gt=self.draw(number),
                lte=self.draw(number),
                desc=self.draw(st.booleans()),
                limit=self.draw(st.none() | st.integers(1, 3)),
            )
        page = {
            "start": self.draw(st.integers(1, 12)),
            "limit": self.draw(st.integers(1, 8)),
            "stop": self.draw(st.none() | st.integers(0, 12)),
            "topics": self.draw(st.lists(st.sampled_from(TOPICS), max_size=2)),
            "inclusive_of_start": self.draw(st.booleans()),
        }
        contest.check_page(contest.ours, contest.base, **page)
        contest.check_page(contest.locked, contest.locked_base, **page)
        contest.check_page(contest.memory, 0, **page)

    def _events(self, own: dict[UUID, int]) -> tuple[list[StoredEvent], dict[UUID, int]]:
        """Events to insert, and the versions of their streams once they are."""
        others = {s for written in self.written.values() if written is not own for s in written}
        after = {s: v for s, v in (self.versions | own).items() if s not in others}
        events = []
        for _ in range(self.draw(st.integers(1, 3))):
            stream = self.draw(st.sampled_from([*after, None]))
            if stream is None:
                stream = uuid4()
                after[stream] = 0
            step = self.draw(st.sampled_from([NEXT] * 12 + [LEAVING_ONE_OUT, AGAIN]))
            version = max(1, after[stream] + step)
            events.append(event(stream, version, self.draw(st.sampled_from(TOPICS))))
            after[stream] = max(after[stream], version)
        touched = {each.originator_id for each in events}
        return events, {stream: v for stream, v in after.items() if stream in touched}


@pytest.mark.guarantee("LG-11")
@settings(
    max_examples=15,
    deadline=None,
    # A schedule that is found is short enough to read; to shorten it would take minutes.
    phases=[Phase.reuse, Phase.generate],
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,  # a contest takes only what is new to it
    ],
)
@given(data=st.data())
def test_whatever_the_schedule_ours_is_like_the_one_that_locks(
    ground: Ground, data: st.DataObject
) -> None:
    Schedule(ground, data).run(steps=30)


# flaws --------------------------------------------------------------------------------------------


def course(contest: Contest, slow: Connection) -> None:
    """One course with everything in it that a recorder gets wrong."""
    left, right, other = uuid4(), uuid4(), uuid4()
    assert contest.insert([event(left, 1), event(right, 1), event(left, 2)])
    # Numbers drawn in turn, one transaction around another; both seen by the same tick.
    contest.begin(slow, [event(other, 1)])
    assert contest.insert([event(right, 2), event(right, 3)])
    contest.go_on(slow, [event(other, 2)])
    contest.end(slow, keep=True)
    contest.sequence()
    # The same again, seen by two ticks; and numbers that are drawn for nothing.
    contest.begin(slow, [event(other, 3)])
    assert contest.insert([event(right, 4)])
    contest.sequence()
    contest.end(slow, keep=True)
    contest.sequence()
    contest.begin(slow, [event(other, 4)])
    contest.end(slow, keep=False)
    # An early transaction that in the end writes after what it has seen.
    contest.begin(slow, [event(other, 4)])
    assert contest.insert([event(right, 5)])
    contest.go_on(slow, [event(right, 6)])
    contest.end(slow, keep=True)
    assert not contest.insert([event(right, 7), event(left, 2)])
    assert not contest.insert([event(left, 3), event(left, 3)])
    contest.check_stream(left)
    contest.check_whole()


class ByNumber(CaseRecorder):
    """Reads in the order of the numbers drawn while inserting: all that is left without a ledger.

    Which number is missing because of a roll-back it cannot know, so it counts anew.
    """

    def select_notifications(self, start: Any, limit: int, *_: Any, **__: Any) -> Any:
        query = b"select stream_id, version, seq from log.event order by seq"
        numbered = enumerate(self.pools.read(query, {}), start=1)
        return [
            Notification(each.originator_id, each.originator_version, each.topic, each.state, n)
            for n, (stream, version, _) in [*numbered][start : start + limit]
            for each in self.select_events(stream, gt=version - 1, lte=version)
        ]


class Forgiving(CaseRecorder):
    """Takes a version that is taken for one that has been recorded."""

    def insert_events(self, stored_events: Any, **_: Any) -> Any:
        for each in stored_events:
            with suppress(IntegrityError):
                super().insert_events([each])


class Descending(CaseRecorder):
    """Has the order of a stream the wrong way round."""

    def select_events(self, originator_id: Any, *, desc: bool = False, **how: Any) -> Any:
        return super().select_events(originator_id, desc=not desc, **how)


class Altered(Sequencer):
    """A sequencer whose statement has one thing changed."""

    def __init__(self, url: str, old: bytes, new: bytes) -> None:
        super().__init__(url)
        assert old in statement("tick")
        self._altered = statement("tick").replace(old, new)

    def tick(self) -> int:
        """Place what the altered statement finds."""
        connection = self._connection = self._connection or self._checked()
        row = connection.execute(self._altered, {"limit": Int8(1_000)}, binary=True).fetchone()
        return 0 if row is None else int(row[0])


def made(kind: type[CaseRecorder]) -> Callable[[Pools], CaseRecorder]:
    return lambda pools: kind(pools, lambda: datetime.now(UTC), uuid4)


def test_the_course_that_shows_flaws_is_no_trouble_for_ours(ground: Ground) -> None:
    course(ground.contest(), ground.connections[0])


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (ByNumber, "a transaction is split"),
        (Forgiving, "accepted, unlike LockedRecorder"),
        (Descending, "the stream differs"),
    ],
)
def test_a_flawed_recorder_is_found_out(
    ground: Ground, kind: type[CaseRecorder], told: str
) -> None:
    contest = ground.contest()
    contest.make = made(kind)
    contest.ours = contest.make(ground.pools)
    with pytest.raises(Disagreement, match=told):
        course(contest, ground.connections[0])


VISIBLE = b"pg_visible_in_snapshot(e.xid, (select upto from past))"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b"order by tx_last, seq", b"order by seq", "a transaction is split"),
        (b"max(seq) over (partition by xid)", b"xid::text::bigint", "a stream is out of order"),
        (
            VISIBLE,
            VISIBLE + b" and e.xid < pg_snapshot_xmin(pg_current_snapshot())",
            "not exactly what was committed",
        ),
    ],
    ids=["by number", "by transaction id", "behind the oldest transaction"],
)
def test_a_flawed_sequencer_is_found_out(
    ground: Ground, database: Database, old: bytes, new: bytes, told: str
) -> None:
    contest = ground.contest()
    with Altered(database.url, old, new) as sequencer:
        contest.tick = sequencer.tick
        with pytest.raises(Disagreement, match=told):
            course(contest, ground.connections[0])
