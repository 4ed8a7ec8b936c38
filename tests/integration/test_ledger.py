"""Places in the ledger, and the epochs that tell one history of it from another."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from psycopg.rows import TupleRow
from tests.adversary.attackers import INSERT
from tests.logbook import Opened, act, opened
from tests.patience import PATIENCE, until
from tests.tally import TALLY, Tally

from cases.app.embedded import Database
from cases.app.store import sequencer
from cases.app.store.connections import Pools, Role, connect, statement
from cases.app.store.faults import LedgerWentBack, StoreUnavailable, TransactionIdsRestarted
from cases.app.store.ledger import Epoch, Ledger, Place
from cases.app.store.recorder import CaseRecorder
from cases.app.store.sequencer import SETTINGS, Sequencer, rebase
from cases.app.store.views import views_engine
from cases.projections.engine import Runner
from cases.projections.status import status

IDLE = "idle_in_transaction_session_timeout"


def write(store: Opened, facts: int) -> None:
    """Facts of a case of their own."""
    store.log.append(act(uuid4(), 0, "k", facts))


def sql(database: Database, *queries: str) -> list[TupleRow]:
    """What the last of the queries finds, asked past all rights."""
    with psycopg.connect(database.superuser_url) as superuser:
        for query in queries:
            cursor = superuser.execute(query.encode())
        return cursor.fetchall() if cursor.description else []


def take_back(database: Database, to: int) -> None:
    """Lose every fact after a position, and start another server on what is left."""
    sql(
        database,
        "delete from log.event e using log.ledger l where (l.stream_id, l.version) ="
        f" (e.stream_id, e.version) and l.idx > {to}",
        f"delete from log.ledger where idx > {to}",
        f"delete from log.epoch where first_idx > {to + 1}",
        f"update log.sequencer set next = {to + 1}",
        "update log.epoch set server_started = server_started - interval '1 day'",
    )


def epochs(database: Database) -> list[TupleRow]:
    """Number, first position and reason of every epoch."""
    return sql(database, "select number, first_idx, reason from log.epoch order by number")


@pytest.mark.guarantee("RS-1")
def test_a_server_begins_one_epoch_before_it_places_anything(database: Database) -> None:
    begun: list[Epoch] = []
    with opened(database.url) as store:
        write(store, 3)
        with Sequencer(database.url, begun=begun.append) as sequencer:
            assert sequencer.drain() == 3
            write(store, 2)
            assert sequencer.drain() == 2
            assert sequencer.epoch() == begun[0]
        with Sequencer(database.url, begun=begun.append) as another:
            assert another.drain() == 0
    # The database is a copy of one that was migrated beforehand.
    assert epochs(database) == [(1, 1, "installation"), (2, 1, "copy")]
    assert [(epoch.number, epoch.first_idx, epoch.reason) for epoch in begun] == [(2, 1, "copy")]


@pytest.mark.guarantee("RS-1")
def test_a_connection_that_is_led_to_another_server_places_nothing_before_its_epoch(
    database: Database,
) -> None:
    """As behind a pooler: the sequencer notices no loss of its connection."""
    begun: list[Epoch] = []
    with opened(database.url) as store, Sequencer(database.url, begun=begun.append) as sequencer:
        write(store, 5)
        assert sequencer.tick() == 5
        take_back(database, 3)
        write(store, 1)
        assert sequencer.tick() == 1
        assert store.log.head() == 4
    assert [(epoch.first_idx, epoch.reason) for epoch in begun] == [(1, "copy"), (4, "restart")]


@pytest.mark.guarantee("RS-1", "SQ-10")
def test_a_connection_that_is_led_to_a_logically_restored_log_is_refused(
    database: Database,
) -> None:
    with opened(database.url) as store, Sequencer(database.url) as sequencer:
        write(store, 5)
        assert sequencer.tick() == 5
        take_back(database, 3)
        sql(database, "update log.sequencer set system_identifier = 1")
        write(store, 1)
        for _ in range(2):
            with pytest.raises(TransactionIdsRestarted):
                sequencer.tick()
        assert store.log.head() == 3
    assert len(epochs(database)) == 2


@pytest.mark.guarantee("RS-1")
@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ("server_started = server_started - interval '1 day'", "restart"),
        ("timeline = timeline + 1", "recovery"),
        ("ledger_file = 'base/1/1'", "copy"),
    ],
)
def test_an_epoch_says_why_it_began(database: Database, changed: str, reason: str) -> None:
    with Sequencer(database.url) as sequencer:
        sequencer.tick()
        sequencer.close()
        sql(
            database,
            f"update log.epoch set {changed}",
            "update log.epoch set server_started = server_started - interval '1 day'",
        )
        epoch = sequencer.epoch()
    assert (epoch.number, epoch.reason) == (3, reason)
    assert epoch.goes_on == (reason == "restart")
    assert f"epoch 3 from position 1 on, since {epoch.begun_at:%Y-%m-%d}" in str(epoch)


@pytest.mark.guarantee("RS-1", "SQ-7")
def test_a_sequencer_that_stands_still_while_it_begins_an_epoch_loses_it_to_another(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert SETTINGS[IDLE] not in {"0", ""}
    monkeypatch.setitem(SETTINGS, IDLE, "1s")
    begin, stands, goes_on = sequencer.begin_epoch, threading.Event(), threading.Event()

    def and_stand_still(connection: psycopg.Connection[TupleRow]) -> Epoch:
        epoch = begin(connection)
        if not stands.is_set():
            stands.set()
            assert goes_on.wait(PATIENCE)
        return epoch

    monkeypatch.setattr(sequencer, "begin_epoch", and_stand_still)
    with (
        opened(database.url) as store,
        Sequencer(database.url) as one,
        Sequencer(database.url) as two,
        ThreadPoolExecutor(1) as thread,
    ):
        write(store, 1)
        stopped = thread.submit(one.tick)
        try:
            assert stands.wait(PATIENCE)
            until(lambda: two.tick() == 1)
        finally:
            goes_on.set()
        with pytest.raises(StoreUnavailable):
            stopped.result(20)
        write(store, 1)
        assert one.tick() == 1
    assert epochs(database) == [(1, 1, "installation"), (2, 1, "copy")]


@pytest.mark.guarantee("RS-1")
def test_of_two_sequencers_one_begins_the_epoch_and_neither_waits(database: Database) -> None:
    begun: list[Epoch] = []
    with (
        opened(database.url) as store,
        psycopg.connect(database.superuser_url) as holder,
        Sequencer(database.url, begun=begun.append) as one,
        Sequencer(database.url, begun=begun.append) as two,
    ):
        write(store, 1)
        holder.execute("select 1 from log.sequencer for update")
        assert (one.tick(), two.tick()) == (0, 0)
        assert len(epochs(database)) == 1
        holder.rollback()
        assert (one.tick(), two.tick()) == (1, 0)
    assert len(epochs(database)) == 2
    assert len(begun) == 1


@pytest.mark.guarantee("RS-9")
def test_a_place_is_shown_when_it_is_durable_whatever_the_writers_wait_for(
    database: Database,
) -> None:
    sql(database, f"alter database {database.name} set synchronous_commit = off")
    with connect(database.url, Role.WRITER) as writer:
        assert writer.execute("show synchronous_commit").fetchone() == ("off",)
    with connect(database.url, Role.SEQUENCER, **SETTINGS) as sequencer:
        assert sequencer.execute("show synchronous_commit").fetchone() == ("on",)


@pytest.mark.guarantee("RS-2")
def test_a_place_holds_until_its_position_is_given_again(database: Database) -> None:
    with opened(database.url) as store, Sequencer(database.url) as sequencer:
        ledger = Ledger(store.pools)
        write(store, 5)
        sequencer.drain()
        before = {n: store.log.page(n - 1, 1).place for n in range(1, 6)}
        assert before[5] == ledger.end()
        take_back(database, 3)

        def refused(place: Place) -> int | None:
            try:
                ledger.check(place)
            except LedgerWentBack as error:
                return error.first_idx
            return None

        # Shorter than before, then as long, then longer; a position alone is lost sight of.
        for alone in (4, None, None):
            assert {n: refused(place) for n, place in before.items()} == {
                1: None,
                2: None,
                3: None,
                4: 4,
                5: 4,
            }
            assert refused(Place(5)) == alone
            write(store, 2)
            sequencer.drain()
        assert refused(ledger.end()) is None
        assert refused(Place(0)) is None
        assert refused(Place(0, uuid4())) is None


@pytest.mark.guarantee("RS-2")
def test_two_successors_of_one_server_are_told_apart(database: Database) -> None:
    """Both begin epoch 3 at position 4: only the epoch's id differs."""
    with opened(database.url) as store, Sequencer(database.url) as sequencer:
        write(store, 3)
        sequencer.drain()
        ends = []
        for _ in range(2):
            sql(database, "delete from log.epoch where number = 3")
            take_back(database, 3)
            write(store, 2)
            sequencer.drain()
            ends.append(Ledger(store.pools).end())
            assert epochs(database)[-1] == (3, 4, "restart")
        assert [place.idx for place in ends] == [5, 5]
        with pytest.raises(LedgerWentBack) as refused:
            store.log.page(ends[0])
        assert refused.value.first_idx == 1  # nothing is known of where they parted
        assert store.log.page(ends[1]).place == ends[1]


