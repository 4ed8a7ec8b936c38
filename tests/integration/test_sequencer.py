"""The ledger: every committed fact once, in order, without gaps, without waiting."""

import itertools
import json
import random
import subprocess
import threading
from contextlib import ExitStack
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from tests.logbook import act, another, opened
from tests.patience import PATIENCE

from cases.app.embedded import Cluster, Database
from cases.app.store.connections import Role, connect, statement
from cases.app.store.entries import Appended
from cases.app.store.faults import SequenceCached, StoreUnavailable, TransactionIdsRestarted
from cases.app.store.sequencer import SETTINGS, Sequencer, rebase
from cases.app.store.wakeup import CHANNEL, Wakeup

INSERT = (
    "insert into log.event (stream_id, version, event_id, topic, recorded_at, metadata, key_id,"
    " payload_hash) values (%s, %s, gen_random_uuid(), 'test.noted.v1', now(), '{}',"
    " gen_random_uuid(), sha256(''))"
)
Fact = tuple[UUID, int]


def write(connection: psycopg.Connection, stream: UUID, version: int) -> Fact:
    connection.execute(INSERT, (stream, version))
    return stream, version


def ledger(database: Database) -> list[Fact]:
    """The facts in ledger order, after checking that positions run from 1 without gaps."""
    with psycopg.connect(database.superuser_url) as connection:
        rows = connection.execute(
            "select idx, stream_id, version from log.ledger order by idx"
        ).fetchall()
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    return [(row[1], row[2]) for row in rows]


def commit_count(database: Database) -> int:
    with psycopg.connect(database.superuser_url) as connection:
        row = connection.execute("select pg_snapshot_xmax(pg_current_snapshot())::text").fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.guarantee("SQ-1")
def test_a_fact_that_commits_late_is_placed_when_it_commits(database: Database) -> None:
    with (
        psycopg.connect(database.superuser_url) as slow,
        psycopg.connect(database.superuser_url) as quick,
        Sequencer(database.url) as sequencer,
    ):
        late = write(slow, uuid4(), 1)
        early = write(quick, uuid4(), 1)
        quick.commit()
        assert sequencer.tick() == 1
        assert ledger(database) == [early]
        slow.commit()
        assert sequencer.tick() == 1
        assert ledger(database) == [early, late]


@pytest.mark.guarantee("SQ-2")
def test_an_open_transaction_delays_nobody_else(database: Database) -> None:
    with (
        psycopg.connect(database.superuser_url) as idle,
        psycopg.connect(database.superuser_url) as writer,
        Sequencer(database.url) as sequencer,
    ):
        write(idle, uuid4(), 1)
        for _ in range(3):
            write(writer, uuid4(), 1)
            writer.commit()
            assert sequencer.tick() == 1
        idle.rollback()
        assert sequencer.tick() == 0
        assert len(ledger(database)) == 3


@pytest.mark.guarantee("SQ-3")
def test_version_two_follows_version_one_whatever_was_drawn_first(database: Database) -> None:
    stream = uuid4()
    with (
        psycopg.connect(database.superuser_url) as early,
        psycopg.connect(database.superuser_url) as other,
        Sequencer(database.url) as sequencer,
    ):
        # This transaction draws its id and a number first, and records version 2 last.
        filler = write(early, uuid4(), 1)
        one = write(other, stream, 1)
        other.commit()
        two = write(early, stream, 2)
        early.commit()
        assert sequencer.tick() == 3
        assert ledger(database) == [one, filler, two]


@pytest.mark.guarantee("SQ-4")
def test_a_rolled_back_savepoint_leaves_exactly_the_kept_facts(database: Database) -> None:
    with psycopg.connect(database.superuser_url) as writer, Sequencer(database.url) as sequencer:
        kept = write(writer, uuid4(), 1)
        with writer.transaction(force_rollback=True):
            write(writer, uuid4(), 1)
        with writer.transaction():
            inner = write(writer, uuid4(), 1)
        writer.commit()
        assert sequencer.tick() == 2
        assert ledger(database) == [kept, inner]


