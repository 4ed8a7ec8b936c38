"""What all tests share: one PostgreSQL for each test process, and a fresh database where asked."""

import atexit
import contextlib
import itertools
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from cases.app.embedded import Cluster, Database, EmbeddedError
from cases.app.embedded.places import sole_use
from tests import leaks

pytest_runtest_makereport = leaks.pytest_runtest_makereport
leaks.listen()

# How long an example takes says something about the machine, and nothing about what is tested.
settings.register_profile("cases", deadline=None)
settings.load_profile("cases")

# What starts in the background may be deaf to Ctrl-C, and so is then every program it starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})

_numbers = itertools.count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--postgres",
        type=Path,
        metavar="FOLDER",
        help="run on the PostgreSQL whose programs are in FOLDER, such as "
        "/usr/lib/postgresql/15/bin, instead of the one in the wheel",
    )
    parser.addoption(
        "--at-size",
        action="store_true",
        help="run the adversaries, the model and schemathesis at size, for minutes",
    )


@pytest.fixture(scope="session")
def at_size(pytestconfig: pytest.Config) -> bool:
    """Whether the adversaries, the model and schemathesis run at size."""
    given: bool = pytestconfig.getoption("--at-size")
    return given


def state_folder() -> Path:
    """A new folder: in memory where there is plenty, since a copied database is 300 files.

    Folders of runs that were killed are removed when nobody holds them and an hour has passed.
    """
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free >= 2**30
    base = memory if roomy and os.access(memory, os.W_OK) else Path("/tmp")
    for lock in base.glob("cases-tests-*/lock"):
        with contextlib.suppress(OSError, EmbeddedError):
            if time.time() - lock.stat().st_mtime > 3600:
                with sole_use(lock.parent):
                    shutil.rmtree(lock.parent)
    state = Path(tempfile.mkdtemp(prefix="cases-tests-", dir=base))
    state.chmod(0o711)
    return state


@pytest.fixture(scope="session")
def postgres_programs(pytestconfig: pytest.Config) -> Path | None:
    """The folder given with --postgres; nothing means that the cluster looks for itself."""
    given: Path | None = pytestconfig.getoption("--postgres")
    return given


@pytest.fixture(scope="session")
def cluster(postgres_programs: Path | None) -> Iterator[Cluster]:
    """A running server without fsync; it starts with the first test that needs it.

    pytest's own temporary folder is closed to the account under which the server runs when the
    tests run as root, hence one of our own.
    """
    state = state_folder()
    server = Cluster(
        state,
        durable=False,
        settings={
            "max_connections": 200,
            "max_prepared_transactions": 20,
            "min_wal_size": "32MB",
            "max_wal_size": "128MB",
        },
        binaries=postgres_programs,
    )
    atexit.register(shutil.rmtree, state, ignore_errors=True)
    atexit.register(server.stop)  # runs first; harmless when the server was stopped below
    server.start()
    yield server
    server.stop()
    shutil.rmtree(state)


@pytest.fixture(scope="session")
def migrated_template(cluster: Cluster) -> str:
    """The name of a migrated database without data, to be copied."""
    from cases.app.store.migrate import upgrade

    template = cluster.create_database("migrated")
    upgrade(template.url)
    return template.name


@pytest.fixture
def database(cluster: Cluster, migrated_template: str) -> Iterator[Database]:
    """A migrated database for one test; its ``url`` logs in as ``cases``, who owns it."""
    fresh = cluster.create_database(f"test_{next(_numbers)}", template=migrated_template)
    yield fresh
    cluster.drop_database(fresh.name)
