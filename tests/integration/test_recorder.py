"""The library's own conformance cases against our recorder, and what they leave out."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import uuid4

import eventsourcing.cryptography
import pytest
from eventsourcing.persistence import AggregateRecorder, ApplicationRecorder, StoredEvent
from tests.logbook import act, opened

from cases.app.embedded import Database
from cases.app.store.connections import Pools
from cases.app.store.mapper import SealedEvent
from cases.app.store.recorder import CaseRecorder
from cases.app.store.sequencer import Sequencer

# The library's cases import its default cipher, whose package we do not install; its other one
# stands in. It must be there before they are imported.
sys.modules.setdefault("eventsourcing.cipher", eventsourcing.cryptography)
from eventsourcing.tests.persistence import (  # noqa: E402
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
)


class _OnDatabase:
    pools: ClassVar[Pools]

    @pytest.fixture(autouse=True)
    def _pools(self, database: Database) -> Iterator[None]:
        with Pools(database.url, writers=12, readers=12) as pools:
            type(self).pools = pools
            yield


@pytest.mark.guarantee("LG-9")
class TestAggregateRecorder(_OnDatabase, AggregateRecorderTestCase):
    """The library's cases for a recorder of streams."""

    def create_recorder(self) -> AggregateRecorder:
        return CaseRecorder(self.pools, lambda: datetime.now(UTC), uuid4)


@pytest.mark.guarantee("LG-9")
class TestApplicationRecorder(_OnDatabase, ApplicationRecorderTestCase[ApplicationRecorder]):
    """The library's cases for a recorder with a notification log, the optional one included."""

    @pytest.fixture(autouse=True)
    def _sequencer(self, database: Database) -> Iterator[None]:
        with Sequencer(database.url) as sequencer:
            self.sequencer = sequencer
            yield

    def create_recorder(self) -> ApplicationRecorder:
        return CaseRecorder(
            self.pools, lambda: datetime.now(UTC), uuid4, place=self.sequencer.drain
        )

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


# Imported to be subclassed; not to be collected themselves.
del AggregateRecorderTestCase, ApplicationRecorderTestCase


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
