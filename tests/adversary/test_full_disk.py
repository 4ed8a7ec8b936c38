"""The disk is full: acts are refused whole, and with room again everything goes on."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest
from tests.adversary import flawed, following
from tests.adversary.arena import Arena
from tests.adversary.attackers import INSERT, act_until_told
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
from tests.adversary.small_disk import NoSmallDisk, SmallDisk
from tests.logbook import Opened, act, opened
from tests.patience import until

from cases.app.embedded import Database
from cases.app.store.entries import Append, Appended
from cases.app.store.faults import StoreUnavailable
from cases.app.store.migrate import upgrade
from cases.app.store.sequencer import Sequencer


@pytest.fixture
def disk(arena: Arena) -> Iterator[SmallDisk]:
    """A server on a small disk."""
    try:
        small = SmallDisk(arena)
    except NoSmallDisk as reason:
        pytest.skip(f"no small disk can be mounted here: {reason}")
    yield small
    small.close()


def _large(key: str) -> Append:
    """An act that needs room, for its facts and for its line in the trail."""
    wanted = act(uuid4(), 0, key, 3, note="Anna Andersson " * 200, fingerprint=key.encode())
    (line,) = wanted.access
    return replace(wanted, access=(line.model_copy(update={"request_id": os.urandom(900).hex()}),))


def _refused_for_want_of_room(store: Opened, wanted: Append) -> bool:
    """Whether it was refused, and then for no other reason."""
    try:
        result: object = store.log.append(wanted)
    except StoreUnavailable as refusal:
        result = refusal.__cause__
    assert isinstance(result, (Appended, psycopg.errors.DiskFull))
    return not isinstance(result, Appended)


def _until_refused(store: Opened, database: Database, round_: int) -> list[Append]:
    """Act, and give places, until twenty acts were refused."""
    refused: list[Append] = []
    with Sequencer(database.url, limit=10) as sequencer:
        for n in range(1000):
            wanted = _large(f"{round_}-{n}")
            if _refused_for_want_of_room(store, wanted):
                refused.append(wanted)
            with suppress(StoreUnavailable):
                sequencer.tick()
            if len(refused) == 20:
                return refused
    raise AssertionError("there is room for everything")


@pytest.mark.guarantee("AD-7")
def test_no_room_for_the_data(arena: Arena, disk: SmallDisk) -> None:
    """53100, disk full: acts, ticks and pages are refused until there is room, and lose nothing."""
    database = disk.database()
    upgrade(database.url)
    engine = arena.with_tally(database)
    told: list[dict[str, object]] = []
    with opened(database.url, size=1) as store:
        follower = following.runner(engine, store.log)
        for n in range(arena.size.crashes):
            disk.fill(leave=0)
            refused = _until_refused(store, database, n)
            follower.attempt()
            assert halves(database.superuser_url) == 0
            disk.make_room()
            for wanted in refused:
                assert store.log.append(wanted) == Appended(1, 3)
                told.append({"stream": str(wanted.stream_id), "first": 1, "last": 3})
        with Sequencer(database.url) as sequencer:
            sequencer.drain()
        follower.catch_up()
        ours = _verdict(database, told, list(following.rows(engine)))
        facts = facts_of(database.superuser_url)
        disk.fill(leave=0)
        for n in range(200):
            try:
                flawed.append_in_two_steps(store, _large(f"flawed-{n}"), pause=0)
            except (psycopg.errors.DiskFull, StoreUnavailable):
                continue
        two_steps = Verdict(split=halves(database.superuser_url))
        disk.make_room()
    arena.score(
        "disk full: data",
        ours,
        {"records its act afterwards": ("split", two_steps)},
        facts=facts,
    )


@pytest.mark.guarantee("AD-7")
def test_no_room_for_the_write_ahead_log(arena: Arena, disk: SmallDisk) -> None:
    """The server panics and ends; with room, and started again, it has everything it promised."""
    database = disk.database()
    upgrade(database.url)
    engine = arena.with_tally(database)
    clients = [arena.attackers.start(act_until_told, database.url, n) for n in range(2)]

    def acts() -> int:
        return sum(len(client.told()) for client in clients)

    for _ in range(arena.size.crashes):
        before = acts()
        until(lambda: acts() > before + 20)  # noqa: B023  called before the next round
        disk.fill(leave=8_000_000)  # less than a segment of the write-ahead log
        _write_ahead_until_it_panics(database)
        disk.make_room()
        disk.restart()
    until(lambda: acts() > before + 40)
    told = [line for client in clients for line in client.stop()]
    with Sequencer(database.url) as sequencer:
        sequencer.drain()
    with opened(database.url) as store:
        engine.dispose()
        following.runner(engine, store.log).catch_up()
    ours = _verdict(database, told, list(following.rows(engine)))
    arena.score(
        "disk full: write-ahead log",
        ours,
        {"acknowledges before it commits": ("wrongly_acknowledged", _hasty(database, disk))},
        facts=facts_of(database.superuser_url),
        kills=arena.size.crashes,
    )


def _hasty(database: Database, disk: SmallDisk) -> Verdict:
    """A writer who says that it is done, and then commits."""
    stream = uuid4()
    with psycopg.connect(database.superuser_url) as writer:
        writer.execute(INSERT, (stream, 1))
        told = [{"stream": str(stream), "first": 1, "last": 1}]
        disk.fill(leave=8_000_000)
        _write_ahead_until_it_panics(database)
        with pytest.raises(psycopg.OperationalError):
            writer.commit()
    disk.make_room()
    disk.restart()
    return Verdict(wrongly_acknowledged=wrongly_acknowledged(told, database.superuser_url))


def _write_ahead_until_it_panics(database: Database) -> None:
    with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
        for _ in range(500):
            try:
                superuser.execute("select pg_logical_emit_message(true, 'x', repeat('x', 1000000))")
            except psycopg.OperationalError:
                return
    raise AssertionError("there is room for everything")


def _verdict(database: Database, told: list[dict[str, object]], rows: list[int]) -> Verdict:
    seen, gaps = ledger_of(database.superuser_url)
    assert gaps == 0
    ledger, taken_in = judge(seen, database.superuser_url), judge_positions(rows, len(seen))
    return Verdict(
        lost=ledger.lost + taken_in.lost,
        duplicated=ledger.duplicated + taken_in.duplicated + acted_twice(database.superuser_url),
        invented=ledger.invented + taken_in.invented,
        inverted=ledger.inverted,
        split=ledger.split + halves(database.superuser_url),
        wrongly_acknowledged=wrongly_acknowledged(told, database.superuser_url),
    )
