"""A storm of writers, read at once by us and by three followers that look right and are not."""

import time
from dataclasses import replace

import psycopg
import pytest
from tests.adversary.examiner import (
    Fact,
    Follower,
    LedgerFollower,
    Verdict,
    judge,
    start,
    told,
    wrongly_acknowledged,
)
from tests.adversary.flawed import BelowTheHorizon, ReadPastTheSequence, WaitAtGaps

from cases.app.embedded import Database
from cases.app.store.sequencer import Sequencer

SECONDS = 5.0
ENOUGH = 100


def _follow(database: Database, followers: dict[str, Follower]) -> dict[str, list[Fact]]:
    """Run the storm and let every follower read all the while, and once more after it.

    Until the ledger holds enough to tell, a writing transaction of somebody else stands open.
    """
    seen: dict[str, list[Fact]] = {name: [] for name in followers}
    during: dict[str, int] = {}
    with (
        psycopg.connect(database.superuser_url, autocommit=True) as reader,
        psycopg.connect(database.superuser_url) as idle,
        Sequencer(database.url, limit=40) as sequencer,
    ):
        idle.execute("select pg_current_xact_id()")
        storms = [start("storm", database.url, seed, SECONDS) for seed in range(3)]
        began = time.monotonic()

        def look() -> None:
            sequencer.tick()
            for name, follower in followers.items():
                seen[name].extend(follower.poll(reader))

        while any(storm.poll() is None for storm in storms):
            look()
            if not during and len(seen["ledger"]) > ENOUGH:
                during.update({name: len(facts) for name, facts in seen.items()})
                idle.rollback()
            time.sleep(0.002)
            if time.monotonic() - began > 60:
                raise TimeoutError
        acknowledged = [line for storm in storms for line in told(storm)]
        while sequencer.tick():
            pass
        look()
    assert [storm.returncode for storm in storms] == [0, 0, 0]
    assert len(acknowledged) > 20
    assert wrongly_acknowledged(acknowledged, database.superuser_url) == 0
    # Nobody waited for the idle transaction but the one who follows the horizon.
    assert during["ledger"] > ENOUGH
    assert during["horizon"] == 0
    return seen


@pytest.mark.guarantee("AD-1")
def test_nothing_is_lost_inverted_split_or_doubled_and_each_flawed_way_is_caught(
    database: Database,
) -> None:
    seen = _follow(
        database,
        {
            "ledger": LedgerFollower(),
            "sequence": ReadPastTheSequence(),
            "gaps": WaitAtGaps(),
            "horizon": BelowTheHorizon(),
        },
    )
    verdicts = {name: judge(facts, database.superuser_url) for name, facts in seen.items()}
    assert verdicts["ledger"] == Verdict(0, 0, 0, 0, 0)
    assert verdicts["sequence"].lost > 0
    assert verdicts["sequence"].split > 0
    assert verdicts["gaps"].lost > 0
    assert verdicts["horizon"].inverted > 0
    # Its one fault is the order, or it would not be the flaw it stands for.
    assert replace(verdicts["horizon"], inverted=0) == Verdict(0, 0, 0, 0, 0)


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
    good = Verdict(0, 0, 0, 0, 0)
    assert judge(right, url) == good
    assert judge(right[:3], url) == replace(good, lost=1)
    assert judge([*right, four], url) == replace(good, duplicated=1)
    assert judge([*right, (four[0], 9)], url).invented == 1
    assert judge([one, three, two, four], url).split == 2
    assert judge([(four[0], 9), three, four], url).inverted == 1
