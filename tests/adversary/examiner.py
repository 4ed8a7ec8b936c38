"""Holds what was promised and what was seen against what the database holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

import psycopg
from tests.adversary.followers import Fact


@dataclass(frozen=True)
class Verdict:
    """How many facts (acts, for ``split``) went wrong; all zero for a log that keeps its word.

    ``wrongly_acknowledged`` counts facts that were promised and are not there. ``stalled`` counts
    facts that were there and not shown while something else stood open.
    """

    lost: int = 0
    duplicated: int = 0
    invented: int = 0
    inverted: int = 0
    split: int = 0
    wrongly_acknowledged: int = 0
    stalled: int = 0


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


def judge_positions(taken_in: Iterable[int], head: int) -> Verdict:
    """The verdict on a read model that writes down each position it takes in."""
    found = list(taken_in)
    ledger = set(range(1, head + 1))
    return Verdict(
        lost=len(ledger - set(found)),
        duplicated=len(found) - len(set(found)),
        invented=len(set(found) - ledger),
    )


def wrongly_acknowledged(told: Iterable[Mapping[str, Any]], superuser_url: str) -> int:
    """How many facts a writer was told are recorded, and are not.

    A line says ``stream`` and the versions ``first`` to ``last``, and where acts contend for a
    place also whose ``act`` it was told has it.
    """
    with psycopg.connect(superuser_url) as connection:
        rows = connection.execute("select stream_id::text, version from log.event").fetchall()
    held = set(rows)
    promised = {
        (line["stream"], version)
        for line in told
        for version in range(line["first"], line["last"] + 1)
    }
    return len(promised - held)


def ledger_of(superuser_url: str) -> tuple[list[Fact], int]:
    """The ledger in order, and how many positions from 1 to its last are missing or taken twice."""
    with psycopg.connect(superuser_url) as connection:
        rows = connection.execute(
            "select stream_id, version, idx from log.ledger order by idx"
        ).fetchall()
    last = rows[-1][2] if rows else 0
    gaps = last - len({row[2] for row in rows}) + len(rows) - len({row[2] for row in rows})
    return [(row[0], row[1]) for row in rows], gaps


def facts_of(superuser_url: str) -> int:
    """How many facts there are."""
    return count(superuser_url, "select count(*) from log.event")


def halves(superuser_url: str) -> int:
    """How many streams hold acts without their line in the trail, or the other way round.

    For logs of which every stream was opened, and every fact written, through the append.
    """
    return count(
        superuser_url,
        "select count(*) from (select stream_id, count(act_key) as n from log.event group by 1) e"
        " full join (select case_id, count(*) as n from trail.access group by 1) a"
        " on a.case_id = e.stream_id where e.n is distinct from a.n",
    )


def unsealed(superuser_url: str) -> int:
    """How many facts lack their content, or their stream its key."""
    return count(
        superuser_url,
        "select count(*) from log.event e left join log.case_key k using (stream_id)"
        " where e.sealed is null or k.wrapped is null",
    )


def acted_twice(superuser_url: str) -> int:
    """How many acts beyond the first were recorded for one intent.

    Of a log in which an act that intends the same has the same fingerprint, and no other has.
    """
    return count(
        superuser_url,
        "select count(*) - count(distinct (stream_id, fingerprint)) from log.event"
        " where act_key is not null",
    )


def count(superuser_url: str, query: str) -> int:
    """The number that a query asks for."""
    with psycopg.connect(superuser_url) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return int(row[0])