@pytest.mark.guarantee("RS-2")
def test_a_page_is_given_only_to_whom_the_ledger_has_not_left_behind(database: Database) -> None:
    with opened(database.url) as store, Sequencer(database.url) as sequencer:
        write(store, 5)
        sequencer.drain()
        first, second = store.log.page(0, 3), store.log.page(3, 3)
        assert (first.last, second.last) == (3, 5)
        take_back(database, 4)
        with pytest.raises(LedgerWentBack):
            store.log.page(5)
        write(store, 3)
        sequencer.drain()
        with pytest.raises(LedgerWentBack) as refused:
            store.log.page(second.place)
        assert refused.value.first_idx == 5
        gone_on = store.log.page(first.place)
        assert [fact.position for fact in gone_on.facts] == [4, 5, 6, 7]
        # A page of two epochs ends in the later; what follows it is nothing, and no error.
        assert store.log.page(gone_on.place).place == gone_on.place == Ledger(store.pools).end()


@pytest.mark.guarantee("RS-2")
def test_a_read_model_beyond_the_end_of_the_ledger_is_held_and_says_why(
    database: Database,
) -> None:
    engine = views_engine(database.url, Role.PROJECTOR)
    with opened(database.url) as store, Sequencer(database.url) as sequencer:
        write(store, 5)
        sequencer.drain()
        TALLY.create(engine)
        runner = Runner(engine, store.log, Tally(), chance=lambda: 0.5)
        assert runner.catch_up() == 5
        take_back(database, 3)
        runner.attempt()
        (told,) = status(engine, store.log, [Tally()])
    engine.dispose()
    assert (told.position, told.held_error) == (5, "LedgerWentBack")


