"""A site for the servers of the drills, and one installation that every drill starts from."""

import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.conftest import state_folder
from tests.drills.ground import Server, Site, office

from cases.app.embedded.account import server_account
from cases.app.embedded.binaries import find_binaries
from cases.app.embedded.places import ELSEWHERE
from cases.app.store.migrate import upgrade
from cases.app.worker import Worker

Install = Callable[..., Server]
"""Makes a server that holds the installation; settings are added to its own. It does not run."""


@pytest.fixture(scope="module")
def site(postgres_programs: Path | None) -> Iterator[Site]:
    account = server_account()
    binaries = find_binaries(account, major=None, given=postgres_programs, elsewhere=ELSEWHERE)
    root = state_folder()
    found = Site(root, account, binaries)
    found.folder("s")
    try:
        yield found
    finally:
        found.close()
        shutil.rmtree(root)


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the keyring of the installation is, whatever becomes of its database."""
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="module")
def installed(site: Site, state: Path) -> Server:
    """A migrated installation with three cases, stopped."""
    template = site.server("template")
    template.initialise()
    template.sql("create database cases owner cases", database="postgres")
    upgrade(template.database().url)
    with office(template.database().url, state) as here:
        here.opens(3)
        Worker(here.system).settle()
    template.stop()
    return template


@pytest.fixture(scope="module")
def logged() -> io.StringIO:
    """What nobody reads here."""
    return io.StringIO()


@pytest.fixture
def install(site: Site, installed: Server, request: pytest.FixtureRequest) -> Install:
    def make(name: str, **settings: str) -> Server:
        server = site.server(f"{request.node.name[-30:]}-{name}", like=installed)
        server.set(**settings)
        return server

    return make
