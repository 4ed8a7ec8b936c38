"""Processes killed, lines cut, acts in collision: what was promised holds, what was not is not."""

import time
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from tests.adversary import flawed
from tests.adversary.examiner import (
    Verdict,
    halves,
    judge,
    ledger_of,
    start,
    told,
    wrongly_acknowledged,
)
from tests.adversary.severed import SeverableLine
from tests.logbook import act, opened

from cases.app.embedded import Database
from cases.app.store.entries import Append, Appended, Replayed
from cases.app.store.faults import StoreUnavailable
from cases.app.store.sequencer import Sequencer


def _sequenced_by_the_dying(database: Database, flaw: str) -> tuple[Verdict, int, int]:
    """The verdict on the ledger, its gaps, and the kills survived."""
    storm = start("storm", database.url, 1, 4)
    dying = start("sequencers", database.url, flaw, 4)
    lines = [told(storm), told(dying)][1]
    assert (storm.returncode, dying.returncode) == (0, 0)
    killed = lines[-1]["killed"]
    if flaw == "none":
        with Sequencer(database.url) as sequencer:
            sequencer.drain()
    seen, gaps = ledger_of(database.superuser_url)
    return judge(seen, database.superuser_url), gaps, killed


@pytest.mark.guarantee("AD-2")
def test_sequencers_killed_at_any_moment_leave_a_whole_ledger(database: Database) -> None:
    verdict, gaps, killed = _sequenced_by_the_dying(database, "none")
    assert killed > 10
    assert (verdict, gaps) == (Verdict(0, 0, 0, 0, 0), 0)


@pytest.mark.guarantee("AD-2")
def test_a_sequencer_that_marks_before_it_enters_is_caught(database: Database) -> None:
    verdict, _, _ = _sequenced_by_the_dying(database, "marks-first")
    assert verdict.lost > 0


def _written_by_the_dying(database: Database, flaw: str, folder: Path) -> tuple[int, int, int]:
    """Wrongly acknowledged facts, half acts, kills survived."""
    dying = start("writers", database.url, flaw, 4, folder)
    lines = told(dying)
    assert dying.returncode == 0
    killed = lines.pop()["killed"]
    assert len({line["key"] for line in lines}) > 5
    if flaw == "none":
        assert {line["result"] for line in lines} <= {"Appended", "Replayed"}
    wrong = wrongly_acknowledged(lines, database.superuser_url)
    return wrong, halves(database.superuser_url), killed


@pytest.mark.guarantee("AD-3")
def test_writers_killed_at_any_moment_leave_whole_acts_and_keep_their_word(
    database: Database, tmp_path: Path
) -> None:
    wrong, half, killed = _written_by_the_dying(database, "none", tmp_path)
    assert killed > 10
    assert (wrong, half) == (0, 0)
    with psycopg.connect(database.superuser_url) as superuser:
        row = superuser.execute(
            "select bool_and(sealed is not null),"
            " count(act_key) = (select count(*) from trail.access),"
            " count(act_key) = (select count(*) from log.case_key) from log.event"
        ).fetchone()
    assert row == (True, True, True)


@pytest.mark.guarantee("AD-3")
def test_a_writer_that_records_its_act_afterwards_is_caught(
    database: Database, tmp_path: Path
) -> None:
    _, half, _ = _written_by_the_dying(database, "two-steps", tmp_path)
    assert half > 0


@pytest.mark.guarantee("AD-4")
def test_a_retry_after_a_lost_answer_is_a_replay_and_after_a_lost_request_an_act(
    database: Database,
) -> None:
    stream = uuid4()
    with SeverableLine(database.url) as line, opened(line.url, size=1) as store:
        store.log.append(act(stream, 0, "open"))
        for version in range(1, 11):
            wanted = act(stream, version, f"act-{version}")
            committed = version % 2 == 0
            line.cut_after_commit() if committed else line.cut_before()
            with pytest.raises(StoreUnavailable):
                store.log.append(wanted)
            again = store.log.append(wanted)
            assert again == (
                Replayed(wanted.act) if committed else Appended(version + 1, version + 1)
            )
        assert [fact.act_id for fact in store.log.load(stream)] == [
            "open",
            *(f"act-{version}" for version in range(1, 11)),
        ]


@pytest.mark.guarantee("AD-4")
def test_a_client_that_acts_anew_after_a_lost_answer_is_caught(database: Database) -> None:
    stream = uuid4()

    def make(key: str, version: int) -> Append:
        return act(stream, version, key)

    with SeverableLine(database.url) as line, opened(line.url, size=1) as store:
        store.log.append(act(stream, 0, "open"))
        for _ in range(3):
            flawed.retry_as_something_new(store.log, make, stream, line.cut_after_commit)
        facts = len(store.log.load(stream))
    assert facts > 1 + 3


def _contended(database: Database, flaw: str) -> tuple[int, int]:
    """How many of 20 acts at one version were told they are recorded, and how many are."""
    stream: UUID = uuid4()
    with opened(database.url, size=1) as store:
        store.log.append(act(stream, 0, "open"))
    at = time.time() + 3
    contenders = [start("contender", database.url, flaw, stream, at) for _ in range(4)]
    done = [line["done"] for contender in contenders for line in told(contender)]
    assert len(done) == 20
    with psycopg.connect(database.superuser_url) as superuser:
        row = superuser.execute(
            "select count(*) from log.event where stream_id = %s and version > 1", (stream,)
        ).fetchone()
    assert row is not None
    return sum(done), row[0]


@pytest.mark.guarantee("AD-5")
def test_of_twenty_acts_at_one_version_exactly_one_is_recorded_and_told_so(
    database: Database,
) -> None:
    assert _contended(database, "none") == (1, 1)


@pytest.mark.guarantee("AD-5")
def test_an_append_that_swallows_conflicts_is_caught(database: Database) -> None:
    promised, recorded = _contended(database, "swallows")
    assert promised > recorded