@pytest.mark.parametrize("place", [Place(0), Place(17), Place(17, UUID(int=5)), Place(10**18 - 1)])
def test_a_place_is_read_back_from_its_text(place: Place) -> None:
    assert Place.parse(str(place)) == place


@pytest.mark.parametrize("text", ["", "-1", "01", "1.", "1.5", f"1.{UUID(int=5)}", "9" * 19, "1 "])
def test_nothing_else_is_a_place(text: str) -> None:
    with pytest.raises(ValueError, match="not a place"):
        Place.parse(text)


@pytest.mark.guarantee("RS-4")
def test_who_writes_while_the_log_is_re_based_waits_and_loses_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Committed after the placing and before the snapshot is kept, it would never get a place."""
    late = uuid4()

    def append() -> None:
        with psycopg.connect(database.superuser_url) as writer:
            writer.execute(INSERT, (late, 1))

    def waits_for_a_lock() -> bool:
        query = "select count(*) from pg_locks where relation = 'log.event'::regclass"
        return sql(database, f"{query} and not granted") == [(1,)]

    with ThreadPoolExecutor(1) as thread:
        writing = []

        def and_somebody_writes(name: str) -> bytes:
            if name == "rebase_row":
                writing.append(thread.submit(append))
                until(lambda: writing[0].done() or waits_for_a_lock())
            return statement(name)

        monkeypatch.setattr(sequencer, "statement", and_somebody_writes)
        rebase(database.url)
        writing[0].result(20)
    with Sequencer(database.url) as after:
        after.drain()
    assert sql(database, "select stream_id from log.ledger") == [(late,)]


@pytest.mark.guarantee("SQ-10")
def test_a_log_without_order_is_told_although_nothing_seems_to_wait(database: Database) -> None:
    with opened(database.url) as store, Sequencer(database.url) as sequencer:
        ledger = Ledger(store.pools)
        write(store, 1)
        assert ledger.waiting_for() is not None
        sequencer.drain()
        assert ledger.waiting_for() is None
        sql(database, "update log.sequencer set snapshot = '900000000:900000000:'")
        write(store, 1)
        with pytest.raises(TransactionIdsRestarted):
            ledger.waiting_for()


@pytest.mark.guarantee("HL-2")
def test_facts_that_were_open_at_the_last_tick_wait_once_they_are_committed(
    database: Database,
) -> None:
    with opened(database.url) as store, psycopg.connect(database.superuser_url) as slow:
        ledger = Ledger(store.pools)
        slow.execute(INSERT, (uuid4(), 1))
        slow.execute(INSERT, (uuid4(), 1))
        write(store, 1)
        with Sequencer(database.url) as sequencer:
            assert sequencer.drain() == 1
        assert (ledger.waiting_for(), ledger.unplaced()) == (None, 0)
        slow.commit()
        assert ledger.waiting_for() is not None
        assert ledger.unplaced() == 2
        write(store, 3)
        assert ledger.unplaced() == 5
        with Sequencer(database.url) as sequencer:
            assert sequencer.drain() == 5
        assert (ledger.waiting_for(), ledger.unplaced()) == (None, 0)


@pytest.mark.guarantee("HL-5")
def test_the_gap_falls_with_every_instalment_of_a_backlog(database: Database) -> None:
    with (
        opened(database.url) as store,
        psycopg.connect(database.superuser_url) as slow,
        Sequencer(database.url, limit=10) as sequencer,
    ):
        ledger = Ledger(store.pools)
        slow.execute(INSERT, (uuid4(), 1))  # its number is the lowest, its commit the last
        for _ in range(40):
            write(store, 1)
        told = []
        while sequencer.tick():
            told.append(ledger.unplaced())
        assert told == [30, 20, 10, 0]
        slow.commit()
        assert ledger.unplaced() == 1


@pytest.mark.guarantee("SQ-8")
@pytest.mark.parametrize(("name", "scans"), [("start_check", 2), ("unplaced", 1)])
def test_what_waits_is_found_without_reading_the_log(
    database: Database, name: str, scans: int
) -> None:
    sql(
        database,
        "insert into log.event (stream_id, version, event_id, topic, recorded_at, metadata,"
        " key_id, payload_hash) select gen_random_uuid(), 1, gen_random_uuid(), 't', now(),"
        " '{}', gen_random_uuid(), sha256('') from generate_series(1, 5000)",
    )
    with Sequencer(database.url) as sequencer:
        sequencer.drain()
    with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
        superuser.execute("analyze log.event")
    with connect(database.url, Role.READER) as connection:
        lines = connection.execute(b"explain (costs off) " + statement(name)).fetchall()
    plan = "\n".join(line for (line,) in lines)
    assert plan.count("using event_xid on event") == scans
    assert "Seq Scan on event" not in plan
    assert "Seq Scan on ledger" not in plan


@pytest.mark.guarantee("RS-3")
def test_a_subscription_ends_when_the_ledger_went_back_and_grew_past_it(
    database: Database,
) -> None:
    """A follower of positions alone, beside it, goes on in silence over what it has never seen."""
    old, new = ([StoredEvent(uuid4(), 1, "t", b"state") for _ in range(5)] for _ in "12")
    with Pools(database.url) as pools, Sequencer(database.url) as sequencer:
        recorder = CaseRecorder(pools, lambda: datetime.now(UTC), uuid4, place=sequencer.drain)
        recorder.insert_events(old)
        with recorder.subscribe(gt=3) as subscription:
            seen = [next(subscription), next(subscription)]
            assert [n.id for n in seen] == [4, 5]
            with psycopg.connect(database.superuser_url) as superuser:
                superuser.execute("lock table log.ledger")  # nobody looks in between
                superuser.execute("delete from log.ledger where idx > 3")
                superuser.execute(
                    "delete from log.event where not exists (select from log.ledger l"
                    " where (l.stream_id, l.version) = (event.stream_id, event.version))"
                )
                superuser.execute("update log.sequencer set next = 4")
                superuser.execute("update log.epoch set server_started = '2026-01-01'")
                superuser.execute(
                    "insert into log.epoch (number, first_idx, reason, server_started,"
                    " ledger_file, system_identifier, timeline) select number + 1, 4,"
                    " 'recovery', pg_postmaster_start_time(),"
                    " pg_relation_filepath('log.ledger'), system_identifier, timeline + 1"
                    " from log.epoch order by number desc limit 1"
                )
                rows = [(4 + n, e.originator_id, 1) for n, e in enumerate(new)]
                with superuser.cursor() as cursor:
                    cursor.executemany("insert into log.ledger values (%s, %s, %s)", rows)
                    cursor.executemany(
                        "insert into log.event (stream_id, version, event_id, topic, recorded_at,"
                        " metadata, key_id, payload_hash) values (%s, 1, gen_random_uuid(), 't',"
                        " now(), '{}', gen_random_uuid(), sha256(''))",
                        [(e.originator_id,) for e in new],
                    )
            with pytest.raises(LedgerWentBack) as refused:
                next(subscription)
        assert refused.value.first_idx == 4
        naive = recorder.select_notifications(5, 10, inclusive_of_start=False)
        assert [n.originator_id for n in naive] == [e.originator_id for e in new[2:]]
        place = seen[-1].place
        with recorder.subscribe(gt=place) as resumed, pytest.raises(LedgerWentBack):
            next(resumed)
        with recorder.subscribe(gt=9) as beyond, pytest.raises(LedgerWentBack):
            next(beyond)


@pytest.mark.guarantee("RS-4")
def test_a_transaction_id_used_in_both_clusters_joins_nothing_when_re_based(
    database: Database,
) -> None:
    """A fact came with the dump, others were written before the re-base; two share their id."""
    one, two = uuid4(), uuid4()
    with opened(database.url) as store, Sequencer(database.url) as sequencer:
        store.log.append(act(one, 0, "came with the dump"))
        store.log.append(act(one, 1, "written since"))
        store.log.append(act(two, 0, "written since", 2))
        sql(
            database,
            "update log.event set xid = (select max(xid) from log.event)"
            f" where (stream_id, version) = ('{one}', 1)",
            "update log.sequencer set system_identifier = 1",
        )
        with pytest.raises(TransactionIdsRestarted):
            sequencer.tick()
        assert rebase(database.url) == 4
    placed = sql(database, "select stream_id, version from log.ledger order by idx")
    assert placed == [(one, 1), (one, 2), (two, 1), (two, 2)]
    assert epochs(database)[-1] == (2, 1, "rebase")
