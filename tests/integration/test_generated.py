"""Generated histories in a real log: decided, distinct, in order, and projected without a word."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from pydantic import SecretStr
from tests.adversary.examiner import Verdict, judge, ledger_of
from tests.inventing import CASE_FACTS, NOW, Replay, plan
from tests.logbook import KEYRING, Opened, opened

from cases.app.bootstrap import System, open_system
from cases.app.clock import SimulationClock
from cases.app.embedded import Cluster, Database
from cases.app.histories.crew import SomebodyElse, write
from cases.app.histories.plan import Batch
from cases.app.histories.retelling import Retelling
from cases.app.outcomes import Performed
from cases.app.settings import Environment, Settings
from cases.app.store.bulk import BulkLog
from cases.app.store.sequencer import Sequencer
from cases.app.store.trail import Trail
from cases.app.worker import Worker
from cases.domain.case.person.facts import PersonDetailsRecorded
from cases.domain.case.state import fold
from cases.domain.facts import Recorded
from cases.domain.people import is_test_code
from cases.projections.comparing import compare
from cases.projections.rebuild import rebuild

FACTS = 600
SAMPLE = 6


@pytest.fixture
def store(database: Database) -> Iterator[Opened]:
    with opened(database.url, types=CASE_FACTS) as found:
        yield found


@pytest.fixture
def loaded(database: Database, store: Opened) -> list[Batch]:
    """Batches that are in the log."""
    batches = list(plan().batches(FACTS))
    with BulkLog(database.url, store.mapper, store.keys) as bulk:
        for batch in batches:
            write(bulk, batch, 1)
    return batches


def streams(database: Database) -> list[UUID]:
    with psycopg.connect(database.superuser_url) as connection:
        return [row[0] for row in connection.execute("select distinct stream_id from log.event")]


def facts_of(store: Opened, database: Database) -> dict[UUID, tuple[Recorded, ...]]:
    found = store.log.load_since(dict.fromkeys(streams(database), 0))
    return {stream: facts for stream, facts in found.items() if isinstance(facts, tuple)}


@pytest.mark.guarantee("BL-2")
def test_acts_done_one_by_one_record_the_very_same_facts_and_lines(
    database: Database,
    cluster: Cluster,
    migrated_template: str,
    store: Opened,
    loaded: list[Batch],
) -> None:
    """Each act of a sample, by the application, over an empty log, with the same ids at hand."""
    portions = [portion for batch in loaded for portion in batch.portions][:: len(loaded) * 8]
    other = cluster.create_database("act_by_act", template=migrated_template)
    try:
        with opened(other.url, types=CASE_FACTS) as again:
            for portion in portions[:SAMPLE]:
                pattern, somebody = portion.pattern, portion.people[-1]
                case_id = Retelling(pattern, 1).of(somebody).stream_id
                replay, version = Replay(again, pattern, somebody), 0
                for performance in pattern.performed:
                    outcome = replay.perform(performance, case_id, version)
                    assert isinstance(outcome, Performed), outcome
                    assert outcome.case_id == case_id
                    version = outcome.version
                assert again.log.load(case_id) == store.log.load(case_id)
                lines, told = (
                    Trail(again.pools).of_case(case_id),
                    Trail(store.pools).of_case(case_id),
                )
                assert [line.record for line in lines] == [line.record for line in told]
                assert again.log.find_identity(somebody.blind) == store.log.find_identity(
                    somebody.blind
                )
    finally:
        cluster.drop_database(other.name)
    assert len(portions) >= SAMPLE


@pytest.mark.guarantee("BL-4")
def test_every_identity_code_in_the_log_is_somebody_s_own_and_of_the_test_series(
    database: Database, store: Opened, loaded: list[Batch]
) -> None:
    found = facts_of(store, database)
    codes = [
        recorded.fact.details.identity_code
        for facts in found.values()
        for recorded in facts
        if isinstance(recorded.fact, PersonDetailsRecorded) and recorded.fact.details.identity_code
    ]
    assert len(codes) == len(set(codes)) == len(found)
    assert all(is_test_code(code) for code in codes)
    with psycopg.connect(database.superuser_url) as connection:
        row = connection.execute(
            "select count(*), count(distinct blind), count(distinct stream_id) from log.identity"
        ).fetchone()
        assert row == (len(codes), len(codes), len(codes))
        open_cases = connection.execute("select stream_id from log.identity where open").fetchall()
    still = {stream for stream, facts in found.items() if fold(facts).closing is None}
    assert {stream for (stream,) in open_cases} == still


@pytest.mark.guarantee("BL-5")
def test_a_second_load_of_the_same_seed_tells_of_other_people(
    database: Database, store: Opened, loaded: list[Batch]
) -> None:
    before = set(streams(database))
    with BulkLog(database.url, store.mapper, store.keys) as bulk:
        with pytest.raises(SomebodyElse):
            write(bulk, loaded[0], 1)
        assert set(streams(database)) == before
        blinds = {p.blind for b in loaded for portion in b.portions for p in portion.people}
        assert bulk.known(blinds) == blinds
        for batch in plan(known=bulk.known(blinds)).batches(100):
            write(bulk, batch, 1)
    assert len(set(streams(database)) - before) >= 100 // 20


@pytest.mark.guarantee("BL-6")
def test_the_ledger_is_whole_and_every_read_model_rebuilt_from_it_is_true(
    database: Database, loaded: list[Batch], tmp_path: Path
) -> None:
    with Sequencer(database.url, limit=200) as sequencer:
        placed = sequencer.drain()
    seen, gaps = ledger_of(database.superuser_url)
    assert placed == len(seen) == sum(batch.facts for batch in loaded)
    assert (judge(seen, database.superuser_url), gaps) == (Verdict(0, 0, 0, 0, 0), 0)
    with system(database, tmp_path) as running:
        for view in running.views.all():
            rebuilt = rebuild(running.projector, running.log, [view], accept_differences=True)
            assert rebuilt.position == placed
            assert compare(running.projector, running.log, view).differing == ()
        worker = Worker(running)
        worker.settle()
        report = worker.keep_calendar_once()
        # What is over by yesterday has been noted; what is due today is the calendar's.
        assert report.oldest_due_days == 0
        assert not report.failures


def system(database: Database, folder: Path) -> AbstractContextManager[System]:
    """The application on the log, with the keyring that sealed it."""
    keyring = folder / "keyring.json"
    keyring.touch(0o600)
    keyring.write_bytes(KEYRING._as_json())
    settings = Settings(
        environment=Environment.TEST,
        database_url=SecretStr(database.url),
        keyring=keyring,
        state=folder,
    )
    return open_system(settings, SimulationClock(NOW))
