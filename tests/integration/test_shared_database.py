"""One embedded server for several commands of a developer, and databases that appear whole."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from cases.app.embedded import EmbeddedError
from cases.app.embedded.shared import shared_database


@pytest.fixture
def state() -> Iterator[Path]:
    """A state folder the server's account can reach, unlike pytest's own."""
    folder = Path("/tmp") / f"cases-shared-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o711)
    yield folder
    shutil.rmtree(folder)


def tables(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "select tablename from pg_tables where schemaname = 'public'"
        ).fetchall()
    return [name for (name,) in rows]


def make_table(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("create table filled ()")


def make_table_and_fail(url: str) -> None:
    make_table(url)
    raise KeyboardInterrupt


@pytest.mark.guarantee("DM-4")
def test_the_second_joins_the_first_and_what_was_interrupted_starts_anew(state: Path) -> None:
    with pytest.raises(KeyboardInterrupt), shared_database(state, fill=make_table_and_fail):
        pass

    with shared_database(state, fill=make_table) as first:
        assert tables(first) == ["filled"]
        with shared_database(state) as second:
            assert second == first
            assert tables(second) == ["filled"]
        assert tables(first) == ["filled"], "whoever joined must not stop the server"
        with (
            pytest.raises(EmbeddedError, match="already in use by process"),
            shared_database(state, join=False),
        ):
            pass

    assert not (state / "postgresql-url.txt").exists()
    (state / "postgresql-url.txt").write_text(first)  # left behind by a killed process
    with shared_database(state, fill=make_table_and_fail) as again:
        assert tables(again) == ["filled"]
