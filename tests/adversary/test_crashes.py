"""The server crashes under load, on a disk that is waited for."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from psycopg.conninfo import make_conninfo
from tests.adversary import following
from tests.adversary.arena import Arena
from tests.adversary.attackers import act_until_told, follow, intent, sequence
from tests.adversary.examiner import (
    Verdict,
    acted_twice,
    facts_of,
    halves,
    judge,
    judge_positions,
    ledger_of,
    wrongly_acknowledged,
)
from tests.adversary.processes import Attacker
from tests.logbook import opened
from tests.patience import until

from cases.app.embedded import Cluster, Database
from cases.app.store.entries import Appended
from cases.app.store.faults import StoreUnavailable
from cases.app.store.migrate import upgrade
from cases.app.store.sequencer import Sequencer

BETWEEN = 40
"""Acts between two crashes, at least."""


@pytest.fixture(scope="module")
def durable(cluster: Cluster) -> Iterator[Cluster]:
    """A cluster of its own that waits for the disk at every commit, but for who does not ask.

    The WAL writer would save most of what that one loses. Only making the cluster does not wait.
    """
    state = Path(tempfile.mkdtemp(prefix="cases-durable-", dir="/tmp"))
    state.chmod(0o711)
    server = Cluster(
        state,
        durable=False,
        settings={
            "fsync": "on",
            "full_page_writes": "on",
            "wal_writer_delay": "10s",
            "wal_writer_flush_after": "1GB",
        },
        binaries=cluster.programs,
    )
    server.start()
    yield server
    os.kill(server.pid, signal.SIGQUIT)  # nobody wants its last checkpoint
    server.stop()
    shutil.rmtree(state)


def _crash(server: Cluster, how: signal.Signals) -> None:
    """SIGQUIT is PostgreSQL's immediate shutdown: nothing is written any more."""
    pid = server.pid
    os.kill(pid, how)
    until(lambda: _is_gone(pid))
    server.stop()
    server.start()


def _is_gone(pid: int) -> bool:
    """Gone, or dead and not yet asked after."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def _acts(clients: list[Attacker]) -> int:
    return sum(len(client.told()) for client in clients)


def _after_more_acts(clients: list[Attacker]) -> None:
    before = _acts(clients)
    until(lambda: _acts(clients) >= before + BETWEEN)


@pytest.mark.guarantee("AD-6")
def test_a_server_that_crashes_under_load(arena: Arena, durable: Cluster) -> None:
    """Clients, a sequencer and a read model go on as soon as it is back; nothing told is undone."""
    database = _database(durable, "ours")
    engine = arena.with_tally(database)
    clients = [arena.attackers.start(act_until_told, database.url, n) for n in range(3)]
    others = [
        arena.attackers.start(sequence, database.url, ""),
        arena.attackers.start(follow, database.url),
    ]
    for other in others:
        other.wait_until_it_said()  # before that it may give up, as any process that starts
    for n in range(arena.size.crashes):
        _after_more_acts(clients)
        _crash(durable, signal.SIGKILL if n % 2 else signal.SIGQUIT)
    _after_more_acts(clients)
    told = [line for client in clients for line in client.stop()]
    for other in others:
        other.stop()
    assert {line["result"] for line in told} <= {"Appended", "Replayed"}
    with Sequencer(database.url) as sequencer:
        sequencer.drain()
    with opened(database.url) as store:
        engine.dispose()
        following.runner(engine, store.log).catch_up()
    seen, gaps = ledger_of(database.superuser_url)
    ledger, rows = judge(seen, database.superuser_url), following.rows(engine)
    taken_in = judge_positions(rows, len(seen))
    assert gaps == 0
    ours = Verdict(
        lost=ledger.lost + taken_in.lost,
        duplicated=ledger.duplicated + taken_in.duplicated + acted_twice(database.superuser_url),
        invented=ledger.invented + taken_in.invented,
        inverted=ledger.inverted,
        split=ledger.split + halves(database.superuser_url),
        wrongly_acknowledged=wrongly_acknowledged(told, database.superuser_url),
    )
    arena.score(
        "server crashes under load",
        ours,
        {"does not wait for the disk": ("wrongly_acknowledged", _not_waiting(arena, durable))},
        facts=facts_of(database.superuser_url),
        kills=arena.size.crashes,
    )


def _not_waiting(arena: Arena, durable: Cluster) -> Verdict:
    """The same clients, whose sessions take a commit for done before it is on the disk."""
    database = _database(durable, "theirs")
    url = make_conninfo(database.url, options="-c synchronous_commit=off")
    clients = [arena.attackers.start(act_until_told, url, n) for n in range(2)]
    _after_more_acts(clients)
    for client in clients:
        client.pause()
    told = [line for client in clients for line in client.told()]
    _crash(durable, signal.SIGQUIT)
    return Verdict(wrongly_acknowledged=wrongly_acknowledged(told, database.superuser_url))


@pytest.mark.guarantee("LG-12")
def test_after_an_outage_the_next_act_finds_the_database_at_once(durable: Cluster) -> None:
    """However long it lasted, and however many were refused meanwhile.

    A pool that doubles its pauses would wait three seconds more here, and is asked for two.
    """
    stream = uuid4()
    with opened(_database(durable, "outage").url, size=1, patience=2.0) as store:
        store.log.append(intent(stream, 0, "open"))
        durable.stop()
        for _ in range(3):
            with pytest.raises(StoreUnavailable):
                store.log.append(intent(stream, 1, "while it lasts"))
        durable.start()
        assert store.log.append(intent(stream, 1, "after it")) == Appended(2, 2)


def _database(server: Cluster, name: str) -> Database:
    database = server.create_database(name)
    upgrade(database.url)
    return database
