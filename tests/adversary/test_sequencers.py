"""Sequencers killed, racing, idle for long, and on a sequence that voids their argument."""

import random
from uuid import uuid4

import psycopg
import pytest
from tests.adversary import flawed
from tests.adversary.arena import Arena
from tests.adversary.attackers import INSERT, sequence, storm
from tests.adversary.examiner import (
    Verdict,
    count,
    facts_of,
    judge,
    ledger_of,
    wrongly_acknowledged,
)
from tests.adversary.size import UNTIL_IT_SHOWS

from cases.app.embedded import Database
from cases.app.store.faults import SequenceCached
from cases.app.store.sequencer import Sequencer


def _ledger(database: Database) -> Verdict:
    """The verdict on a ledger, whose positions have no gap."""
    seen, gaps = ledger_of(database.superuser_url)
    assert gaps == 0
    return judge(seen, database.superuser_url)


def _sequenced_by_the_dying(arena: Arena, database: Database, kills: int) -> Verdict:
    """A storm all the while; then one sequencer that nobody kills."""
    weather = arena.attackers.start(storm, database.url, 1, 0)
    arena.attackers.live_dangerously(sequence, [(database.url, "")] * 2, kills)
    told = weather.stop()
    with Sequencer(database.url) as sequencer:
        sequencer.drain()
    assert wrongly_acknowledged(told, database.superuser_url) == 0
    return _ledger(database)


def _sequenced_by_the_forgetful(arena: Arena, database: Database) -> Verdict:
    """One alone: it would fall over a second one as well, which is not what it is here for."""
    weather = arena.attackers.start(storm, database.url, 1, 0)

    def passed_over() -> int:
        return count(
            database.superuser_url,
            "select count(*) from log.event e, log.sequencer s"
            " where pg_visible_in_snapshot(e.xid, s.snapshot)"
            " and (e.stream_id, e.version) not in (select stream_id, version from log.ledger)",
        )

    arena.attackers.live_dangerously(
        sequence, [(database.url, "marks first")], UNTIL_IT_SHOWS, lambda: passed_over() > 0
    )
    weather.stop()
    return Verdict(lost=passed_over())


@pytest.mark.guarantee("AD-2")
def test_sequencers_killed_at_any_moment(arena: Arena) -> None:
    """Two race for the row, and one of them is killed, again and again, while a storm goes on."""
    ours = _sequenced_by_the_dying(arena, arena.ours, arena.size.kills)
    marks_first = _sequenced_by_the_forgetful(arena, arena.theirs)
    arena.score(
        "sequencers killed",
        ours,
        {"moves its snapshot, then enters": ("lost", marks_first)},
        facts=facts_of(arena.ours.superuser_url),
        kills=arena.size.kills,
    )


@pytest.mark.guarantee("SQ-5")
def test_a_backlog_after_a_long_time_without_a_sequencer(arena: Arena) -> None:
    """Thousands of facts in transactions of all sizes; copies of one log, sequenced in every way.

    In bounded ticks the ledger must become what one tick makes of it.
    """
    origin = arena.database()
    dice = random.Random(5)
    with (
        psycopg.connect(origin.superuser_url) as one,
        psycopg.connect(origin.superuser_url) as other,
    ):
        written = 0
        while written < arena.size.facts:
            stream = uuid4()
            for version in range(1, dice.randint(2, 9)):
                writer = dice.choice((one, other))
                writer.execute(INSERT, (stream if writer is one else uuid4(), version))
                written += 1
            other.commit()
            one.rollback() if dice.random() < 0.1 else one.commit()
    whole, bounded, forgetting, cutting = (arena.database(origin.name) for _ in range(4))
    limit = arena.size.facts // 40
    with Sequencer(whole.url) as at_once, Sequencer(bounded.url, limit=limit) as in_instalments:
        placed = at_once.tick()
        sizes = []
        while found := in_instalments.tick():
            sizes.append(found)
    assert sum(sizes) == placed == facts_of(origin.superuser_url)
    assert max(sizes) < limit + 20
    assert ledger_of(bounded.superuser_url) == ledger_of(whole.superuser_url)
    flawed.forget_the_rest(forgetting.url, limit)
    flawed.cut_transactions(cutting.url, limit)
    arena.score(
        "backlog in bounded ticks",
        _ledger(bounded),
        {
            "moves its snapshot past the rest": ("lost", _ledger(forgetting)),
            "cuts transactions": ("split", _ledger(cutting)),
        },
        facts=placed,
    )


@pytest.mark.guarantee("SQ-9")
def test_a_sequence_that_hands_out_numbers_in_advance(arena: Arena) -> None:
    """With a cache of ten a session holds numbers from before it read the stream."""
    for each in (arena.ours, arena.theirs):
        with Sequencer(each.url) as sequencer:
            sequencer.tick()
        with psycopg.connect(each.superuser_url, autocommit=True) as superuser:
            superuser.execute("alter sequence log.event_seq_seq cache 10")
    with Sequencer(arena.ours.url) as sequencer, pytest.raises(SequenceCached):
        sequencer.tick()
    with psycopg.connect(arena.ours.superuser_url, autocommit=True) as superuser:
        superuser.execute("alter sequence log.event_seq_seq cache 1")
    for each, kind in ((arena.ours, Sequencer), (arena.theirs, flawed.Unchecked)):
        with (
            psycopg.connect(each.superuser_url, autocommit=True) as one,
            psycopg.connect(each.superuser_url, autocommit=True) as other,
            kind(each.url) as sequencer,
        ):
            for _ in range(arena.size.scenes):
                stream = uuid4()
                one.execute(INSERT, (uuid4(), 1))
                other.execute(INSERT, (stream, 1))
                one.execute(INSERT, (stream, 2))
                sequencer.tick()
    arena.score(
        "sequence cache of ten",
        _ledger(arena.ours),
        {"does not look at the sequence": ("inverted", _ledger(arena.theirs))},
        facts=facts_of(arena.ours.superuser_url),
    )
