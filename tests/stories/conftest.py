"""What tests of stories share: an installation to play into, and what a report tells."""

from pathlib import Path

import pytest

from cases.app.embedded import Database
from cases.app.settings import Environment, Settings


@pytest.fixture
def installation(database: Database, tmp_path: Path) -> Settings:
    return Settings(
        environment=Environment.TEST,
        database_url=database.url,
        state=tmp_path,
        allow_test_codes=True,
    )
