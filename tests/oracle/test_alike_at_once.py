"""The same work done by several threads on both recorders, read all the while by two followers."""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby, pairwise
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    Notification,
    StoredEvent,
)
from tests.oracle.locked import LockedRecorder
from tests.patience import PATIENCE

from cases.app.embedded import Database
from cases.app.store.connections import Pools
from cases.app.store.recorder import CaseRecorder
from cases.app.store.sequencer import Sequencer

WRITERS, TURNS = 6, 20
SHARED = [uuid4() for _ in range(2)]
OWN = [uuid4() for _ in range(WRITERS)]


@dataclass(frozen=True)
class Insert:
    """One insert of the plan: events of the writer's own stream around some of a shared one.

    Each event says which insert it belongs to, and how many it was there before.
    """

    writer: int
    turn: int

    @property
    def label(self) -> bytes:
        return f"{self.writer}.{self.turn}".encode()

    @property
    def own(self) -> int:
        return 1 + self.turn % 3

    @property
    def shared(self) -> int:
        return self.turn % 2 + self.writer % 2

    def events(self, own_from: int, shared_from: int) -> list[StoredEvent]:
        own, shared = OWN[self.writer], SHARED[self.turn % 2]
        before = [StoredEvent(own, own_from + 1, "own", self.label)]
        between = [
            StoredEvent(shared, shared_from + n, "shared", self.label)
            for n in range(1, self.shared + 1)
        ]
        after = [StoredEvent(own, own_from + n, "own", self.label) for n in range(2, self.own + 1)]
        return [*before, *between, *after]


PLAN = [[Insert(writer, turn) for turn in range(TURNS)] for writer in range(WRITERS)]
TOTAL = sum(insert.own + insert.shared for inserts in PLAN for insert in inserts)


def write(recorder: ApplicationRecorder, inserts: Sequence[Insert]) -> int:
    """Do one writer's inserts, each until it is accepted; how often one was refused."""
    refused, own = 0, 0
    for insert in inserts:
        while True:
            newest = recorder.select_events(SHARED[insert.turn % 2], desc=True, limit=1)
            version = newest[0].originator_version if newest else 0
            try:
                recorder.insert_events(insert.events(own, version))
                break
            except IntegrityError:
                refused += 1
        own += insert.own
    return refused


def follow(recorder: ApplicationRecorder, limit: int) -> list[Notification]:
    """Everything, in the order in which it was seen while it came."""
    seen: list[Notification] = []
    until = time.monotonic() + PATIENCE
    while len(seen) < TOTAL and time.monotonic() < until:
        after = seen[-1].id if seen else 0
        seen += recorder.select_notifications(after, limit, inclusive_of_start=False)
    return seen


def done_at_once(recorder: ApplicationRecorder) -> tuple[list[list[Notification]], int]:
    """What two followers saw of the plan being done, and how many inserts were refused."""
    with ThreadPoolExecutor(WRITERS + 2) as threads:
        following = [threads.submit(follow, recorder, limit) for limit in (3, 50)]
        writing = [threads.submit(write, recorder, inserts) for inserts in PLAN]
        refused = sum(each.result() for each in writing)
        return [each.result() for each in following], refused


def check(seen: Sequence[Notification]) -> None:
    """What anybody may rely on who follows a recorder from its beginning."""
    assert [each.id for each in seen] == list(range(1, TOTAL + 1))
    versions: dict[UUID, int] = {}
    for each in seen:
        stream = each.originator_id
        assert isinstance(stream, UUID)
        assert each.originator_version == versions.get(stream, 0) + 1
        versions[stream] = each.originator_version
    # Each insert stands together, and those of one writer in the order in which they were done.
    runs = [label for label, _ in groupby(each.state for each in seen)]
    assert len(runs) == len(set(runs)) == WRITERS * TURNS
    for inserts in PLAN:
        turns = [runs.index(insert.label) for insert in inserts]
        assert all(a < b for a, b in pairwise(turns))


def final_state(recorder: ApplicationRecorder) -> dict[UUID, list[tuple[int, str]]]:
    """The streams, but for who won which version of a shared one."""
    return {
        stream: [
            (event.originator_version, event.topic) for event in recorder.select_events(stream)
        ]
        for stream in (*OWN, *SHARED)
    }


def own_streams(recorder: ApplicationRecorder) -> list[Sequence[StoredEvent]]:
    return [recorder.select_events(stream) for stream in OWN]


@pytest.fixture
def ours(database: Database) -> Iterator[CaseRecorder]:
    """Our recorder, and a sequencer in a thread of its own that works while it is used."""
    stop = threading.Event()
    with Sequencer(database.url, limit=20) as sequencer:
        running = threading.Thread(target=sequencer.run, args=(stop,), kwargs={"pause": 0.002})
        running.start()
        try:
            with Pools(database.url) as pools:
                yield CaseRecorder(pools, lambda: datetime.now(UTC), uuid4)
        finally:
            stop.set()
            running.join()


@pytest.mark.guarantee("LG-10", "LG-11")
def test_at_once_ours_comes_to_the_same_as_the_one_that_locks(
    ours: CaseRecorder, database: Database
) -> None:
    with LockedRecorder(database.superuser_url) as locked:
        for recorder in (ours, locked):
            followers, refused = done_at_once(recorder)
            assert refused > 0, "nobody was in anybody's way: that was no race"
            first, second = followers
            assert first == second
            check(first)
        assert final_state(ours) == final_state(locked)
        assert own_streams(ours) == own_streams(locked)
