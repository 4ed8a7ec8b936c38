"""The library's own conformance cases against our recorder, and against the one it is held against.

Which of its cases apply, and which one a recorder that waits for nobody can't pass, is written in
docs/adr/0029.
"""

import sys
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import uuid4

import eventsourcing.cryptography
import psycopg
import pytest
from eventsourcing.persistence import (
    ApplicationRecorder,
    Notification,
    StoredEvent,
)
from tests.logbook import act, opened
from tests.oracle.contest import only, writers
from tests.oracle.factory import CaseFactory
from tests.oracle.locked import LockedRecorder
from tests.patience import until

from cases.app.embedded import Database
from cases.app.store.connections import Pools
from cases.app.store.mapper import SealedEvent
from cases.app.store.recorder import CaseRecorder
from cases.app.store.sequencer import Sequencer

# The library's cases import its default cipher, whose package we do not install; its other one
# stands in. It must be there before they are imported.
sys.modules.setdefault("eventsourcing.cipher", eventsourcing.cryptography)
from eventsourcing.tests.application import ExampleApplicationTestCase  # noqa: E402
from eventsourcing.tests.persistence import (  # noqa: E402
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
)


class Unwaiting(CaseRecorder):
    """Our recorder with a sequencer elsewhere: whoever inserts does not wait for a place."""

    def __init__(self, pools: Pools) -> None:
        super().__init__(pools, lambda: datetime.now(UTC), uuid4)


class PlacedBeforeReading(Unwaiting):
    """The same, read when the sequencer has been there."""

    def __init__(self, pools: Pools, sequencer: Sequencer) -> None:
        super().__init__(pools)
        self._sequencer = sequencer

    def select_notifications(self, *args: Any, **kwargs: Any) -> Sequence[Notification]:
        self._sequencer.drain()
        return super().select_notifications(*args, **kwargs)


class _OnDatabase:
    pools: ClassVar[Pools]
    sequencer: ClassVar[Sequencer]

    @pytest.fixture(autouse=True)
    def _parts(self, database: Database) -> Iterator[None]:
        with Pools(database.url, writers=12, readers=12) as pools, Sequencer(database.url) as one:
            type(self).pools, type(self).sequencer = pools, one
            yield

    def create_recorder(self) -> ApplicationRecorder:
        return CaseRecorder(
            self.pools, lambda: datetime.now(UTC), uuid4, place=self.sequencer.drain
        )


class _OnLockedTable:
    recorder: ClassVar[LockedRecorder]
    tells_positions: ClassVar[bool] = True

    @pytest.fixture(autouse=True)
    def _locked(self, database: Database) -> Iterator[None]:
        url = database.superuser_url
        with LockedRecorder(url, tells_positions=self.tells_positions) as recorder:
            type(self).recorder = recorder
            yield

    def create_recorder(self) -> ApplicationRecorder:
        return self.recorder


@pytest.mark.guarantee("LG-9")
class TestAggregateRecorder(_OnDatabase, AggregateRecorderTestCase):
    """The library's cases for a recorder of streams, which tells no positions."""

    def create_recorder(self) -> ApplicationRecorder:
        return Unwaiting(self.pools)


@pytest.mark.guarantee("LG-9")
class TestApplicationRecorder(_OnDatabase, ApplicationRecorderTestCase[ApplicationRecorder]):
    """The library's cases for a recorder with a notification log, the optional one included."""

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


@pytest.mark.guarantee("LG-9", "LG-10")
class TestNonInterleaving(_OnDatabase, NonInterleavingNotificationIDsBaseCase):
    """Two thousand events inserted by two at once, each of whom waits for its places."""


@pytest.mark.guarantee("LG-9", "LG-10")
class TestNonInterleavingPlacedLater(_OnDatabase, NonInterleavingNotificationIDsBaseCase):
    """The same when nobody waits, and the sequencer comes afterwards."""

    def create_recorder(self) -> ApplicationRecorder:
        return PlacedBeforeReading(self.pools, self.sequencer)


class TestLockedAggregateRecorder(_OnLockedTable, AggregateRecorderTestCase):
    """The oracle as a recorder of streams."""

    tells_positions = False


class TestLockedApplicationRecorder(
    _OnLockedTable, ApplicationRecorderTestCase[ApplicationRecorder]
):
    """The oracle as a recorder with a notification log."""

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestLockedNonInterleaving(_OnLockedTable, NonInterleavingNotificationIDsBaseCase):
    """The oracle, whose lock is made for this case."""


