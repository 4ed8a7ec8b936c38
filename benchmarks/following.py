"""What a follower is given while others write: ``python -m benchmarks.following NAME PLACE FACTS``.

A process that reads as the contestant's documentation says, over and over at the newest end. Its
own report: what was there in the end and never given, what was given out of order within a stream,
and acts whose facts did not come one after the other.
"""

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from time import sleep
from uuid import UUID

import psycopg

from benchmarks.contestants import Contestant, Given, Place
from benchmarks.field import FIELD
from benchmarks.ground import Ground
from benchmarks.talking import PATIENCE

PAUSE = 0.002
"""Seconds between readings that brought nothing."""
STOPS = (0.005, 0.03)
"""Seconds a process of the server is stopped for, at least and at most."""


@dataclass(frozen=True)
class Followed:
    """What a follower was given. ``stops`` counts how often a process of the server was stopped."""

    name: str
    how: str
    facts: int
    lost: int
    inverted: int
    split: int
    stops: int


@contextmanager
def follower(contestant: type[Contestant], place: Place, facts: int) -> Iterator[list[Followed]]:
    """A follower beside the block; its report is in the list when the block has ended."""
    command = [sys.executable, "-m", "benchmarks.following", contestant.name]
    command += [json.dumps(asdict(place)), str(facts)]
    report: list[Followed] = []
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            if process.stdout.readline().strip() != "ready":
                raise RuntimeError(f"the follower of {contestant.name} did not start")
            yield report
        finally:
            process.stdin.close()
            said = process.stdout.read()
            process.wait(PATIENCE)
    counted = json.loads(said)
    report.append(Followed(contestant.name, contestant.follows, **counted, stops=0))


@contextmanager
def disturbed(ground: Ground, place: Place) -> Iterator[list[int]]:
    """While the block runs, processes of the server that are at work are stopped for moments.

    As a busy machine does to any process, and mostly between what it has drawn or written and its
    commit. What it yields counts them. Only for a place in our PostgreSQL.
    """
    stops: list[int] = []
    if place.server:
        yield stops
        return
    over = threading.Event()
    thread = threading.Thread(target=_disturb, args=(ground, place, over, stops))
    thread.start()
    try:
        yield stops
    finally:
        over.set()
        thread.join()


def _disturb(ground: Ground, place: Place, over: threading.Event, stops: list[int]) -> None:
    database = psycopg.conninfo.conninfo_to_dict(place.url)["dbname"]
    working = """
        select pid from pg_stat_activity
         where datname = %s and state = 'active' and backend_type = 'client backend'"""
    superuser = ground.cluster.superuser_url("postgres")
    with psycopg.connect(superuser, autocommit=True) as connection:
        while not over.is_set():
            pids = [row[0] for row in connection.execute(working, (database,))]
            if pids:
                _stop_for_a_moment(random.choice(pids))
                stops.append(1)
            sleep(0.002)


def _stop_for_a_moment(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGSTOP)
        try:
            sleep(random.uniform(*STOPS))
        finally:
            os.kill(pid, signal.SIGCONT)


def _main(name: str, place: str, facts: int) -> None:
    one = FIELD[name](Place(**json.loads(place)), 1)
    one.begin_to_follow()
    over = threading.Event()
    last = _drained(one, 0)
    before = one.found()
    print("ready", flush=True)
    threading.Thread(target=_wait_for_the_end, args=(over,), daemon=True).start()
    given: list[Given] = []
    quiet = 0
    while not over.is_set() or quiet < 200:
        page = one.follow(last)
        quiet = 0 if page else quiet + 1
        given += page
        last = page[-1].position if page else last
        if not page:
            sleep(PAUSE)
    there = one.found() - before
    seen = {(each.stream, each.version) for each in given}
    print(
        json.dumps(
            {
                "facts": len(there),
                "lost": len(there - seen),
                "inverted": _inverted(given),
                "split": _split(given, facts),
            }
        )
    )
    one.close()


def _wait_for_the_end(over: threading.Event) -> None:
    sys.stdin.read()
    over.set()


def _drained(one: Contestant, last: int) -> int:
    while page := one.follow(last):
        last = page[-1].position
    return last


def _inverted(given: list[Given]) -> int:
    """Facts that came after a later one of their stream."""
    newest: dict[UUID, int] = {}
    number = 0
    for each in given:
        number += each.version < newest.get(each.stream, 0)
        newest[each.stream] = max(each.version, newest.get(each.stream, 0))
    return number


def _split(given: list[Given], facts: int) -> int:
    """Acts of several facts that did not come one after the other, or not whole."""
    places: dict[tuple[UUID, int], list[int]] = {}
    for place, each in enumerate(given):
        if each.version > 1:
            places.setdefault((each.stream, (each.version - 2) // facts), []).append(place)
    return sum(
        1 for found in places.values() if len(found) != facts or found[-1] - found[0] != facts - 1
    )


if __name__ == "__main__":
    _main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
