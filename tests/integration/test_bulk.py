"""Many new cases in one transaction: what acts would have left, whole, and new ones only."""

import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from tests.adversary.examiner import Verdict, judge, ledger_of
from tests.logbook import Opened, act, opened
from tests.patience import until

from cases.app.embedded import Cluster, Database
from cases.app.store.bulk import BulkLog, Known, NewCase, NotNew, Written
from cases.app.store.connections import connect
from cases.app.store.entries import Append, Appended
from cases.app.store.faults import KeyUnavailable, StoreUnavailable, UnknownFactType
from cases.app.store.keys import DataKeys
from cases.app.store.mapper import CaseMapper, FactTypes
from cases.app.store.sequencer import Sequencer

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
TABLES = ("log.event", "log.identity", "log.case_key", "trail.access")


@pytest.fixture
def store(database: Database) -> Iterator[Opened]:
    with opened(database.url) as found:
        yield found


@pytest.fixture
def bulk(database: Database, store: Opened) -> Iterator[BulkLog]:
    with BulkLog(database.url, store.mapper, store.keys) as found:
        yield found


def acts(stream: UUID, blind: bytes | None = None, *, closed: bool = False) -> list[Append]:
    """An opening of two facts and two later acts; the last one may close the case."""
    return [
        act(stream, 0, "a", 2, at=AT, identities=(blind,) if blind else ()),
        act(stream, 2, "b", 1, at=AT + timedelta(hours=1)),
        act(stream, 3, "c", 3, at=AT + timedelta(hours=2), close=closed),
    ]


def new(
    store: Opened, stream: UUID, blind: bytes | None = None, *, closed: bool = False
) -> NewCase:
    return NewCase.of(acts(stream, blind, closed=closed), store.mapper)


def rows(database: Database, table: str) -> list[dict[str, Any]]:
    """The rows of a table, without what every writing makes anew; of that only the kind."""
    anew = {"seq", "xid", "written_at", "key_id", "wrapped", "sealed", "payload_hash"}
    with psycopg.connect(database.superuser_url) as connection:
        found = connection.execute(f"select * from {table}")
        names = [column.name for column in found.description or ()]
        told = [dict(zip(names, row, strict=True)) for row in found]
        return sorted(
            ({n: _kind(v) if n in anew else v for n, v in row.items()} for row in told),
            key=lambda row: str(
                [row.get(n) for n in ("stream_id", "case_id", "version", "id", "key")]
            ),
        )


def _kind(value: Any) -> object:
    return (type(value), len(value)) if isinstance(value, bytes) else type(value)


def counts(database: Database) -> dict[str, int]:
    return {table: len(rows(database, table)) for table in TABLES}


@pytest.mark.guarantee("BL-1")
def test_rows_are_those_that_the_acts_would_have_left_one_by_one(
    database: Database, cluster: Cluster, migrated_template: str, store: Opened, bulk: BulkLog
) -> None:
    told = [acts(uuid4(), os.urandom(32), closed=number == 1) for number in range(3)]
    assert bulk.write([NewCase.of(each, store.mapper) for each in told]) == Written(3, 18)
    other = cluster.create_database("one_by_one", template=migrated_template)
    try:
        with opened(other.url) as one_by_one:
            for each in told:
                for append in each:
                    assert isinstance(one_by_one.log.append(append), Appended)
            for each in told:
                stream = each[0].stream_id
                facts = tuple(fact for append in each for fact in append.facts)
                assert store.log.load(stream) == one_by_one.log.load(stream) == facts
        for table in TABLES:
            assert rows(database, table) == rows(other, table), table
    finally:
        cluster.drop_database(other.name)
    with psycopg.connect(database.superuser_url) as superuser:
        row = superuser.execute(
            "select bool_and(payload_hash = sha256(sealed)), count(distinct key_id),"
            " bool_and(xid is not null), count(distinct seq)"
            " from log.event"
        ).fetchone()
    assert row == (True, 3, True, 18)