@pytest.mark.guarantee("LG-9")
class TestExampleApplication(_OnDatabase, ExampleApplicationTestCase):
    """An application of the library, with its own mapper, on our log."""

    expected_factory_topic = "tests.oracle.factory:CaseFactory"

    @pytest.fixture(autouse=True)
    def _chosen(self, _parts: None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PERSISTENCE_MODULE", self.expected_factory_topic)
        monkeypatch.setattr(CaseFactory, "recorder", self.create_recorder(), raising=False)


class _Asking(ApplicationRecorderTestCase[ApplicationRecorder]):
    """The library's cases, to be called one by one and seen to stop."""

    __test__ = False
    recorder: ApplicationRecorder

    def create_recorder(self) -> ApplicationRecorder:
        return self.recorder


class _AskingAtOnce(NonInterleavingNotificationIDsBaseCase):
    __test__ = False
    recorder: ApplicationRecorder

    def create_recorder(self) -> ApplicationRecorder:
        return self.recorder


def test_who_waits_for_nobody_is_told_no_position_and_is_not_read_at_once(
    database: Database,
) -> None:
    """The cases that fail without a sequencer at hand, and the very line at which they do."""
    with Pools(database.url) as pools:
        positions = _Asking("test_insert_select")
        positions.recorder = Unwaiting(pools)
        with pytest.raises(AssertionError, match=r"^None != \[1, 2\]$"):
            positions.test_insert_select()
        subscribed = _Asking("optional_test_insert_subscribe")
        subscribed.recorder = Unwaiting(pools)
        with pytest.raises(AssertionError, match=r"^None != \[1, 2\]$"):
            subscribed.optional_test_insert_subscribe()
        at_once = _AskingAtOnce("test")
        at_once.recorder = Unwaiting(pools)
        with pytest.raises(AssertionError, match=r"^1000 != 0$"):
            at_once.test()


@pytest.mark.guarantee("LG-10")
def test_events_whose_numbers_were_drawn_in_turn_stand_together_in_the_ledger(
    database: Database,
) -> None:
    """What the library's case leaves to chance: one insert begins, another passes it, it ends."""
    left, taken, right = uuid4(), uuid4(), uuid4()
    slow = [StoredEvent(s, v, "t", b"slow") for s, v in ((left, 1), (taken, 1), (left, 2))]
    quick = [StoredEvent(right, version, "t", b"quick") for version in (1, 2)]
    with (
        Pools(database.url) as pools,
        Sequencer(database.url) as sequencer,
        writers(database.url, 1) as (holder,),
        psycopg.connect(database.superuser_url, autocommit=True) as witness,
    ):
        recorder = PlacedBeforeReading(pools, sequencer)
        # Whoever wants this version waits in the middle of its insert until it is known to be free.
        holder.execute("begin")
        Unwaiting(only(holder)).insert_events([StoredEvent(taken, 1, "t", b"never")])
        inserting = threading.Thread(target=recorder.insert_events, args=(slow,))
        inserting.start()
        held_up = (
            "select from pg_stat_activity"
            " where datname = current_database() and wait_event_type = 'Lock'"
        )
        until(lambda: witness.execute(held_up).fetchone() is not None)
        recorder.insert_events(quick)
        holder.rollback()
        inserting.join()
        numbered = witness.execute("select stream_id from log.event order by seq")
        drawn = [row[0] for row in numbered]
        assert drawn == [left, taken, right, right, left]
        seen = recorder.select_notifications(None, 10)
    assert [(n.id, n.originator_id, n.originator_version) for n in seen] == [
        (1, right, 1),
        (2, right, 2),
        (3, left, 1),
        (4, taken, 1),
        (5, left, 2),
    ]


# Imported to be subclassed; not to be collected themselves.
del AggregateRecorderTestCase, ApplicationRecorderTestCase, ExampleApplicationTestCase
del NonInterleavingNotificationIDsBaseCase


def test_without_a_sequencer_at_hand_the_facts_wait_for_their_place(database: Database) -> None:
    event = StoredEvent(uuid4(), 1, "t", b"state")
    with Pools(database.url) as pools:
        recorder = CaseRecorder(pools, lambda: datetime.now(UTC), uuid4)
        assert recorder.insert_events([event]) is None
        assert recorder.select_notifications(None, 10) == []
        assert recorder.max_notification_id() is None
        with Sequencer(database.url) as sequencer:
            sequencer.drain()
        assert [n.id for n in recorder.select_notifications(None, 10)] == [1]


def test_sealed_facts_pass_through_the_librarys_mapper_and_recorder(database: Database) -> None:
    stream = uuid4()
    facts: Any = act(stream, 0, "k", 2).facts
    with opened(database.url) as store:
        _, key = store.keys.make(stream)
        store.keys.remember(stream, key)
        recorder = CaseRecorder(store.pools, lambda: datetime.now(UTC), uuid4)
        sealed = [store.mapper.to_stored_event(fact) for fact in facts]
        recorder.insert_events(sealed)
        stored = recorder.select_events(stream)
        assert [event.state for event in stored] == [event.state for event in sealed]
        assert all(isinstance(event, SealedEvent) for event in sealed)
        assert [store.mapper.to_domain_event(event) for event in sealed] == [*facts]
