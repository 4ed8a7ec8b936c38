"""What all tests share: one PostgreSQL for each test process, and a fresh database where asked."""

import atexit
import itertools
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cases.app.embedded import Cluster, Database

_numbers = itertools.count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--postgres",
        type=Path,
        metavar="FOLDER",
        help="run on the PostgreSQL whose programs are in FOLDER, such as "
        "/usr/lib/postgresql/15/bin, instead of the one in the wheel",
    )


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
    state = Path(tempfile.mkdtemp(prefix="cases-tests-", dir="/tmp"))
    state.chmod(0o711)
    server = Cluster(
        state,
        durable=False,
        settings={"max_connections": 200, "max_prepared_transactions": 20},
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
