"""What the tests of imports share."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.rows import dict_row
from tests.importing import NOW, Importing

from cases.app.bootstrap import open_bulk, open_system
from cases.app.clock import SimulationClock
from cases.app.embedded import Database
from cases.app.settings import Settings


@pytest.fixture
def importing(database: Database, tmp_path: Path) -> Iterator[Importing]:
    settings = Settings(
        environment="test",
        database_url=database.url,
        state=tmp_path,
        allow_test_codes=True,
        threads=1,
    )
    clock = SimulationClock(NOW)
    with (
        open_system(settings, clock) as system,
        open_bulk(settings) as bulk,
        psycopg.connect(database.superuser_url, autocommit=True, row_factory=dict_row) as inside,
    ):
        yield Importing(system, bulk, inside, tmp_path, clock)