@pytest.mark.guarantee("BL-5")
def test_keys_and_identities_are_taken_in_one_order_so_that_loaders_queue_and_not_deadlock(
    database: Database, store: Opened, bulk: BulkLog
) -> None:
    bulk.write([new(store, uuid4(), os.urandom(32)) for _ in range(20)])
    with psycopg.connect(database.superuser_url) as superuser:
        for column, table in (("blind", "log.identity"), ("stream_id", "log.case_key")):
            found = superuser.execute(f"select {column} from {table} order by ctid").fetchall()
            assert found == sorted(found), table
            assert len(found) == 20


@pytest.mark.guarantee("BL-5")
def test_a_stream_that_exists_is_refused_and_the_whole_batch_with_it(
    database: Database, store: Opened, bulk: BulkLog
) -> None:
    there, later = uuid4(), uuid4()
    store.log.append(act(there, 0, "k"))
    before = counts(database)
    again = [new(store, uuid4()), new(store, there), new(store, later)]
    assert bulk.write(again) == NotNew(Known.CASE)
    assert counts(database) == before
    assert bulk.write([new(store, later)]) == Written(1, 6)
    assert bulk.write([new(store, later)]) == NotNew(Known.CASE)


@pytest.mark.guarantee("BL-5")
def test_an_erased_stream_stays_erased(database: Database, store: Opened, bulk: BulkLog) -> None:
    erased = uuid4()
    store.log.append(act(erased, 0, "k"))
    with psycopg.connect(database.superuser_url) as superuser:
        superuser.execute("delete from log.case_key")
        superuser.execute("update log.event set sealed = null")
    assert bulk.write([new(store, erased)]) == NotNew(Known.CASE)


@pytest.mark.guarantee("BL-5")
def test_there_stays_one_open_case_for_an_identity_code(
    database: Database, store: Opened, bulk: BulkLog
) -> None:
    code, other = os.urandom(32), os.urandom(32)
    store.log.append(act(uuid4(), 0, "k", identities=(code,)))
    before = counts(database)
    assert bulk.write([new(store, uuid4(), other), new(store, uuid4(), code)]) == NotNew(
        Known.IDENTITY
    )
    assert bulk.write([new(store, uuid4(), other), new(store, uuid4(), other)]) == NotNew(
        Known.IDENTITY
    )
    assert counts(database) == before
    # A closed case holds nobody.
    assert bulk.write([new(store, uuid4(), code, closed=True)]) == Written(1, 6)
    assert bulk.known([code, other]) == {code}


@pytest.mark.guarantee("BL-6")
def test_a_case_goes_on_where_the_bulk_has_left_it(store: Opened, bulk: BulkLog) -> None:
    stream, code = uuid4(), os.urandom(32)
    bulk.write([new(store, stream, code)])
    assert store.log.append(act(stream, 6, "d", close=True)) == Appended(7, 7)
    assert [fact.version for fact in store.log.load(stream)] == list(range(1, 8))
    assert store.log.find_identity(code) == ((stream, False),)


@pytest.mark.guarantee("BL-6")
def test_facts_lie_side_by_side_in_the_order_of_recording_each_case_by_version(
    database: Database, store: Opened, bulk: BulkLog
) -> None:
    streams = [uuid4() for _ in range(4)]
    bulk.write([new(store, stream) for stream in streams])
    with Sequencer(database.url) as sequencer:
        assert sequencer.tick() == 24
    seen, gaps = ledger_of(database.superuser_url)
    assert gaps == 0
    assert [version for _, version in seen] == [1, 2] * 4 + [3] * 4 + [4, 5, 6] * 4
    assert [stream for stream, _ in seen[::2][:4]] == streams


