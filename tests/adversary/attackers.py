"""What the attacking processes do. Each says what it was told is done, as soon as it was told."""

import random
import signal
import threading
import time
from _thread import start_new_thread
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4, uuid5

from tests.adversary import flawed, following
from tests.adversary.followers import Connection
from tests.adversary.processes import say
from tests.logbook import Opened, act, opened

from cases.app.store.connections import Role, connect
from cases.app.store.entries import Append, wrote
from cases.app.store.faults import StoreUnavailable
from cases.app.store.sequencer import Sequencer
from cases.app.store.wakeup import Wakeup

INSERT = (
    "insert into log.event (stream_id, version, event_id, topic, recorded_at, metadata, key_id,"
    " payload_hash) values (%s, %s, gen_random_uuid(), 'test.noted.v1', now(), '{}',"
    " gen_random_uuid(), sha256(''))"
)
ROOT = UUID(int=0x6361736573)


def intent(stream: UUID, expected: int, key: str, facts: int = 1) -> Append:
    """An act whose fingerprint says what is intended: the key, up to a slash."""
    return act(stream, expected, key, facts, fingerprint=key.split("/", maxsplit=1)[0].encode())


def until_told() -> threading.Event:
    """What SIGTERM sets."""
    stop = threading.Event()
    # By another thread: this one may hold the lock of the event it waits for.
    signal.signal(signal.SIGTERM, lambda *_: start_new_thread(stop.set, ()))
    return stop


def sequence(url: str, flaw: str) -> None:
    """A sequencer that runs until it is killed."""
    stop = until_told()
    if flaw:
        flawed.mark_before_entering(url, stop, lambda: say(at="work"))
        return
    with Sequencer(url) as sequencer:
        sequencer.tick()
        say(at="work")
        sequencer.run(stop, pause=0.002)


def storm(url: str, seed: int, facts: int) -> None:
    """Everything that makes numbers, ids and commits come in different orders, so many facts of it.

    Without a number of facts, until told.
    """
    dice = random.Random(seed)
    stop = until_told()
    shared = [uuid5(ROOT, f"shared-{n}") for n in range(5)]
    written = 0
    with (
        opened(url, size=2) as store,
        connect(url, Role.WRITER) as slow,
        connect(url, Role.WRITER) as early,
    ):
        while not stop.is_set() and (not facts or written < facts):
            turn = dice.random()
            if turn < 0.5:
                stream = uuid4() if dice.random() < 0.5 else dice.choice(shared)
                wanted = act(stream, store.log.version_of(stream), uuid4().hex, dice.randint(1, 8))
                if wrote(store.log.append(wanted)):
                    written += _said(stream, wanted.act.first_version, wanted.act.last_version)
            elif turn < 0.65:
                written += _slowly(slow, uuid4(), dice)
            elif turn < 0.75:
                with slow.transaction(force_rollback=True):
                    slow.execute(INSERT, (uuid4(), 1))
            elif turn < 0.85:
                written += _with_savepoints(slow, early, uuid4())
            elif turn < 0.9:
                written += _prepared(slow, early, uuid4())
            else:
                written += _early_pair(early, slow, uuid4())


def _said(stream: UUID, first: int, last: int) -> int:
    say(stream=stream, first=first, last=last)
    return last - first + 1


def _slowly(connection: Connection, stream: UUID, dice: random.Random) -> int:
    """Numbers drawn early, committed late: three facts, at times ten."""
    last = dice.choice((3, 3, 10))
    with connection.transaction():
        for version in range(1, last + 1):
            connection.execute(INSERT, (stream, version))
            time.sleep(dice.uniform(0.001, 0.006))
    return _said(stream, 1, last)


def _with_savepoints(outer: Connection, other: Connection, stream: UUID) -> int:
    """One savepoint undone, one kept, and somebody who commits before the whole does."""
    with outer.transaction():
        outer.execute(INSERT, (stream, 1))
        with outer.transaction(force_rollback=True):
            outer.execute(INSERT, (stream, 2))
        with outer.transaction():
            outer.execute(INSERT, (stream, 2))
        _said_alone(other)
        time.sleep(0.005)
    return _said(stream, 1, 2) + 1


