"""Every drill of the operator's page, played with the very commands of the page."""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.commandline import run
from tests.drills.conftest import Install
from tests.drills.ground import (
    Drill,
    Follower,
    NaiveFollower,
    Office,
    Server,
    Site,
    conf,
    epochs,
    facts,
    ledger,
    office,
)
from tests.patience import until
from tests.service import serve

from cases.app.cli.trouble import ExitCode
from cases.app.store import sequencer
from cases.app.store.connections import Pools
from cases.app.store.faults import LedgerWentBack, StoreUnavailable
from cases.app.store.sequencer import Sequencer
from cases.app.worker import Worker


def settle(here: Office) -> None:
    """Bring the ledger and the read models up to date."""
    Worker(here.system).settle()


@contextmanager
def working(here: Office) -> Iterator[None]:
    """A worker runs while the block lasts."""
    stop = threading.Event()
    thread = threading.Thread(target=Worker(here.system).run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(60)


def is_placed(here: Office, told: set[tuple[Any, int]]) -> bool:
    return all(here.system.log.position_of(*fact) is not None for fact in told)


def goes_on_in_silence(naive: NaiveFollower, here: Office, server: Server) -> bool:
    """Whether it notices nothing, although what it believes to be the ledger is not."""
    return naive.refused_from(here) is None and naive.seen != ledger(server)


@pytest.mark.guarantee("RS-6")
def test_a_physical_backup_is_restored_and_nothing_is_to_be_done(
    site: Site, install: Install, state: Path
) -> None:
    backup, archive = site.folder("backup-1"), site.folder("archive-1")
    primary = install("primary", **conf(0, archive))
    primary.start()
    early, ahead = Follower(), Follower()
    with Drill("Physical backup") as drill:
        with office(primary.database().url, state) as here, working(here):
            before = here.opens(5)
            until(lambda: is_placed(here, before))
            early.follow(here)
            with here.busy():
                drill.on(primary, BACKUP=backup)
            after = here.opens(3)
            until(lambda: is_placed(here, after))
            ahead.follow(here)
        primary.crash()
        restored = site.server("restored-1")
        drill.on(restored, BACKUP=backup, ARCHIVE=archive)
        with office(restored.database().url, state) as here:
            assert before < facts(restored)  # and more, written while the backup was taken
            assert not after & facts(restored)
            settle(here)
            doctor, _ = drill.at(here)
            assert "a standby was promoted or a recovery ended (timeline 2)" in doctor.stdout
            assert early.refused_from(here) is None
            assert early.seen == ledger(restored)
            assert set(early.seen.values()) == facts(restored)
            assert ahead.refused_from(here) == epochs(restored)[-1][1]


@pytest.mark.guarantee("RS-6")
def test_a_snapshot_of_the_disk_put_back_is_noticed_although_no_timeline_tells(
    site: Site, install: Install, state: Path
) -> None:
    primary = install("primary")
    primary.start()
    before, beyond, naive = Follower(), Follower(), NaiveFollower()
    with office(primary.database().url, state) as here:
        here.opens(2)
        settle(here)
        before.follow(here)
    primary.crash()
    restored = site.server("snapshot-6", like=primary)
    primary.start()
    with office(primary.database().url, state) as here:
        here.opens(2)
        settle(here)
        assert beyond.follow(here) == naive.follow(here) > 0
    primary.crash()
    restored.start()
    with office(restored.database().url, state) as here:
        here.opens(4)
        settle(here)
        ((timelines,),) = restored.sql("select count(distinct timeline) from log.epoch")
        assert timelines == 1
        assert len(ledger(restored)) > beyond.place.idx
        # The crash began an epoch where it found the ledger; the copy began its own.
        assert beyond.refused_from(here) == 1
        assert goes_on_in_silence(naive, here, restored)
        assert before.refused_from(here) is None
        assert before.seen == ledger(restored)


@pytest.mark.guarantee("RS-7")
def test_a_recovery_stops_before_the_accident_and_followers_beyond_it_are_refused(
    site: Site, install: Install, state: Path
) -> None:
    backup, archive = site.folder("backup-2"), site.folder("archive-2")
    primary = install("primary", **conf(0, archive))
    primary.start()
    # The backup is that of the drill before.
    with Drill("Physical backup") as drill:
        drill.on(primary, BACKUP=backup)
        drill.skip_the_rest()
    before, beyond, naive = Follower(), Follower(), NaiveFollower()
    with Drill("Point-in-time recovery") as drill:
        with office(primary.database().url, state) as here:
            here.opens(2)
            settle(here)
            before.follow(here)
            kept = facts(primary)
            drill.on(primary)
            here.opens(3)
            settle(here)
            assert beyond.follow(here) == naive.follow(here) > 0
            drill.on(primary)
        recovered = site.server("recovered-2")
        drill.on(recovered, BACKUP=backup, ARCHIVE=archive)
        with office(recovered.database().url, state) as here:
            assert facts(recovered) == kept
            drill.at(here)
            first = len(before.seen) + 1
            assert epochs(recovered)[-1][1:] == (first, "recovery")
            assert before.refused_from(here) is None
            assert beyond.refused_from(here) == first
            assert naive.refused_from(here) == first  # as long as the ledger is shorter
            here.opens(4)
            settle(here)
            assert len(ledger(recovered)) > beyond.place.idx
            assert beyond.refused_from(here) == first
            assert goes_on_in_silence(naive, here, recovered)
            assert before.refused_from(here) is None
            assert before.seen == ledger(recovered)
            (row,) = recovered.sql("select next, upto, reached from log.sequencer")
            assert row == (len(ledger(recovered)) + 1, None, 0)


@pytest.mark.guarantee("RS-4")
def test_a_logical_restore_is_refused_until_it_is_re_based_and_then_lacks_nothing(
    site: Site, install: Install, state: Path, monkeypatch: pytest.MonkeyPatch, logged: io.StringIO
) -> None:
    backup = site.folder("backup-3")
    old = install("old")
    old.start()
    old.sql(  # so that no fact of the dump has an id the new server has reached
        "do $$ begin for i in 1..3000 loop perform pg_current_xact_id(); commit; end loop; end $$"
    )
    follower, ahead = Follower(), Follower()
    with Drill("Logical dump and restore") as drill:
        with office(old.database().url, state) as here:
            here.opens(2)
            settle(here)
            follower.follow(here)
            here.opens(2)  # without a place when the dump is taken
            dumped = facts(old)
            drill.on(old, BACKUP=backup)
            here.opens(2)
            settle(here)
            ahead.follow(here)
        new = site.server("new-3")
        new.initialise()
        drill.on(new, BACKUP=backup)
        assert facts(new) == dumped
        assert lost_without_the_check(new, state, monkeypatch) > 0
        with office(new.database().url, state) as here:
            refused = run("doctor", **here.settings)
            assert refused.returncode == ExitCode.CHECK_FAILED
            assert "the log was restored logically: re-base it first" in refused.stdout
            refused = run("worker", **here.settings)
            assert refused.returncode == ExitCode.DATABASE
            assert "re-base it first; see cases doctor --rebase" in refused.stderr
            with serve(new.database(), state, logged) as service:
                ready = service.get("/health/ready", by=None, purpose=None)
                assert ready.json()["failed"] == ["sequencer"]
            written = here.opens(1)  # nobody should, but who would stop everybody
            drill.at(here)
            assert epochs(new)[-1][1:] == (len(follower.seen) + 1, "rebase")
            assert follower.refused_from(here) is None
            assert set(follower.seen.values()) == dumped | written
            assert ahead.refused_from(here) == epochs(new)[-1][1]
            written |= here.opens(2)
            settle(here)
            follower.follow(here)
            assert follower.seen == ledger(new)
            assert set(follower.seen.values()) == dumped | written


def lost_without_the_check(server: Server, state: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many facts no follower ever sees where a sequencer runs on the restored log as it is."""
    server.sql("create database unchecked template cases", database="postgres")
    with monkeypatch.context() as without, office(server.database("unchecked").url, state) as here:
        without.setattr(sequencer, "check_order_holds", lambda connection: None)
        told = here.opens(3)
        with Sequencer(here.system.url) as careless:
            careless.drain()
        return sum(here.system.log.position_of(*fact) is None for fact in told)


@pytest.mark.guarantee("RS-8")
def test_a_standby_without_the_last_transactions_takes_over_and_nobody_goes_back_in_silence(
    site: Site, install: Install, state: Path
) -> None:
    primary = install("primary", **conf(0, site.folder("archive-4")))
    primary.start()
    standby = site.server("standby-4")
    early, late, naive = Follower(), Follower(), NaiveFollower()
    with Drill("A standby takes over") as drill:
        drill.on(standby, PRIMARY=primary.conninfo)
        with office(either(primary, standby), state) as here, working(here):
            kept = here.opens(3)
            until(lambda: is_placed(here, kept))
            early.follow(here)
            until(lambda: has_everything(primary, standby))
            standby.sql("alter system set primary_conninfo = ''", "select pg_reload_conf()")
            until(lambda: not standby.sql("select 1 from pg_stat_wal_receiver"))
            lost = here.opens(3)
            until(lambda: is_placed(here, lost))
            assert late.follow(here) == naive.follow(here) > 0
            primary.crash()
            drill.on(standby)
            first = len(early.seen) + 1
            # By itself: the worker has found the new primary.
            until(lambda: epochs(standby)[-1][1:] == (first, "recovery"))
            assert not lost & facts(standby)
            until(lambda: answers(here))
            assert early.refused_from(here) is None
            assert late.refused_from(here) == first
            while len(ledger(standby)) <= late.place.idx:
                told = here.opens(1)
                until(lambda told=told: is_placed(here, told))  # type: ignore[misc]
            # The two-step of losing facts in silence: now there is something at every position.
            assert late.refused_from(here) == first
            assert goes_on_in_silence(naive, here, standby)
            assert early.refused_from(here) is None
            assert early.seen == ledger(standby)
            assert set(early.seen.values()) == facts(standby)
        with office(either(primary, standby), state) as here:
            settle(here)
            drill.at(here)


@pytest.mark.guarantee("RS-9")
def test_with_a_synchronous_standby_nothing_acknowledged_or_shown_is_lost(
    site: Site, install: Install, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    defaults = Pools.__init__.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "patience", 0.5)  # nobody waits for a primary that is gone
    primary = install("primary", **conf(0, site.folder("archive-5")))
    primary.start()
    standby = site.server("standby-5")
    follower = Follower()
    with Drill("A standby takes over") as drill:
        drill.on(standby, PRIMARY=primary.conninfo)
        primary.set(**conf(1))
        primary.sql("select pg_reload_conf()")
        until(lambda: primary.sql("select 1 from pg_stat_replication where sync_state = 'quorum'"))
        with office(either(primary, standby), state) as here, working(here):
            with here.busy(3) as lost:
                watching = threading.Thread(target=follow_until_lost, args=(follower, here))
                watching.start()
                until(lambda: len(here.told) > 60)
                primary.crash()
                until(lost.is_set)
                watching.join(60)
            assert follower.seen
            drill.on(standby)
            assert here.told <= facts(standby)
            until(lambda: answers(here))
            assert follower.refused_from(here) is None
            told = here.opens(2)
            until(lambda: is_placed(here, told))
            follower.follow(here)
            assert follower.seen == ledger(standby)
        with office(either(primary, standby), state) as here:
            settle(here)
            drill.at(here)


def either(one: Server, other: Server) -> str:
    """The address of whichever of the two is the primary, as the page writes it."""
    return (
        f"postgresql://cases@/cases?host={one.site.sockets},{other.site.sockets}"
        f"&port={one.port},{other.port}&target_session_attrs=read-write"
    )


def has_everything(primary: Server, standby: Server) -> bool:
    ((end,),) = primary.sql("select pg_current_wal_insert_lsn()")
    ((behind,),) = standby.sql(f"select pg_last_wal_replay_lsn() < '{end}'")
    return not behind


def answers(here: Office) -> bool:
    """Whether officers can work; a connection that was lost has been replaced."""
    try:
        return bool(here.opens(1))
    except StoreUnavailable:
        return False


def follow_until_lost(follower: Follower, here: Office) -> None:
    try:
        while True:
            follower.follow(here)
    except (StoreUnavailable, LedgerWentBack):
        return