@pytest.mark.guarantee("SQ-4")
def test_a_prepared_transaction_enters_when_it_is_resolved(database: Database) -> None:
    with psycopg.connect(database.superuser_url) as writer, Sequencer(database.url) as sequencer:
        writer.tpc_begin(writer.xid(1, f"tx-{uuid4()}", "test"))
        prepared = write(writer, uuid4(), 1)
        writer.tpc_prepare()
        with psycopg.connect(database.superuser_url) as other:
            passing = write(other, uuid4(), 1)
        assert sequencer.tick() == 1
        writer.tpc_commit()
        assert sequencer.tick() == 1
        assert ledger(database) == [passing, prepared]


@pytest.mark.guarantee("SQ-5")
def test_a_backlog_in_instalments_is_what_one_tick_would_have_written(database: Database) -> None:
    with psycopg.connect(database.superuser_url) as writer:
        facts = []
        for size in (1, 4, 2, 7, 1, 3, 5, 1, 1):
            facts.append([write(writer, uuid4(), 1) for _ in range(size)])
            writer.commit()
        late = psycopg.connect(database.superuser_url)
        write(late, uuid4(), 1)
        with Sequencer(database.url, limit=5) as sequencer:
            assert sequencer.tick() == 5
            late.commit()  # drawn in the middle, committed between two instalments
            late.close()
            last = write(writer, uuid4(), 1)
            writer.commit()
            sizes = [sequencer.tick() for _ in range(8)]
    assert sizes == [2, 8, 3, 7, 2, 0, 0, 0]
    placed = ledger(database)
    assert placed[:25] == [fact for transaction in facts for fact in transaction]
    assert placed[26] == last


def side_by_side(writers: list[psycopg.Connection], chance: random.Random) -> None:
    """Forty facts of several transactions; some are committed, some rolled back, some left open."""
    for _ in range(40):
        writer = chance.choice(writers)
        write(writer, uuid4(), 1)
        if not chance.randrange(6):
            chance.choice([writer.commit, writer.commit, writer.rollback])()


def unplaced(database: Database) -> list[Fact]:
    """The facts without a place, in the order one tick would give them."""
    with psycopg.connect(database.superuser_url) as connection:
        return connection.execute(
            "select stream_id, version from"
            " (select e.*, max(seq) over (partition by xid) as tx_last from log.event e) w"
            " left join log.ledger l using (stream_id, version)"
            " where idx is null order by tx_last, seq"
        ).fetchall()


@pytest.mark.guarantee("SQ-5")
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 1_000])
def test_transactions_side_by_side_are_placed_whole_by_their_last_number(
    database: Database, limit: int
) -> None:
    chance = random.Random(limit)
    with ExitStack() as stack, Sequencer(database.url, limit=limit) as sequencer:
        writers = [stack.enter_context(psycopg.connect(database.superuser_url)) for _ in range(6)]
        for _ in range(3):
            side_by_side(writers, chance)
            sequencer.tick()  # some are running as the backlog begins, and end meanwhile
        for writer in writers:
            writer.commit()
        sequencer.drain()
        side_by_side(writers, chance)
        for writer in writers:
            writer.commit()
        expected, before = unplaced(database), len(ledger(database))
        sequencer.drain()
        assert ledger(database)[before:] == expected
        with psycopg.connect(database.superuser_url) as superuser:
            xids = superuser.execute(
                "select e.xid::text from log.event e"
                " left join log.ledger using (stream_id, version) order by idx"
            ).fetchall()
            row = superuser.execute("select upto, reached from log.sequencer").fetchone()
    assert len(list(itertools.groupby(xids))) == len(set(xids))
    assert len(xids) == before + len(expected)
    assert row == (None, 0)


