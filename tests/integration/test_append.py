"""Appending an act: whole or not at all, once, and never silently lost."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from uuid import UUID, uuid4

import psycopg
import pytest
from tests.logbook import access, act, opened

from cases.app.embedded import Database
from cases.app.store.entries import (
    Append,
    Appended,
    Busy,
    IdentityTaken,
    KeyReused,
    Replayed,
    VersionConflict,
    wrote,
)
from cases.app.store.faults import Erased, RecordedBackwards, StoreUnavailable
from cases.app.store.sequencer import Sequencer
from cases.app.store.trail import Trail

BLIND = b"b" * 32
OTHER = b"o" * 32
TABLES = ("log.event", "log.identity", "log.case_key", "trail.access")


def counts(database: Database) -> dict[str, int]:
    with psycopg.connect(database.superuser_url) as connection:
        found = {}
        for table in TABLES:
            row = connection.execute(f"select count(*) from {table}").fetchone()
            assert row is not None
            found[table] = row[0]
        return found


@pytest.mark.guarantee("LG-1")
def test_an_act_leaves_facts_idempotency_record_and_access_record_together(
    database: Database,
) -> None:
    stream = uuid4()
    with opened(database.url) as store:
        assert store.log.append(act(stream, 0, "k", 3, identities=(BLIND, OTHER))) == Appended(1, 3)
    assert counts(database) == {
        "log.event": 3,
        "log.identity": 2,
        "log.case_key": 1,
        "trail.access": 1,
    }


@pytest.mark.guarantee("LG-1")
def test_a_refused_append_leaves_nothing_at_all(database: Database) -> None:
    with opened(database.url) as store:
        store.log.append(act(uuid4(), 0, "first", identities=(BLIND,)))
        before = counts(database)
        refused = store.log.append(act(uuid4(), 0, "second", 2, identities=(OTHER, BLIND)))
    assert isinstance(refused, IdentityTaken)
    assert counts(database) == before


def test_facts_read_back_as_they_were_recorded(database: Database) -> None:
    stream = uuid4()
    wanted = act(stream, 0, "k", 3)
    with opened(database.url) as store:
        store.log.append(wanted)
        assert store.log.load(stream) == wanted.facts
        assert store.log.load(stream, gt=1, lte=2) == wanted.facts[1:2]
        assert store.log.load(uuid4()) == ()
        assert store.log.version_of(stream) == 3


@pytest.mark.guarantee("LG-2")
def test_a_repeat_finds_the_first_answer_and_writes_nothing(database: Database) -> None:
    stream = uuid4()
    first, later = act(stream, 0, "k"), act(stream, 1, "l")
    with opened(database.url) as store:
        store.log.append(first)
        store.log.append(later)
        before = counts(database)
        # The same act anew: as sent, against the version it now sees, and with a later instant.
        for again in (first, act(stream, 0, "k"), act(stream, 2, "k"), act(stream, 7, "k")):
            assert store.log.append(again) == Replayed(first.act)
        assert store.log.find_act(stream, "officer-1", "l") == later.act
        assert store.log.find_act(stream, "officer-2", "l") is None
    assert counts(database) == before


@pytest.mark.guarantee("LG-2")
def test_a_key_used_for_another_act_is_told_so(database: Database) -> None:
    stream = uuid4()
    with opened(database.url) as store:
        store.log.append(act(stream, 0, "k"))
        for expected in (0, 1, 5):
            other = act(stream, expected, "k", fingerprint=b"other")
            assert store.log.append(other) == KeyReused()


@pytest.mark.guarantee("LG-3")
@pytest.mark.parametrize("expected", [0, 1, 3, 9])
def test_only_an_act_decided_against_the_present_version_is_recorded(
    database: Database, expected: int
) -> None:
    stream = uuid4()
    with opened(database.url) as store:
        store.log.append(act(stream, 0, "k", 2))
        assert store.log.append(act(stream, expected, "l")) == VersionConflict(2)
        assert store.log.append(act(stream, 2, "l")) == Appended(3, 3)


@pytest.mark.guarantee("LG-3")
def test_of_parallel_acts_on_one_version_exactly_one_wins(database: Database) -> None:
    stream = uuid4()
    with opened(database.url, size=12) as store, ThreadPoolExecutor(12) as threads:
        for expected in range(5):
            attempts = [act(stream, expected, f"{expected}-{n}") for n in range(12)]
            results = list(threads.map(store.log.append, attempts))
            assert sum(map(wrote, results)) == 1
            assert results.count(VersionConflict(expected + 1)) == 11
        assert [fact.version for fact in store.log.load(stream)] == [1, 2, 3, 4, 5]


@pytest.mark.guarantee("LG-4")
def test_recording_instants_never_decrease_in_a_stream(database: Database) -> None:
    stream, now = uuid4(), datetime.now(UTC)
    with opened(database.url) as store:
        store.log.append(act(stream, 0, "k", at=now))
        with pytest.raises(RecordedBackwards):
            store.log.append(act(stream, 1, "l", at=now - timedelta(microseconds=1)))
        assert store.log.append(act(stream, 1, "l", at=now)) == Appended(2, 2)


def test_an_act_is_recorded_at_one_instant() -> None:
    whole = act(uuid4(), 0, "k", 2)
    early = replace(whole.facts[1], recorded_at=datetime(2020, 1, 1, tzinfo=UTC))
    with pytest.raises(ValueError, match="one instant"):
        Append(whole.stream_id, 0, (whole.facts[0], early), whole.act, ())


def test_the_parts_of_an_append_must_fit_together() -> None:
    one, other = act(uuid4(), 0, "k", 2), act(uuid4(), 0, "k", 2)
    with pytest.raises(ValueError, match="gaps"):
        Append(one.stream_id, 0, one.facts[1:], one.act, ())
    with pytest.raises(ValueError, match="gaps"):
        Append(one.stream_id, 0, (), one.act, ())
    with pytest.raises(ValueError, match="stream"):
        Append(one.stream_id, 0, other.facts, one.act, ())
    with pytest.raises(ValueError, match="versions"):
        Append(one.stream_id, 0, one.facts[:1], one.act, ())
    with pytest.raises(ValueError, match="line in the trail"):
        Append(one.stream_id, 0, one.facts, one.act, ())
    other_purpose = (one.facts[0], replace(one.facts[1], purpose="other"))
    with pytest.raises(ValueError, match="header"):
        Append(one.stream_id, 0, other_purpose, one.act, one.access)
    with pytest.raises(ValueError, match="not both"):
        Append(one.stream_id, 0, one.facts, one.act, one.access, (BLIND,), close_identities=True)


@pytest.mark.guarantee("LG-5")
def test_an_identity_code_has_one_open_case(database: Database) -> None:
    one, two = uuid4(), uuid4()
    with opened(database.url) as store:
        store.log.append(act(one, 0, "open", identities=(BLIND,)))
        assert store.log.append(act(two, 0, "open", identities=(BLIND,))) == IdentityTaken(one)
        assert store.log.append(act(one, 1, "close", close=True)) == Appended(2, 2)
        assert store.log.find_identity(BLIND) == ((one, False),)
        assert store.log.append(act(two, 0, "open", identities=(BLIND,))) == Appended(1, 1)
        assert store.log.find_identity(BLIND) == ((one, False), (two, True))
        assert store.log.append(act(one, 2, "reopen", reopen=True)) == IdentityTaken(two)
        assert store.log.append(act(two, 1, "close", close=True)) == Appended(2, 2)
        assert store.log.append(act(one, 2, "reopen", reopen=True)) == Appended(3, 3)
        assert store.log.find_identity(OTHER) == ()


@pytest.mark.guarantee("LG-5")
def test_of_parallel_openings_for_one_person_exactly_one_wins(database: Database) -> None:
    with opened(database.url) as store, ThreadPoolExecutor(8) as threads:
        attempts = [act(uuid4(), 0, "open", identities=(OTHER, BLIND)) for _ in range(8)]
        results = list(threads.map(store.log.append, attempts))
        winner = attempts[[wrote(result) for result in results].index(True)].stream_id
        assert sorted(map(repr, results)) == sorted(
            map(repr, [Appended(1, 1), *[IdentityTaken(winner)] * 7])
        )


@pytest.mark.guarantee("LG-6")
def test_a_twin_in_flight_is_waited_for_and_then_answers(database: Database) -> None:
    stream = uuid4()
    with opened(database.url, lock_timeout=300) as store:
        store.log.append(act(stream, 0, "k"))
        with psycopg.connect(database.superuser_url) as twin:
            _half_written(twin, stream, 2)
            assert store.log.append(act(stream, 1, "l")) == Busy()
            answered: list[object] = []
            waiting = threading.Thread(
                target=lambda: answered.append(store.log.append(act(stream, 1, "l")))
            )
            waiting.start()
            twin.rollback()
            waiting.join()
    assert answered == [Appended(2, 2)]


def _half_written(connection: psycopg.Connection, stream: UUID, version: int) -> None:
    connection.execute(
        "insert into log.event (stream_id, version, event_id, topic, recorded_at, metadata,"
        " key_id, payload_hash) select %s, %s, gen_random_uuid(), 't', now(), '{}',"
        " gen_random_uuid(), sha256('')",
        (stream, version),
    )


@pytest.mark.guarantee("LG-7")
def test_a_lost_connection_is_unknown_and_the_next_act_gets_a_new_one(database: Database) -> None:
    stream = uuid4()
    with opened(database.url, size=1) as store:
        store.log.append(act(stream, 0, "k"))
        store.log.load(stream)
        with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
            superuser.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
        assert len(store.log.load(stream)) == 1  # reading twice harms nobody
        with pytest.raises(StoreUnavailable):
            store.log.append(act(stream, 1, "l"))
        assert store.log.append(act(stream, 1, "l")) == Appended(2, 2)


@pytest.mark.guarantee("KY-4")
def test_a_destroyed_key_is_noticed_at_once_and_seals_nothing_more(database: Database) -> None:
    stream, other = uuid4(), uuid4()
    with opened(database.url) as store:
        first = act(stream, 0, "k")
        store.log.append(first)
        store.log.append(act(other, 0, "k"))
        store.log.load(stream)
        with psycopg.connect(database.superuser_url) as owner:
            owner.execute(
                "update log.case_key set wrapped = null, destroyed_at = now() where stream_id = %s",
                (stream,),
            )
        with pytest.raises(Erased):
            store.log.append(act(stream, 1, "l"))  # the key is still remembered
        with pytest.raises(Erased):
            store.log.append(act(stream, 1, "l"))  # and now it is not
        with pytest.raises(Erased):
            store.log.load(stream)
        assert store.log.append(first) == Replayed(first.act)
        assert store.log.append(act(stream, 4, "m")) == VersionConflict(1)
        many = store.log.load_since({stream: 0, other: 0, uuid4(): 0})
        assert many.keys() == {stream, other}
        assert isinstance(many[other], tuple)
        assert not isinstance(many[stream], tuple)


def test_the_trail_keeps_the_order_of_writing_and_pages(database: Database) -> None:
    case = uuid4()
    records = [access(case) for _ in range(3)]
    with opened(database.url) as store:
        trail = Trail(store.pools)
        trail.write([records[0], access(uuid4()), records[1]])
        trail.write([records[2], access(None)])
        trail.write([])
        first = trail.of_case(case, limit=2)
        rest = trail.of_case(case, after=first[-1].seq)
    assert [line.record for line in (*first, *rest)] == records


@pytest.mark.guarantee("LG-3")
def test_nothing_on_the_append_path_swallows_a_conflict() -> None:
    folder = files("cases.app.store")
    sources = [*(folder / "sql").iterdir(), *folder.iterdir()]
    texts = [source.read_text().lower() for source in sources if source.is_file()]
    assert len(texts) > 20
    for text in texts:
        assert "on conflict" not in text
        assert "do nothing" not in text
    append = (folder / "sql" / "append.sql").read_text().lower()
    statement = "\n".join(line for line in append.splitlines() if not line.startswith("--"))
    assert "notify" not in statement
    assert "lock" not in statement


def test_the_log_tells_what_stands_where_and_what_streams_have_gained(database: Database) -> None:
    one, two = UUID(int=1), UUID(int=2)
    nobody = UUID(int=0)
    with opened(database.url) as store, Sequencer(database.url) as sequencer:
        for stream, expected, key in ((two, 0, "a"), (one, 0, "b"), (two, 1, "c")):
            store.log.append(act(stream, expected, key))
        sequencer.drain()
        assert store.log.places(0, 9) == ((1, two, 1), (2, one, 1), (3, two, 2))
        assert store.log.places(1, 2) == ((2, one, 1),)
        gained = store.log.load_since({one: 1, two: 1, nobody: 0})
        assert {
            stream: [fact.version for fact in facts]
            for stream, facts in gained.items()
            if isinstance(facts, tuple)
        } == {two: [2]}
        assert store.log.streams(nobody, UUID(int=9)) == (one, two)
        assert store.log.streams(nobody, one) == (one,)
        assert store.log.streams(one, two, limit=1) == (two,)
