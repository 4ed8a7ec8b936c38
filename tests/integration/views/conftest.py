"""Engines over the test's database in the roles that fill and read the views."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from cases.app.embedded import Database
from cases.app.store.connections import Role
from cases.app.store.views import views_engine


@pytest.fixture
def projector(database: Database) -> Iterator[sa.Engine]:
    """Connections of the projector."""
    engine = views_engine(database.url, Role.PROJECTOR, size=8)
    yield engine
    engine.dispose()


@pytest.fixture
def reader(database: Database) -> Iterator[sa.Engine]:
    """Connections of the reader."""
    engine = views_engine(database.url, Role.READER)
    yield engine
    engine.dispose()
