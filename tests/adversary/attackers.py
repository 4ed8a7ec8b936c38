"""The processes that attack the log. Run as ``python -m tests.adversary.attackers WHAT URL …``.

Each prints one JSON line per thing it was told is done, so that what it was told can be held
against what the database holds, whenever and however it died.
"""

import json
import os
import random
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4, uuid5

import psycopg
from tests.adversary import flawed
from tests.logbook import act, opened

from cases.app.store.connections import Role, connect
from cases.app.store.entries import Append, Appended, wrote
from cases.app.store.sequencer import Sequencer

INSERT = (
    "insert into log.event (stream_id, version, event_id, topic, recorded_at, metadata, key_id,"
    " payload_hash) values (%s, %s, gen_random_uuid(), 'test.noted.v1', now(), '{}',"
    " gen_random_uuid(), sha256(''))"
)
ROOT = UUID(int=0x6361736573)


def say(**what: object) -> None:
    """One line on standard output, at once."""
    sys.stdout.write(json.dumps(what, default=str) + "\n")
    sys.stdout.flush()


def storm(url: str, seed: str, seconds: str) -> None:
    """Everything that makes numbers, ids and commits come in different orders."""
    dice = random.Random(int(seed))
    until = time.monotonic() + float(seconds)
    shared = [uuid5(ROOT, f"shared-{n}") for n in range(5)]
    with (
        opened(url, size=2) as store,
        connect(url, Role.WRITER) as slow,
        connect(url, Role.WRITER) as early,
    ):
        while time.monotonic() < until:
            turn = dice.random()
            if turn < 0.5:
                stream = uuid4() if dice.random() < 0.5 else dice.choice(shared)
                wanted = act(stream, store.log.version_of(stream), uuid4().hex, dice.randint(1, 8))
                if wrote(store.log.append(wanted)):
                    say(stream=stream, first=wanted.act.first_version, last=wanted.act.last_version)
            elif turn < 0.7:
                _slowly(slow, uuid4(), dice)
            elif turn < 0.8:
                with slow.transaction(force_rollback=True):
                    slow.execute(INSERT, (uuid4(), 1))
            else:
                _early_pair(early, slow, uuid4())


def _slowly(connection: psycopg.Connection, stream: UUID, dice: random.Random) -> None:
    """Numbers drawn early, committed late."""
    with connection.transaction():
        for version in (1, 2, 3):
            connection.execute(INSERT, (stream, version))
            time.sleep(dice.uniform(0.001, 0.01))
    say(stream=stream, first=1, last=3)


def _early_pair(early: psycopg.Connection, other: psycopg.Connection, stream: UUID) -> None:
    """Version 2 in a transaction that drew its id, and a number, before version 1 was written."""
    with early.transaction():
        early.execute(INSERT, (uuid4(), 1))
        other.execute(INSERT, (stream, 1))
        early.execute(INSERT, (stream, 2))
    say(stream=stream, first=1, last=2)


def sequencers(url: str, flaw: str, seconds: str) -> None:
    """Two sequencers, one of them killed every few milliseconds; one where it has the flaw.

    The flawed one would also fall over a second one, which is not what it is here for.
    """

    def life(_: int) -> None:
        stop = threading.Event()
        if flaw == "none":
            Sequencer(url).run(stop, pause=0.002)
        else:
            flawed.mark_before_entering(url, stop)

    _live_dangerously(life, 2 if flaw == "none" else 1, float(seconds))


def writers(url: str, flaw: str, seconds: str, folder: str) -> None:
    """Two clients that die all the time; each new life repeats the act the last one died in.

    A client notes the number of its act before it sends it, as any client must that wants to
    retry. Each act opens a stream derived from its key.
    """

    def life(place: int) -> None:
        note = Path(folder) / str(place)
        number = int(note.read_text()) if note.exists() else 0
        with opened(url, size=1) as store:
            while True:
                beside = note.with_suffix(".new")
                beside.write_text(str(number))
                beside.replace(note)
                key = f"{place}-{number}"
                wanted = act(uuid5(ROOT, key), 0, key, 1 + number % 4)
                if flaw == "none":
                    result = type(store.log.append(wanted)).__name__
                else:
                    flawed.append_in_two_steps(store, wanted)
                    result = "Done"
                last = wanted.act.last_version
                say(key=key, stream=wanted.stream_id, first=1, last=last, result=result)
                number += 1

    _live_dangerously(life, 2, float(seconds))


def _live_dangerously(life: Callable[[int], None], places: int, seconds: float) -> None:
    """Keep a process in every place, killing one after the other with SIGKILL.

    Forked, because a fresh interpreter would spend the time on its imports; nothing here has a
    thread or a connection yet.
    """
    dice = random.Random(7)
    lives = {place: _born(life, place) for place in range(places)}
    until = time.monotonic() + seconds
    killed = 0
    while time.monotonic() < until:
        time.sleep(dice.uniform(0.03, 0.12))
        place = dice.randrange(places)
        os.kill(lives[place], signal.SIGKILL)
        _, status = os.waitpid(lives[place], 0)
        # It must have been alive: one that fell over by itself is a fault of the test.
        if os.WTERMSIG(status) != signal.SIGKILL:
            raise SystemExit(f"died by itself: {status}")
        killed += 1
        lives[place] = _born(life, place)
    for process in lives.values():
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
    say(killed=killed)


def _born(life: Callable[[int], None], place: int) -> int:
    process = os.fork()
    if process:
        return process
    try:
        life(place)
    except BaseException:
        traceback.print_exc()
    os._exit(1)


def contender(url: str, flaw: str, stream: str, at: str) -> None:
    """Five acts at one version of a stream at one moment (Unix time)."""
    with opened(url, size=5) as store, ThreadPoolExecutor(5) as threads:
        attempts = [act(UUID(stream), 1, uuid4().hex) for _ in range(5)]

        def attempt(wanted: Append) -> None:
            store.log.version_of(wanted.stream_id)  # the connection is there
            time.sleep(max(0.0, float(at) - time.time()))
            if flaw == "none":
                done = store.log.append(wanted) == Appended(2, 2)
            else:
                done = flawed.append_swallowing_conflicts(store, wanted)
            say(done=done, key=wanted.act.key)

        list(threads.map(attempt, attempts))


PARTS: dict[str, Callable[..., None]] = {
    "storm": storm,
    "sequencers": sequencers,
    "writers": writers,
    "contender": contender,
}

if __name__ == "__main__":
    PARTS[sys.argv[1]](*sys.argv[2:])
