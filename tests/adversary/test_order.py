"""Numbers, ids and commits in every order: what a follower of the ledger sees, and what others do.

Each adversary is a scene, written out step by step and repeated, and at last all of them at once
from several processes. The ledger is read beside followers that look right and are not.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from uuid import UUID, uuid4

import psycopg
import pytest
from tests.adversary.arena import Arena
from tests.adversary.attackers import INSERT, storm
from tests.adversary.examiner import Verdict, facts_of, judge, wrongly_acknowledged
from tests.adversary.followers import (
    AtGaps,
    BelowTheHorizon,
    BelowTheHorizonByNumber,
    ByTheRow,
    Connection,
    Fact,
    Follower,
    LedgerFollower,
    PastTheNumber,
)

from cases.app.embedded import Database
from cases.app.store.sequencer import Sequencer

OURS = "ours"


class Watch:
    """The ledger and others, looked at again and again while a scene goes on."""

    def __init__(
        self, stack: ExitStack, database: Database, followers: dict[str, Follower]
    ) -> None:
        self._database = database
        self._stack = stack
        self._followers: dict[str, Follower] = {OURS: LedgerFollower(), **followers}
        self._sequencer = stack.enter_context(Sequencer(database.url, limit=7))
        self._reader = self.connect(autocommit=True)
        self.seen: dict[str, list[Fact]] = {name: [] for name in self._followers}

    def connect(self, *, autocommit: bool = False) -> Connection:
        """A connection that may write anything."""
        url = self._database.superuser_url
        return self._stack.enter_context(psycopg.connect(url, autocommit=autocommit))

    def look(self) -> None:
        """One tick, and everybody reads on."""
        self._sequencer.tick()
        for name, follower in self._followers.items():
            self.seen[name] += follower.poll(self._reader)

    def settle(self) -> None:
        """Until nobody finds anything new, and longer than anybody waits."""
        for _ in range(5):
            self._sequencer.drain()
            self.look()

    def stalled(self) -> dict[str, int]:
        """How many committed facts each has not seen by now."""
        there = facts_of(self._database.superuser_url)
        return {name: there - len(facts) for name, facts in self.seen.items()}

    def verdicts(self) -> dict[str, Verdict]:
        """What each made of it, all in all."""
        return {
            name: judge(facts, self._database.superuser_url) for name, facts in self.seen.items()
        }


@contextmanager
def watching(database: Database, **followers: Follower) -> Iterator[Watch]:
    """Watch a database with these followers beside us."""
    with ExitStack() as stack:
        yield Watch(stack, database, followers)


def write(connection: Connection, stream: UUID | None = None, version: int = 1) -> None:
    """One fact, as a statement of the connection's transaction."""
    connection.execute(INSERT, (stream or uuid4(), version))


@pytest.mark.guarantee("SQ-1", "AD-1")
def test_a_lower_number_that_commits_later(arena: Arena) -> None:
    """The first to draw a number is the last to commit, several polls later."""
    with watching(
        arena.ours, past=PastTheNumber(), gives_up=AtGaps(2), horizon=BelowTheHorizonByNumber()
    ) as watch:
        young, slow, quick = watch.connect(), watch.connect(), watch.connect()
        for _ in range(arena.size.scenes):
            young.execute("select pg_current_xact_id()")
            write(slow)
            write(young)
            young.commit()
            write(quick)
            quick.commit()
            for _ in range(4):
                watch.look()
            slow.commit()
            watch.look()
        watch.settle()
        found = watch.verdicts()
    arena.score(
        "lower number commits later",
        found[OURS],
        {
            "reads past the number": ("lost", found["past"]),
            "gives up at gaps": ("lost", found["gives_up"]),
            "remembers a number below the horizon": ("lost", found["horizon"]),
        },
        facts=3 * arena.size.scenes,
    )