@pytest.mark.guarantee("BL-6")
def test_loaders_appends_and_sequencers_at_once_leave_a_whole_ledger(database: Database) -> None:
    stop = threading.Event()
    failed: list[BaseException] = []

    def load() -> None:
        with (
            opened(database.url, size=1) as mine,
            BulkLog(database.url, mine.mapper, mine.keys) as writer,
        ):
            for _ in range(12):
                streams = [uuid4() for _ in range(8)]
                assert writer.write([new(mine, each) for each in streams]) == Written(8, 48)
                for each in streams[:4]:
                    assert mine.log.append(act(each, 6, "d", 2)) == Appended(7, 8)

    def sequence(limit: int) -> None:
        with Sequencer(database.url, limit=limit) as sequencer:
            sequencer.run(stop, pause=0.001)

    def guarded(what: Any, *arguments: Any) -> threading.Thread:
        def run() -> None:
            try:
                what(*arguments)
            except BaseException as error:
                failed.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    sequencing = [guarded(sequence, 30), guarded(sequence, 1_000)]
    for loading in [guarded(load) for _ in range(3)]:
        loading.join()
    stop.set()
    for thread in sequencing:
        thread.join()
    with Sequencer(database.url, limit=100) as sequencer:
        sequencer.drain()
    seen, gaps = ledger_of(database.superuser_url)
    assert not failed
    assert len(seen) == 3 * 12 * (48 + 8)
    assert (judge(seen, database.superuser_url), gaps) == (Verdict(0, 0, 0, 0, 0), 0)


@pytest.mark.guarantee("BL-6")
def test_a_transaction_cut_off_leaves_nothing_and_says_that_nobody_knows(
    database: Database, store: Opened, bulk: BulkLog
) -> None:
    bulk.write([new(store, uuid4())])
    before = counts(database)
    stream = uuid4()
    outcome: list[Exception] = []

    def write() -> None:
        try:
            bulk.write([new(store, stream)])
        except Exception as error:
            outcome.append(error)

    # Held up at the trail, the last table, and cut off there.
    with psycopg.connect(database.superuser_url) as superuser:
        superuser.execute("lock table trail.access in access exclusive mode")
        writing = threading.Thread(target=write)
        writing.start()
        cut_off = (
            "select pg_terminate_backend(pid) from pg_locks where not granted"
            " and relation = 'trail.access'::regclass"
        )
        until(lambda: superuser.execute(cut_off).fetchone() is not None)
        writing.join()
    assert [type(error) for error in outcome] == [StoreUnavailable]
    assert counts(database) == before
    assert bulk.write([new(store, stream)]) == Written(1, 6)  # on a new connection


def test_without_a_database_or_keys_it_says_so(store: Opened, database: Database) -> None:
    with (
        BulkLog("host=/nowhere", store.mapper, store.keys) as nowhere,
        pytest.raises(StoreUnavailable),
    ):
        nowhere.write([new(store, uuid4())])

    class Locked:
        def __getattr__(self, name: str) -> Any:
            raise KeyUnavailable(name)

    keys = DataKeys(Locked(), os.urandom, lambda: 0.0)
    with BulkLog(database.url, store.mapper, keys) as locked, pytest.raises(KeyUnavailable):
        locked.write([new(store, uuid4())])


def test_what_could_never_be_right_is_no_new_case(store: Opened) -> None:
    stream = uuid4()
    good = acts(stream)
    for wrong in (good[1:], [good[0], good[2]], [good[0], *acts(uuid4())[1:]]):
        with pytest.raises(ValueError, match=r"without gaps|belong to its stream"):
            NewCase.of(wrong, store.mapper)
    case = NewCase.of(good, store.mapper)
    with pytest.raises(ValueError, match="never decrease"):
        replace(
            case,
            facts=(case.facts[0]._replace(recorded_at=AT + timedelta(days=1)), *case.facts[1:]),
        )
    with pytest.raises(ValueError, match="belong to its stream"):
        replace(case, stream_id=uuid4())
    unknown = CaseMapper(FactTypes({}), store.keys, os.urandom)
    with pytest.raises(UnknownFactType):
        NewCase.of(good, unknown)


@pytest.mark.guarantee("BL-6")
def test_everything_is_done_with_the_rights_of_a_writer(
    database: Database, store: Opened, bulk: BulkLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    roles: list[str] = []

    def noting(url: str, role: Any, **settings: str) -> Any:
        roles.append(role.value)
        return connect(url, role, **settings)

    monkeypatch.setattr("cases.app.store.bulk.connect", noting)
    bulk.close()
    assert bulk.write([new(store, uuid4())]) == Written(1, 6)
    assert roles == ["cases_writer"]
