"""Old bytes in the real log, and three releases that write to one stream."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import psycopg
import pytest
from tests.corpus.example import KEY_ID, SECRET, Example
from tests.corpus.visits import (
    VisitNoted1,
    VisitNoted2,
    VisitNoted3,
    Visitor,
    corpus_of,
    types_of,
)
from tests.logbook import KEYRING, act, opened

from cases.app.embedded import Database
from cases.app.store.connections import Pools
from cases.app.store.entries import Appended
from cases.app.store.faults import UnknownFactType
from cases.app.store.recorder import CaseRecorder
from cases.app.store.sequencer import Sequencer
from cases.domain.facts import Fact


def put(database: Database, examples: list[Example]) -> UUID:
    """The examples as the log of their release would hold them; their stream."""
    stream = examples[0].stream
    with (
        Pools(database.url) as pools,
        psycopg.connect(database.superuser_url) as superuser,
    ):
        recorder = CaseRecorder(pools, lambda: datetime.now(UTC), uuid4)
        recorder.insert_events([example.stored() for example in examples])
        superuser.execute(
            "insert into log.case_key (stream_id, key_id, wrapped, wrapping_key, created_at)"
            " values (%s, %s, %s, %s, now())",
            (stream, KEY_ID, KEYRING.wrap(SECRET, stream.bytes), KEYRING.wrapping_key_id()),
        )
    with Sequencer(database.url) as sequencer:
        sequencer.drain()
    return stream


@pytest.mark.guarantee("EV-1")
def test_bytes_of_the_first_release_are_read_from_the_log_by_the_third(
    database: Database,
) -> None:
    corpus = corpus_of(3)
    streams = [put(database, examples) for examples in corpus.histories().values()]
    wanted = corpus.read([e for examples in corpus.histories().values() for e in examples])
    with opened(database.url, types=types_of(3)) as store:
        assert [f for stream in streams for f in store.log.load(stream)] == [*wanted]
        many = store.log.load_since(dict.fromkeys(streams, 0))
        assert many == {s: tuple(f for f in wanted if f.stream_id == s) for s in streams}
        page = store.log.page(0)
    assert [fact.fact for fact in page.facts] == [fact.fact for fact in wanted]
    assert page.not_read == ()


@pytest.mark.guarantee("EV-1")
def test_a_stream_written_by_three_releases_is_one_history_to_the_last(
    database: Database,
) -> None:
    stream, day = uuid4(), date(2026, 1, 9)
    facts: dict[int, Fact] = {
        1: VisitNoted1(visited_on=day, by="Aino and Veikko", note=None),
        2: VisitNoted2(visited_on=day, visitors=("Ulla",), note="two"),
        3: VisitNoted3(held_on=day, visitors=(Visitor(name="Aino"),), note="three"),
    }
    for release, fact in facts.items():
        with opened(database.url, types=types_of(release)) as store:
            wanted = act(stream, release - 1, f"key-{release}")
            (recorded,) = wanted.facts
            wanted = replace(wanted, facts=(replace(recorded, fact=fact),))
            assert store.log.append(wanted) == Appended(release, release)
    with opened(database.url, types=types_of(3)) as store, Sequencer(database.url) as sequencer:
        sequencer.drain()
        assert [recorded.fact for recorded in store.log.load(stream)] == [
            VisitNoted3(
                held_on=day, visitors=(Visitor(name="Aino"), Visitor(name="Veikko")), note=""
            ),
            VisitNoted3(held_on=day, visitors=(Visitor(name="Ulla"),), note="two"),
            facts[3],
        ]
    with opened(database.url, types=types_of(1)) as store:
        assert [recorded.fact for recorded in store.log.load(stream, lte=1)] == [facts[1]]
        with pytest.raises(UnknownFactType) as newer:
            store.log.load(stream)
        assert (newer.value.version, newer.value.topic) == (2, "test.visit-noted.v2")
        page = store.log.page(0)
        assert [fact.position for fact in page.facts] == [1]
        assert [(each.position, each.cause.topic) for each in page.not_read] == [
            (2, "test.visit-noted.v2"),
            (3, "test.visit-noted.v3"),
        ]