@pytest.mark.guarantee("SQ-2")
def test_a_writing_transaction_that_stays_open(arena: Arena) -> None:
    """One here and one in another database of the cluster, open all the while."""
    with (
        watching(arena.ours, by_id=BelowTheHorizon(), by_number=BelowTheHorizonByNumber()) as watch,
        psycopg.connect(arena.cluster.superuser_url("postgres")) as elsewhere,
    ):
        idle, writer = watch.connect(), watch.connect()
        late = dict.fromkeys(watch.seen, 0)
        for where in (idle, elsewhere):
            for _ in range(arena.size.scenes):
                where.execute("select pg_current_xact_id()")
                write(writer)
                writer.commit()
                watch.look()
            # By progress, not by time: whoever has not seen everything now waits for somebody.
            late = {name: late[name] + missing for name, missing in watch.stalled().items()}
            where.rollback()
            watch.settle()
        found = {n: replace(v, stalled=late[n]) for n, v in watch.verdicts().items()}
    arena.score(
        "write transaction open elsewhere",
        found[OURS],
        {
            "waits for the oldest transaction": ("stalled", found["by_id"]),
            "the same, by number": ("stalled", found["by_number"]),
        },
        facts=2 * arena.size.scenes,
    )


@pytest.mark.guarantee("AD-1")
def test_numbers_that_are_never_used(arena: Arena) -> None:
    """Appends that roll back between others that commit."""
    with watching(arena.ours, waits=AtGaps()) as watch:
        doomed, writer = watch.connect(), watch.connect()
        for _ in range(arena.size.scenes):
            write(doomed)
            write(writer)
            doomed.rollback()
            writer.commit()
            watch.look()
        watch.settle()
        found = watch.verdicts()
    arena.score(
        "rolled back",
        found[OURS],
        {"waits at gaps": ("lost", found["waits"])},
        facts=arena.size.scenes,
    )


@pytest.mark.guarantee("SQ-3")
def test_early_pairs(arena: Arena) -> None:
    """Version 2 in a transaction that drew its id, and a number, before version 1 was written."""
    with watching(arena.ours, by_id=BelowTheHorizon()) as watch:
        early, other = watch.connect(), watch.connect()
        for _ in range(arena.size.scenes):
            stream = uuid4()
            write(early)
            write(other, stream, 1)
            other.commit()
            write(early, stream, 2)
            early.commit()
            watch.look()
        watch.settle()
        found = watch.verdicts()
    arena.score(
        "early pairs",
        found[OURS],
        {"orders by transaction id": ("inverted", found["by_id"])},
        facts=3 * arena.size.scenes,
    )


@pytest.mark.guarantee("AD-1")
def test_transactions_of_many_facts_with_pauses(arena: Arena) -> None:
    """Ten facts each, with others' facts, ticks and polls in between."""
    with watching(arena.ours, past=PastTheNumber(), gives_up=AtGaps(1)) as watch:
        long, short = watch.connect(), watch.connect()
        for n in range(arena.size.scenes):
            stream = uuid4()
            for version in range(1, 11):
                write(long, stream, version)
                if version % 3 == n % 3:
                    write(short)
                    short.commit()
                    watch.look()
            write(short)
            long.commit()
            short.commit()
            watch.look()
        watch.settle()
        found = watch.verdicts()
    arena.score(
        "ten facts with pauses",
        found[OURS],
        {
            "reads past the number": ("lost", found["past"]),
            "gives up at gaps": ("split", found["gives_up"]),
        },
        facts=facts_of(arena.ours.superuser_url),
    )


@pytest.mark.guarantee("SQ-4")
def test_savepoints(arena: Arena) -> None:
    """Kept and rolled back ones, in transactions that commit after others have come and gone."""
    with watching(arena.ours, row=ByTheRow()) as watch:
        outer, other = watch.connect(), watch.connect()
        for _ in range(arena.size.scenes):
            write(outer)
            with outer.transaction(force_rollback=True):
                write(outer)
            with outer.transaction():
                write(outer)
            write(other)
            other.commit()
            watch.look()
            outer.commit()
            watch.look()
        watch.settle()
        found = watch.verdicts()
    arena.score(
        "savepoints",
        found[OURS],
        {"compares the id of the row": ("lost", found["row"])},
        facts=3 * arena.size.scenes,
    )


