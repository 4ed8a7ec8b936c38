"""Killed between its rows and its commit, again and again, a runner takes every fact in once."""

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.adversary.dying_runner import ledger
from tests.tally import TALLY, Tally, taken_in

from cases.app.embedded import Database
from cases.app.store.connections import Role
from cases.app.store.views import views_engine
from cases.projections.engine import Runner, position


@pytest.mark.guarantee("PJ-1")
def test_a_runner_killed_before_its_commit_leaves_neither_rows_nor_position(
    database: Database,
) -> None:
    engine: sa.Engine = views_engine(database.url, Role.PROJECTOR)
    TALLY.create(engine)
    reached = 0
    for pages in (0, 2, 1, 0):
        died = subprocess.run(
            [sys.executable, "-m", "tests.adversary.dying_runner", database.url, str(pages), "30"],
            cwd=Path(__file__).parents[2],
            timeout=60,
            check=False,
        )
        assert died.returncode == -9
        reached += 3 * pages
        assert position(engine, Tally()) == reached
        assert taken_in(engine) == list(range(1, reached + 1))
    Runner(engine, ledger(30), Tally(), chance=lambda: 0.5).catch_up()
    assert taken_in(engine) == list(range(1, 31))
    engine.dispose()
