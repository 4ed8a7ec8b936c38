"""Killed at any point a rebuild has changed nothing, and the next one starts cleanly."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from tests.adversary.dying_rebuild import settings
from tests.casebook import Casebook
from tests.integration.views.test_on_the_log import record
from tests.patience import PATIENCE

from cases.app.bootstrap import System, make_keyring, open_system
from cases.app.embedded import Database
from cases.app.rebuilding import loading
from cases.app.worker import Worker
from cases.projections.comparing import Compared, compare
from cases.projections.rebuild import rebuild

CASES = 30


def live(system: System) -> dict[str, list[Any]]:
    """Every row of the read models."""
    with system.projector.begin() as conn:
        return {
            table.name: [tuple(row) for row in conn.execute(sa.select(table).order_by(*table.c))]
            for view in system.views.all()
            for table in view.tables
        }


def beside(system: System) -> list[str]:
    """The tables a rebuild has left behind."""
    query = "select tablename from pg_tables where schemaname = 'views_next'"
    with system.projector.begin() as conn:
        return list(conn.execute(sa.text(query)).scalars())


def nobody_is_left(group: int) -> bool:
    """Whether every process of a group ends within twenty seconds."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.guarantee("RB-2", "RB-7")
def test_killed_while_it_loads_it_has_changed_nothing_and_the_next_one_starts_cleanly(
    database: Database, tmp_path: Path
) -> None:
    keyring = tmp_path / "keyring.json"
    make_keyring(keyring)
    with open_system(settings(database.url, keyring)) as system:
        for _ in range(CASES):
            told = Casebook().case().opened(date(2025, 1, 13))
            record(system, told.plan(date(2025, 3, 3), date(2026, 3, 3)))
        Worker(system).settle()
        before = live(system)
        dying = subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.adversary.dying_rebuild"),
                *(database.url, str(keyring), str(CASES)),
            ],
            cwd=Path(__file__).parents[2],
            start_new_session=True,
        )
        try:
            assert dying.wait(PATIENCE) == -9
            assert nobody_is_left(dying.pid)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(dying.pid, signal.SIGKILL)
        assert beside(system) != []
        assert live(system) == before
        views = system.views.all()
        with loading(system, views, 2) as load:
            done = rebuild(system.projector, system.log, views, load=load, chunk=4)
        assert done.facts == 2 * CASES
        assert not any(done.differing.values())
        assert live(system) == before
        assert beside(system) == []
        for view in views:
            assert compare(system.projector, system.log, view) == Compared((), {}, ())
