"""Killed, stopped, or under a wrong clock: a runner loses its turn and doubles nothing."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.adversary.dying_runner import ledger
from tests.tally import TALLY, Unordered, taken_in

from cases.app.embedded import Database
from cases.app.store.connections import Role
from cases.app.store.views import views_engine
from cases.projections.engine import Runner
from cases.projections.turns import position


@pytest.fixture
def engine(database: Database) -> Iterator[sa.Engine]:
    engine = views_engine(database.url, Role.PROJECTOR)
    TALLY.create(engine)
    yield engine
    engine.dispose()


@contextmanager
def process(
    database: Database, pages: int, facts: int, how: str
) -> Iterator[subprocess.Popen[str]]:
    """A runner in a process of its own; killed at the end if it still lives."""
    command = [sys.executable, "-m", "tests.adversary.dying_runner"]
    with subprocess.Popen(
        [*command, database.url, str(pages), str(facts), how],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as started:
        try:
            yield started
        finally:
            started.kill()


def until_taken_in(engine: sa.Engine, facts: int) -> None:
    until = time.monotonic() + 60
    while position(engine, Unordered()) < facts:
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.mark.guarantee("PJ-1", "PJ-11")
def test_a_runner_killed_before_its_commit_leaves_neither_rows_nor_an_owned_turn(
    database: Database, engine: sa.Engine
) -> None:
    reached = 0
    for pages in (0, 2, 1):
        with process(database, pages, 30, "die") as died:
            assert died.wait(60) == -9
        reached += 3 * pages
        assert position(engine, Unordered()) == reached
        assert taken_in(engine) == list(range(1, reached + 1))
    Runner(engine, ledger(30), Unordered(), chance=lambda: 0.5).catch_up()
    assert taken_in(engine) == list(range(1, 31))


@pytest.mark.guarantee("PJ-11")
def test_of_several_killed_at_any_moment_nothing_is_lost_or_doubled(
    database: Database, engine: sa.Engine
) -> None:
    facts, chance = 1_500, random.Random(7)
    for _ in range(3):
        with (
            process(database, -1, facts, "live") as one,
            process(database, -1, facts, "live") as two,
        ):
            before = position(engine, Unordered())
            until = time.monotonic() + 60
            while position(engine, Unordered()) < min(before + 60, facts):
                assert time.monotonic() < until
                time.sleep(0.01)
            time.sleep(chance.random() / 10)
            one.send_signal(signal.SIGKILL)
            time.sleep(chance.random() / 10)
            two.send_signal(signal.SIGKILL)
    Runner(engine, ledger(facts), Unordered(), chance=lambda: 0.5).catch_up()
    until_taken_in(engine, facts)
    assert taken_in(engine) == list(range(1, facts + 1))


@pytest.mark.guarantee("PJ-11", "PJ-12")
def test_a_stopped_process_loses_its_turn_to_another_with_whatever_clock(
    database: Database, engine: sa.Engine
) -> None:
    facts = 30
    with process(database, 1, facts, "stop") as stopped:
        assert stopped.stdout is not None
        assert stopped.stdin is not None
        assert stopped.stdout.readline() == "4\n"
        stopped.send_signal(signal.SIGSTOP)
        assert position(engine, Unordered()) == 3
        with process(database, -1, facts, "live"):
            until_taken_in(engine, facts)
        assert taken_in(engine) == list(range(1, facts + 1))
        stopped.send_signal(signal.SIGCONT)
        stopped.stdin.write("go on\n")
        stopped.stdin.flush()
        assert stopped.stdout.readline() == "1\n"  # its commit failed, once
    assert taken_in(engine) == list(range(1, facts + 1))


@pytest.mark.guarantee("PJ-12")
def test_a_worker_with_a_wrong_clock_takes_nothing_from_one_who_is_at_work(
    database: Database, engine: sa.Engine
) -> None:
    with process(database, -1, 30, "live"), engine.connect() as conn:
        until = time.monotonic() + 60
        query = sa.text("select name from views.tracking")
        while conn.execute(query).first() is None:
            conn.commit()
            assert time.monotonic() < until
            time.sleep(0.01)
        until_taken_in(engine, 30)
    assert taken_in(engine) == list(range(1, 31))
    with engine.begin() as conn:  # what the server's clock says, not the worker's
        age = conn.execute(sa.text("select now() - current_at from views.tracking")).scalar_one()
    assert abs(age.total_seconds()) < 600