def pages_of_the_log(node: dict[str, Any]) -> int:
    """The pages of log.event and its indexes that a plan has read."""
    if node.get("Relation Name") == "event":
        return int(node["Shared Hit Blocks"] + node["Shared Read Blocks"])
    return sum(pages_of_the_log(inner) for inner in node.get("Plans", ()))


@pytest.mark.guarantee("SQ-11")
@pytest.mark.parametrize("analysed", [True, False])
def test_an_instalment_reads_no_more_for_a_larger_backlog(
    database: Database, analysed: bool
) -> None:
    """Pages of the log read for the instalment in the middle of 3,000 and of 30,000 facts."""
    limit, reads = 500, {}
    with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
        for size in (3_000, 30_000):
            superuser.execute(
                "do $$ begin for i in 1.." + str(size // 100) + " loop"
                " insert into log.event (stream_id, version, event_id, topic, recorded_at,"
                " metadata, key_id, payload_hash) select gen_random_uuid(), 1,"
                " gen_random_uuid(), 't', now(), '{}', gen_random_uuid(), sha256('')"
                " from generate_series(1, 100); commit; end loop; end $$"
            )
            superuser.execute("vacuum analyze log.event" if analysed else "vacuum log.event")
            with Sequencer(database.url, limit=limit) as sequencer:
                assert [sequencer.tick() for _ in range(0, size // 2, limit)][-1] == limit
                with connect(database.url, Role.SEQUENCER, **SETTINGS) as connection:
                    for name in ("tick", "tick_backlog"):
                        plan = connection.execute(
                            b"explain (analyze, buffers, format json) " + statement(name),
                            {"limit": limit},
                        ).fetchone()
                        assert plan is not None
                        reads[name, size] = pages_of_the_log(plan[0][0]["Plan"])
                sequencer.drain()
    assert reads["tick", 30_000] == reads["tick", 3_000] == 0
    assert reads["tick_backlog", 30_000] < 1.5 * reads["tick_backlog", 3_000]


@pytest.mark.guarantee("SQ-11")
def test_a_tick_that_finds_a_backlog_reads_no_more_than_its_limit(database: Database) -> None:
    with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
        superuser.execute(
            "insert into log.event (stream_id, version, event_id, topic, recorded_at, metadata,"
            " key_id, payload_hash) select gen_random_uuid(), 1, gen_random_uuid(), 't', now(),"
            " '{}', gen_random_uuid(), sha256('') from generate_series(1, 5000)"
        )
        superuser.execute("vacuum analyze log.event")
    with connect(database.url, Role.SEQUENCER, **SETTINGS) as connection:
        row = connection.execute(
            b"explain (analyze, format json) " + statement("tick"), {"limit": 10}
        ).fetchone()
    assert row is not None
    assert '"Actual Rows": 11' in json.dumps(row[0])
    assert '"Actual Rows": 5000' not in json.dumps(row[0])


@pytest.mark.guarantee("SQ-6")
def test_an_idle_tick_writes_nothing(database: Database) -> None:
    with psycopg.connect(database.superuser_url) as writer, Sequencer(database.url) as sequencer:
        write(writer, uuid4(), 1)
        writer.commit()
        assert sequencer.tick() == 1
        before = commit_count(database)
        assert [sequencer.tick() for _ in range(20)] == [0] * 20
        assert commit_count(database) == before  # not one transaction id was drawn


@pytest.mark.guarantee("SQ-6")
def test_one_notification_for_each_tick_that_placed_something(database: Database) -> None:
    with (
        psycopg.connect(database.superuser_url, autocommit=True) as listener,
        psycopg.connect(database.superuser_url) as writer,
        Sequencer(database.url) as sequencer,
    ):
        listener.execute(f"listen {CHANNEL}")
        for _ in range(3):
            write(writer, uuid4(), 1)
            writer.commit()
        assert [sequencer.tick() for _ in range(4)] == [3, 0, 0, 0]
        write(writer, uuid4(), 1)
        writer.commit()
        sequencer.tick()
        heard = [note.payload for note in listener.notifies(timeout=0.3)]
    assert heard == ["3", "4"]


@pytest.mark.guarantee("SQ-7")
def test_a_second_sequencer_is_harmless(database: Database) -> None:
    with (
        psycopg.connect(database.superuser_url) as holder,
        psycopg.connect(database.superuser_url) as writer,
        Sequencer(database.url) as sequencer,
    ):
        fact = write(writer, uuid4(), 1)
        writer.commit()
        holder.execute("select 1 from log.sequencer for update")
        assert sequencer.tick() == 0
        holder.rollback()
        assert sequencer.tick() == 1
    assert ledger(database) == [fact]


@pytest.mark.guarantee("SQ-7")
def test_a_running_sequencer_survives_the_loss_of_its_connection(database: Database) -> None:
    stop, stream = threading.Event(), uuid4()
    sequencer = Sequencer(database.url)
    running = threading.Thread(target=sequencer.run, args=(stop,))
    running.start()
    with opened(database.url) as store, Wakeup(database.url, stop.wait) as wakeup:
        try:
            for expected in range(4):
                assert isinstance(store.log.append(act(stream, expected, str(expected))), Appended)
                for _ in range(100):
                    if store.log.head() > expected:
                        break
                    wakeup.wait(0.1)
                assert store.log.position_of(stream, expected + 1) == expected + 1
                with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
                    superuser.execute(
                        "select pg_terminate_backend(pid) from pg_stat_activity where"
                        " datname = current_database() and query ~ 'pg_notify|listen'"
                        " and pid <> pg_backend_pid()"
                    )
        finally:
            stop.set()
            running.join()


def test_waiting_wakes_up_and_times_out(database: Database) -> None:
    with (
        Wakeup(database.url, lambda seconds: None) as wakeup,
        psycopg.connect(database.superuser_url, autocommit=True) as other,
    ):
        assert wakeup.wait(PATIENCE)  # nobody knows what moved before we listened
        assert not wakeup.wait(0.01)
        other.execute(f"notify {CHANNEL}")
        assert wakeup.wait(PATIENCE)
    paused: list[float] = []
    with Wakeup("host=/nowhere", paused.append) as nowhere:
        assert not nowhere.wait(3)
    assert paused == [3]


@pytest.mark.guarantee("SQ-8")
def test_the_plan_of_a_tick_reads_only_the_newest_end_of_the_log(database: Database) -> None:
    with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
        superuser.execute(
            "insert into log.event (stream_id, version, event_id, topic, recorded_at, metadata,"
            " key_id, payload_hash) select gen_random_uuid(), 1, gen_random_uuid(), 't', now(),"
            " '{}', gen_random_uuid(), sha256('') from generate_series(1, 5000)"
        )
        with Sequencer(database.url) as sequencer:
            assert sequencer.tick() == 5000
        superuser.execute("analyze log.event, log.ledger")
    with connect(database.url, Role.SEQUENCER, **SETTINGS) as connection:
        lines = connection.execute(
            b"explain (costs off) " + statement("tick"), {"limit": 5}
        ).fetchall()
    plan = "\n".join(line for (line,) in lines)
    assert plan.count("Index Scan using event_xid") == 2
    for table in ("event", "ledger"):
        assert f"Seq Scan on {table}" not in plan


@pytest.mark.guarantee("SQ-9")
def test_a_sequence_with_a_cache_is_refused(database: Database) -> None:
    with psycopg.connect(database.superuser_url) as superuser:
        superuser.execute("alter sequence log.event_seq_seq cache 10")
    with Sequencer(database.url) as sequencer, pytest.raises(SequenceCached):
        sequencer.tick()


@pytest.mark.guarantee("SQ-10")
@pytest.mark.parametrize(
    "restored",
    [
        "update log.sequencer set system_identifier = 1",
        "update log.sequencer set snapshot = '900000000:900000000:'",
        "update log.event set xid = '900000000' where version = 1",
        "delete from log.sequencer",
    ],
)
def test_restarted_transaction_ids_are_refused_until_rebased(
    database: Database, restored: str
) -> None:
    stream = uuid4()
    with opened(database.url) as store, Sequencer(database.url) as sequencer:
        store.log.append(act(stream, 0, "k", 2))
        assert sequencer.tick() == 2
        sequencer.close()
        store.log.append(act(stream, 2, "l", 2))
        with psycopg.connect(database.superuser_url) as superuser:
            superuser.execute(restored)
        for _ in range(2):
            with pytest.raises(TransactionIdsRestarted):
                sequencer.tick()
        assert store.log.head() == 2
        assert rebase(database.url) == 2
        assert rebase(database.url) == 0
        assert sequencer.tick() == 0
        store.log.append(act(stream, 4, "m"))
        assert sequencer.tick() == 1
    assert ledger(database) == [(stream, version) for version in range(1, 6)]


@pytest.mark.guarantee("SQ-10")
def test_a_log_restored_from_a_dump_is_refused_until_rebased(
    database: Database, cluster: Cluster
) -> None:
    """Restored into a cluster of its own, whose transaction ids are far behind."""
    stream = uuid4()
    with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
        superuser.execute(  # draw some ten thousand ids
            "do $$ begin for i in 1..10000 loop perform pg_current_xact_id(); commit;"
            " end loop; end $$"
        )
    with opened(database.url) as store, Sequencer(database.url) as sequencer:
        store.log.append(act(stream, 0, "k", 3))
        sequencer.tick()
        store.log.append(act(stream, 3, "l", 2))
    dump = subprocess.run(
        [cluster.programs / "pg_dump", "--format=custom", "-d", database.superuser_url],
        check=True,
        capture_output=True,
    ).stdout
    with another(cluster) as second:
        restored = second.create_database("restored")
        with psycopg.connect(restored.superuser_url) as superuser:
            for role in Role:
                superuser.execute(f"create role {role} nologin")  # pg_dumpall --roles-only
                superuser.execute(f"grant {role} to cases")
        subprocess.run(
            [second.programs / "pg_restore", "-d", restored.superuser_url],
            input=dump,
            check=True,
        )
        with Sequencer(restored.url) as sequencer, opened(restored.url) as store:
            with pytest.raises(TransactionIdsRestarted):
                sequencer.tick()
            assert rebase(restored.url) == 2
            assert store.log.append(act(stream, 5, "m", 2)) == Appended(6, 7)
            assert sequencer.drain() == 2
            assert len(store.log.load(stream)) == 7
        assert ledger(restored) == [(stream, version) for version in range(1, 8)]


def test_without_a_database_the_sequencer_says_so() -> None:
    with Sequencer("host=/nowhere") as sequencer, pytest.raises(StoreUnavailable):
        sequencer.tick()


@pytest.mark.guarantee("SQ-7")
def test_a_right_that_is_withdrawn_is_waited_for_like_a_lost_database(database: Database) -> None:
    stop, told = threading.Event(), threading.Event()
    errors: list[BaseException | None] = []

    def trouble(error: BaseException | None) -> None:
        errors.append(error)
        told.set()

    with opened(database.url) as store, psycopg.connect(database.superuser_url) as superuser:
        superuser.autocommit = True
        superuser.execute("revoke insert on log.ledger from cases_sequencer")
        sequencer = Sequencer(database.url)
        thread = threading.Thread(target=lambda: sequencer.run(stop, trouble=trouble))
        thread.start()
        stream = uuid4()
        assert store.log.append(act(stream, 0, "k")) == Appended(1, 1)
        assert told.wait(PATIENCE)
        superuser.execute("grant insert on log.ledger to cases_sequencer")
        while store.log.position_of(stream, 1) is None:
            assert thread.is_alive()
        stop.set()
        thread.join()
    assert isinstance(errors[0], psycopg.errors.InsufficientPrivilege)
