"""Holds what was promised and what was seen against what the database holds."""

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow

REPOSITORY = Path(__file__).parents[2]
Fact = tuple[UUID, int]


class Follower(Protocol):
    """A way of reading the log as it grows."""

    def poll(self, connection: psycopg.Connection[TupleRow]) -> Iterable[tuple[Any, int]]:
        """The facts that are new since the last poll, in the follower's order."""


class LedgerFollower:
    """The way we read: what is in the ledger, by position."""

    def __init__(self) -> None:
        self._after = 0

    def poll(self, connection: psycopg.Connection[TupleRow]) -> list[tuple[Any, int]]:
        """The positions after the last one seen."""
        rows = connection.execute(
            "select stream_id, version, idx from log.ledger where idx > %s order by idx",
            (self._after,),
        ).fetchall()
        self._after = max([self._after, *(row[2] for row in rows)])
        return [(row[0], row[1]) for row in rows]


@dataclass(frozen=True)
class Verdict:
    """How many facts (acts, for ``split``) went wrong; all zero for a log that keeps its word."""

    lost: int
    duplicated: int
    invented: int
    inverted: int
    split: int

    @property
    def clean(self) -> bool:
        """Nothing went wrong."""
        return self == Verdict(0, 0, 0, 0, 0)


def judge(seen: list[Fact], superuser_url: str) -> Verdict:
    """The verdict on what a follower saw, in the order it saw it."""
    with psycopg.connect(superuser_url) as connection:
        rows = connection.execute("select stream_id, version, xid::text from log.event").fetchall()
    act_of = {(row[0], row[1]): row[2] for row in rows}
    highest: dict[UUID, int] = {}
    inverted = 0
    for stream, version in seen:
        inverted += version < highest.get(stream, 0)
        highest[stream] = max(version, highest.get(stream, 0))
    runs = [act for act, _ in groupby(act_of.get(fact) for fact in seen)]
    return Verdict(
        lost=len(act_of.keys() - set(seen)),
        duplicated=len(seen) - len(set(seen)),
        invented=len(set(seen) - act_of.keys()),
        inverted=inverted,
        split=len(runs) - len(set(runs)),
    )


def wrongly_acknowledged(told: list[dict[str, Any]], superuser_url: str) -> int:
    """How many facts a writer was told are recorded, and are not."""
    with psycopg.connect(superuser_url) as connection:
        rows = connection.execute("select stream_id::text, version from log.event").fetchall()
    held = set(rows)
    promised = {
        (line["stream"], version)
        for line in told
        for version in range(line["first"], line["last"] + 1)
    }
    return len(promised - held)


def start(what: str, *arguments: object) -> subprocess.Popen[str]:
    """An attacker in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.adversary.attackers", what, *map(str, arguments)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    )


def told(process: subprocess.Popen[str]) -> list[dict[str, Any]]:
    """What an ended process was told is done; a line cut short by its death was not told."""
    out, _ = process.communicate(timeout=60)
    return [json.loads(line) for line in out.splitlines(keepends=True) if line.endswith("\n")]


def ledger_of(superuser_url: str) -> tuple[list[Fact], int]:
    """The ledger in order, and how many positions from 1 to its last are missing or taken twice."""
    with psycopg.connect(superuser_url) as connection:
        rows = connection.execute(
            "select stream_id, version, idx from log.ledger order by idx"
        ).fetchall()
    last = rows[-1][2] if rows else 0
    gaps = last - len({row[2] for row in rows}) + len(rows) - len({row[2] for row in rows})
    return [(row[0], row[1]) for row in rows], gaps


def halves(superuser_url: str) -> int:
    """How many streams hold acts without their line in the trail, or the other way round."""
    with psycopg.connect(superuser_url) as connection:
        row = connection.execute(
            "select count(*) from (select stream_id, count(act_key) as n from log.event group by 1)"
            " e full join (select case_id, count(*) as n from trail.access group by 1) a"
            " on a.case_id = e.stream_id where e.n is distinct from a.n"
        ).fetchone()
    assert row is not None
    return int(row[0])