def _prepared(connection: Connection, other: Connection, stream: UUID) -> int:
    """Prepared, and committed after another has come and gone."""
    name = f"{stream}"
    connection.execute("begin")
    connection.execute(INSERT, (stream, 1))
    connection.execute(f"prepare transaction '{name}'".encode())
    _said_alone(other)
    time.sleep(0.01)
    connection.execute(f"commit prepared '{name}'".encode())
    return _said(stream, 1, 1) + 1


def _early_pair(early: Connection, other: Connection, stream: UUID) -> int:
    """Version 2 in a transaction that drew its id, and a number, before version 1 was written."""
    with early.transaction():
        early.execute(INSERT, (uuid4(), 1))
        other.execute(INSERT, (stream, 1))
        early.execute(INSERT, (stream, 2))
    return _said(stream, 1, 2) + 1


def _said_alone(connection: Connection) -> None:
    stream = uuid4()
    connection.execute(INSERT, (stream, 1))
    _said(stream, 1, 1)


def write_until_killed(url: str, place: int, flaw: str, folder: str) -> None:
    """A client that dies all the time; each new life repeats the act the last one died in.

    It notes the number of its act before it sends it, as any client must that wants to retry.
    Each act opens a stream derived from its key.
    """
    note = Path(folder) / f"client-{place}"
    number = int(note.read_text()) if note.exists() else 0
    with opened(url, size=1) as store:
        while True:
            beside = note.with_suffix(".new")
            beside.write_text(str(number))
            beside.replace(note)
            key = f"{place}-{number}"
            wanted = intent(uuid5(ROOT, key), 0, key, 1 + number % 4)
            if flaw:
                flawed.append_in_two_steps(store, wanted)
                result = "Done"
            else:
                result = type(store.log.append(wanted)).__name__
            last = wanted.act.last_version
            say(key=key, stream=wanted.stream_id, first=1, last=last, result=result)
            number += 1


def contend(url: str, flaw: str, streams: list[UUID], begin: float) -> None:
    """Five acts at one version of each stream, all at one moment (Unix time, then each 50 ms)."""
    with opened(url, size=5) as store, ThreadPoolExecutor(5) as threads:
        for n, stream in enumerate(streams):
            attempts = [act(stream, 1, uuid4().hex) for _ in range(5)]

            def attempt(wanted: Append, at: float = begin + n / 20) -> None:
                store.log.version_of(wanted.stream_id)  # the connection is there
                time.sleep(max(0.0, at - time.time()))
                if flaw:
                    result = repr(flawed.append_swallowing_conflicts(store, wanted))
                else:
                    result = repr(store.log.append(wanted))
                say(stream=wanted.stream_id, result=result, key=wanted.act.key)

            list(threads.map(attempt, attempts))


def act_until_told(url: str, place: int) -> None:
    """A client that does one act after the other on a case of its own, and never gives one up.

    While the outcome of an act is unknown it sends the same act again.
    """
    stop, stream, version = until_told(), uuid5(ROOT, f"client {place}"), 0
    with opened(url, size=1) as store:
        while not stop.is_set():
            wanted = intent(stream, version, f"act-{version}", 1 + version % 3)
            result = _insist(store, wanted)
            last = wanted.act.last_version
            say(stream=stream, first=version + 1, last=last, result=result)
            version = last


def _insist(store: Opened, wanted: Append) -> str:
    while True:
        try:
            return type(store.log.append(wanted)).__name__
        except StoreUnavailable:
            time.sleep(0.02)


def follow(url: str, flaw: str = "", clock: float = 0.0, stops: str = "") -> None:
    """A runner of the tally, woken by notifications, until told.

    Its own clock is so many seconds wrong. It ``stops`` "in" its second turn or "before" it takes
    it, knowing nothing of that, as when its machine is paused; then it says how often it failed.
    """
    stop = until_told()
    following.put_the_clock_wrong(clock)
    engine = following.projector(url)
    tally = following.Stopping(stops)
    with opened(url, size=2) as store, Wakeup(url, stop.wait) as wakeup:
        if flaw:
            following.follow_flawed(engine, store.log, tally, flaw, stop)
            return
        runner = following.runner(engine, store.log, tally)
        if stops:
            tally.stop_before_it_takes(engine)
        runner.attempt()
        say(at="work")
        runner.run(stop, wakeup.wait)
        say(failures=runner.failures)
