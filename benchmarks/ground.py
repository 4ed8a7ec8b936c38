"""Where it all runs: a durable embedded PostgreSQL, and what a reader must know about it."""

import os
import platform
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter

import psycopg

from benchmarks.figures import percentile
from cases.app.embedded import Cluster
from cases.app.store.keyring import FileKeyring
from cases.app.store.migrate import upgrade

CLIENTS = 8
PROCESSES = min(4, os.cpu_count() or 1)
"""Processes of clients, and of each service: as many as cores, so that nobody measures one Python
process's own lock."""
_ON_A_DISK = Path("/var/tmp")
_SHOWN = (
    "fsync",
    "synchronous_commit",
    "full_page_writes",
    "wal_sync_method",
    "commit_delay",
    "shared_buffers",
    "max_wal_size",
)
# Room for the run without a forced checkpoint in somebody's turn; the rest is default.
_SETTINGS: dict[str, str | int] = {
    "max_wal_size": "4GB",
    "checkpoint_timeout": "30min",
    "shared_buffers": "256MB",
    "max_connections": 400,
}
_MIGRATED = "migrated"


@dataclass(frozen=True)
class Ground:
    """A running server, with a keyring for whoever seals.

    ``processes`` are those of clients and of services.
    """

    cluster: Cluster
    state: Path
    processes: int

    @property
    def keyring(self) -> Path:
        """The file of wrapping keys."""
        return self.state / "keyring.json"

    def flushes(self) -> list[float]:
        """Seconds that writing and flushing 8 kB takes beside the server's data, over and over."""
        return _flushes(self.state)

    def empty_database(self, name: str) -> str:
        """The address of a new, empty database."""
        return self.cluster.create_database(name).url

    def migrated_database(self, name: str) -> str:
        """The address of a new database with our schema."""
        return self.cluster.create_database(name, template=_MIGRATED).url


@contextmanager
def ground(commit_delay: int = 0, processes: int = PROCESSES) -> Iterator[Ground]:
    """A new server on a disk, with every commit flushed; removed at the end.

    ``commit_delay`` (microseconds) makes every flush so much longer, as on a slower disk: whoever
    flushes waits with the log in hand, and all who commit meanwhile share that flush.
    """
    base = _ON_A_DISK if _ON_A_DISK.is_dir() else Path(tempfile.gettempdir())
    state = Path(tempfile.mkdtemp(prefix="cases-bench-", dir=base))
    state.chmod(0o711)
    settings = {**_SETTINGS, "commit_delay": commit_delay, "commit_siblings": 0}
    try:
        with Cluster(state, durable=True, settings=settings) as cluster:
            upgrade(cluster.create_database(_MIGRATED).url)
            made = Ground(cluster, state, processes)
            FileKeyring.create(made.keyring, "bench", os.urandom)
            yield made
    finally:
        shutil.rmtree(state, ignore_errors=True)


def describe(found: Ground, database: str = _MIGRATED) -> dict[str, str]:
    """The machine, the server's settings as it reports them, the cost of a flush.

    ``database`` is one there is.
    """
    with psycopg.connect(found.cluster.superuser_url(database), autocommit=True) as connection:
        settings = {name: _setting(connection, name) for name in _SHOWN}
        server = _setting(connection, "server_version")
        commits = _commits(connection)
    flushes = found.flushes()
    return {
        "cores": str(os.cpu_count()),
        "processes of clients, and of each service": str(found.processes),
        "python": platform.python_version(),
        "postgresql": server,
        "psycopg": version("psycopg"),
        "eventsourcing": version("eventsourcing"),
        **settings,
        "flush of 8 kB (fdatasync), median / p99": _milliseconds(flushes),
        "commit of one small row, median / p99": _milliseconds(commits),
        "load average at the start": load_average(),
    }


def load_average() -> str:
    """The load average of one, five and fifteen minutes."""
    return " ".join(f"{value:.2f}" for value in os.getloadavg())


def _setting(connection: psycopg.Connection, name: str) -> str:
    row = connection.execute("select current_setting(%s)", (name,)).fetchone()
    assert row is not None
    return str(row[0])


def _commits(connection: psycopg.Connection, times: int = 200) -> list[float]:
    connection.execute("drop table if exists flush")
    connection.execute("create table flush (n int)")
    taken = []
    for number in range(times):
        start = perf_counter()
        connection.execute("insert into flush values (%s)", (number,), prepare=True)
        taken.append(perf_counter() - start)
    connection.execute("drop table flush")
    return taken


def _flushes(folder: Path, times: int = 200) -> list[float]:
    path, page, taken = folder / "flush", os.urandom(8192), []
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    flush = getattr(os, "fdatasync", os.fsync)
    try:
        for _ in range(times):
            start = perf_counter()
            os.pwrite(descriptor, page, 0)
            flush(descriptor)
            taken.append(perf_counter() - start)
    finally:
        os.close(descriptor)
        path.unlink()
    return taken


def _milliseconds(taken: list[float]) -> str:
    return f"{median(taken) * 1e3:.2f} / {percentile(taken, 0.99) * 1e3:.2f} ms"
