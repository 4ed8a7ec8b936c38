"""One embedded server for several processes of a developer: the first starts it, others join."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from cases.app.embedded.cluster import Cluster
from cases.app.embedded.trouble import EmbeddedError

DATABASE = "cases"

_NOTE = "postgresql-url.txt"


@contextmanager
def shared_database(
    state: Path, *, join: bool = True, fill: Callable[[str], None] | None = None
) -> Iterator[str]:
    """The address of the database ``cases`` on the server of a state folder.

    Starts the server and makes the database where needed, and stops the server at the end of the
    block. ``fill`` gets the address of a database just made; it appears under its name only when
    that is done, so that what was interrupted starts anew. Where another process of ours runs the
    server, its database is used and left to it, if ``join`` allows. Raises EmbeddedError.
    """
    note = state.resolve() / _NOTE
    cluster = Cluster(state)
    try:
        cluster.start()
    except EmbeddedError:
        joined = _answering(note) if join else None
        if joined is None:
            raise
        yield joined
        return
    try:
        if not cluster.has_database(DATABASE):
            _make(cluster, fill)
        url = cluster.url(DATABASE)
        _write(note, url)
        yield url
    finally:
        note.unlink(missing_ok=True)
        cluster.stop()


def _make(cluster: Cluster, fill: Callable[[str], None] | None) -> None:
    unfinished = f"{DATABASE}_unfinished"
    cluster.drop_database(unfinished)
    made = cluster.create_database(unfinished)
    if fill is not None:
        fill(made.url)
    cluster.rename_database(unfinished, DATABASE)


def _answering(note: Path) -> str | None:
    """The address in the note, if a server answers there."""
    try:
        url = note.read_text(encoding="utf-8").strip()
        with psycopg.connect(url, connect_timeout=2):
            return url
    except (OSError, psycopg.Error):
        return None


def _write(note: Path, url: str) -> None:
    descriptor = os.open(note, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{url}\n")