@pytest.mark.guarantee("SQ-4")
def test_prepared_transactions(arena: Arena) -> None:
    """Resolved many facts and ticks after they were prepared, every other one by a roll-back."""
    waiting: list[str] = []
    with watching(arena.ours, past=PastTheNumber(), gives_up=AtGaps(3)) as watch:
        prepared, other = watch.connect(autocommit=True), watch.connect()

        def resolve(n: int) -> None:
            how = "rollback" if n % 2 else "commit"
            prepared.execute(f"{how} prepared '{waiting.pop(0)}'".encode())

        for n in range(arena.size.scenes):
            prepared.execute("begin")
            for version in (1, 2):
                write(prepared, UUID(int=n), version)
            waiting.append(f"scene {n}")
            prepared.execute(f"prepare transaction '{waiting[-1]}'".encode())
            for _ in range(3):
                write(other)
                other.commit()
                watch.look()
            if len(waiting) > 4:
                resolve(n)
        while waiting:
            resolve(len(waiting))
            watch.look()
        watch.settle()
        found = watch.verdicts()
    arena.score(
        "prepared, resolved much later",
        found[OURS],
        {
            "reads past the number": ("lost", found["past"]),
            "gives up at gaps": ("lost", found["gives_up"]),
        },
        facts=facts_of(arena.ours.superuser_url),
    )


@pytest.mark.guarantee("AD-1", "AD-3")
def test_a_storm_of_everything_at_once(arena: Arena) -> None:
    """Three processes that do all of the above, and acts in collision, as fast as they can."""
    with watching(
        arena.ours,
        past=PastTheNumber(),
        gives_up=AtGaps(1),
        by_id=BelowTheHorizon(),
        by_number=BelowTheHorizonByNumber(),
    ) as watch:
        storms = [
            arena.attackers.start(storm, arena.ours.url, n, arena.size.facts // 3) for n in range(3)
        ]
        while any(each.alive for each in storms):
            watch.look()
            time.sleep(0.01)
        told = [line for each in storms for line in each.ended()]
        watch.settle()
        found = watch.verdicts()
    facts = facts_of(arena.ours.superuser_url)
    assert facts >= arena.size.facts
    wrong = wrongly_acknowledged(told, arena.ours.superuser_url)
    arena.score(
        "storm",
        replace(found[OURS], wrongly_acknowledged=wrong),
        {
            "reads past the number": ("lost", found["past"]),
            "gives up at gaps": ("lost", found["gives_up"]),
            "orders by transaction id": ("inverted", found["by_id"]),
            "remembers a number below the horizon": ("lost", found["by_number"]),
        },
        facts=facts,
    )


def test_the_examiner_sees_each_kind_of_wrong(database: Database) -> None:
    """The measure itself, on a small log with every fault put into what was seen."""
    with psycopg.connect(database.superuser_url) as writer:
        rows = []
        for _ in range(2):
            rows += writer.execute(
                "insert into log.event (stream_id, version, event_id, topic, recorded_at,"
                " metadata, key_id, payload_hash) select gen_random_uuid(), n, gen_random_uuid(),"
                " 't', now(), '{}', gen_random_uuid(), sha256('') from generate_series(1, 2) n"
                " returning stream_id, version"
            ).fetchall()
            writer.commit()
    right: list[Fact] = [(row[0], row[1]) for row in rows]
    one, two, three, four = right
    url = database.superuser_url
    assert judge(right, url) == Verdict()
    assert judge(right[:3], url) == Verdict(lost=1)
    assert judge([*right, four], url) == Verdict(duplicated=1)
    assert judge([*right, (four[0], 9)], url).invented == 1
    assert judge([one, three, two, four], url).split == 2
    assert judge([(four[0], 9), three, four], url).inverted == 1
    promised = {"stream": str(one[0]), "first": 1, "last": 3}
    assert wrongly_acknowledged([promised], url) == 3 - 1
