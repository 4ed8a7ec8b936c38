"""The whole way: facts in the real log, its sequencer, the views, and the calendar's acts."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import SecretStr
from tests.casebook import ESPOO, OFFICER, Case, Casebook
from tests.logbook import access
from tests.patience import PATIENCE

from cases.app.bootstrap import System, open_system
from cases.app.clock import SimulationClock
from cases.app.embedded import Database
from cases.app.settings import Environment, Settings
from cases.app.store.entries import ActRecord, Append, Appended
from cases.app.store.sequencer import Sequencer
from cases.app.worker import Worker
from cases.domain.case.plan.facts import PlanExpired
from cases.domain.facts import Recorded
from cases.projections.case_view import CaseView
from cases.projections.clients.queries import clients
from cases.projections.comparing import Compared, compare
from cases.projections.reading import wait_for
from cases.projections.rebuild import rebuild
from cases.projections.timers.queries import TimerStore

DRAWN_UP, LAST_DAY = date(2025, 3, 3), date(2026, 3, 3)
FORTY_DAYS_LATER = datetime(2026, 4, 12, 9, 0, tzinfo=UTC)


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    return Settings(
        environment=Environment.TEST, database_url=SecretStr(database.url), state=tmp_path
    )


@contextmanager
def node(settings: Settings) -> Iterator[tuple[System, Worker]]:
    """One process's worth of the product, forty days after the plans' last day."""
    with open_system(settings, SimulationClock(FORTY_DAYS_LATER)) as system:
        yield system, Worker(system)


def record(system: System, case: Case) -> Case:
    """Each fact as an act of its own."""
    for fact in case.facts:
        assert system.log.append(told_act(fact)) == Appended(fact.version, fact.version)
    return case


def told_act(fact: Recorded) -> Append:
    key = f"told-{fact.version}"
    return Append(
        stream_id=fact.stream_id,
        expected_version=fact.version - 1,
        facts=(replace(fact, position=None),),
        act=ActRecord(
            stream_id=fact.stream_id,
            caller=OFFICER.subject,
            key=key,
            fingerprint=key.encode(),
            act="test",
            first_version=fact.version,
            last_version=fact.version,
            recorded_at=fact.recorded_at,
        ),
        access=(access(fact.stream_id, fact.recorded_at),),
    )


def with_plan(system: System) -> Case:
    case = Casebook().case().opened(date(2025, 1, 13)).plan(DRAWN_UP, LAST_DAY)
    return record(system, case)


def expiries(system: System, case_id: UUID) -> list[tuple[date, date]]:
    return [
        (fact.effective_on, fact.fact.last_day)
        for fact in system.log.load(case_id)
        if isinstance(fact.fact, PlanExpired)
    ]


@pytest.mark.guarantee("TD-1")
def test_forty_days_without_a_worker_change_nothing_but_when_the_expiry_is_recorded(
    settings: Settings,
) -> None:
    with node(settings) as (system, worker):
        case = with_plan(system)
        worker.settle()
        with system.session(ESPOO) as conn:
            (client,) = clients(conn, authority=ESPOO, on=date(2026, 3, 4))
            assert client.plan is None
        report = worker.keep_calendar_once()
        assert (report.recorded, report.failures, report.oldest_due_days) == (1, (), 40)
        assert expiries(system, case.case_id) == [(date(2026, 3, 4), LAST_DAY)]
        (recorded,) = system.log.load(case.case_id, gt=2)
        assert recorded.recorded_at == FORTY_DAYS_LATER
        worker.settle()
        assert worker.keep_calendar_once().oldest_due_days == 0


@pytest.mark.guarantee("TD-2")
def test_twice_late_and_on_two_nodes_the_calendar_records_one_fact_for_each_plan(
    settings: Settings,
) -> None:
    with node(settings) as (system, worker), node(settings) as (_, other):
        cases = [with_plan(system).case_id for _ in range(45)]
        worker.settle()
        start = threading.Barrier(4)
        failed: list[object] = []

        def run(each: Worker) -> None:
            start.wait(PATIENCE)
            failed.extend(each.keep_calendar_once().failures)

        threads = [
            threading.Thread(target=run, args=(each,)) for each in (worker, other, worker, other)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        again = other.keep_calendar_once()
        assert failed == []
        # The timers have seen nothing of it yet; the cases have.
        assert (again.recorded, again.settled, again.failures) == (0, 45, ())
        for case_id in cases:
            assert expiries(system, case_id) == [(date(2026, 3, 4), LAST_DAY)]
        worker.settle()
        assert worker.keep_calendar_once().recorded == 0


@pytest.mark.guarantee("TD-2")
def test_a_plan_ended_since_the_timer_was_set_is_left_alone(settings: Settings) -> None:
    with node(settings) as (system, worker):
        told = Casebook().case().opened(date(2025, 1, 13)).plan(DRAWN_UP, LAST_DAY)
        worker.settle()
        record(system, told)
        with Sequencer(system.url) as sequencer:
            sequencer.drain()
        # The timers have seen the plan, and not yet what happens to it next.
        worker.settle()
        ended = told.ended(date(2025, 6, 2), date(2025, 6, 30)).facts[-1]
        assert system.log.append(told_act(ended)) == Appended(3, 3)
        report = worker.keep_calendar_once()
        assert (report.recorded, report.settled, report.failures) == (0, 1, ())
        assert expiries(system, told.case_id) == []


@pytest.mark.guarantee("PJ-8")
def test_rebuilt_from_the_real_log_every_view_equals_the_live_one(settings: Settings) -> None:
    with node(settings) as (system, worker):
        cases = [with_plan(system) for _ in range(12)]
        worker.settle()
        worker.keep_calendar_once()
        worker.settle()
        views: tuple[CaseView, ...] = system.views.all()
        as_the_log = Compared((), {}, ())
        for view in views:
            assert compare(system.projector, system.log, view) == as_the_log
        done = rebuild(system.projector, system.log, views, chunk=5)
        assert not any(done.differing.values())
        assert (done.position, done.facts) == (system.log.head(), 36)
        for view in views:
            assert compare(system.projector, system.log, view) == as_the_log
        assert [status.lag for status in worker.status()] == [0] * 4
        assert wait_for(
            lambda: system.session(ESPOO),
            system.views.clients,
            cases[0].case_id,
            3,
            timeout=0,
        )


@pytest.mark.guarantee("RB-6")
def test_timers_made_anew_make_the_calendar_record_nothing_anew(settings: Settings) -> None:
    with node(settings) as (system, worker):
        cases = [with_plan(system).case_id for _ in range(5)]
        worker.settle()
        with TimerStore(system.projector).claim(system.clock.today(), None, 9) as before:
            assert len(before) == 5
        rebuild(system.projector, system.log, [system.views.timers])
        assert worker.keep_calendar_once().recorded == 5
        worker.settle()
        shown = system.log.head()
        rebuild(system.projector, system.log, [system.views.timers])
        assert worker.keep_calendar_once().recorded == 0
        worker.settle()
        assert system.log.head() == shown
        assert [expiries(system, case_id) for case_id in cases] == [
            [(date(2026, 3, 4), LAST_DAY)]
        ] * 5
        (timers,) = [each for each in worker.status() if each.name == "timers.v3"]
        assert timers.mark == shown


@pytest.mark.guarantee("TD-2")
def test_a_claimed_timer_is_nobody_elses_until_the_claim_ends(settings: Settings) -> None:
    with node(settings) as (system, worker):
        for _ in range(3):
            with_plan(system)
        worker.settle()
        timers, today = TimerStore(system.projector), system.clock.today()
        with timers.claim(today, None, 2) as mine:
            with timers.claim(today, None, 5) as theirs:
                assert (len(mine), len(theirs)) == (2, 1)
                assert not {t.case_id for t in mine} & {t.case_id for t in theirs}
            with timers.claim(today, mine[-1], 5) as rest:
                assert len(rest) == 1
        with timers.claim(LAST_DAY, None, 5) as early:
            assert early == ()
