"""The only composition root: here the parts are made and handed to each other.

Nothing else reads randomness or makes connections; the clock is handed in, so that histories can be
loaded and tests run at any instant.
"""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path
from uuid import UUID

from cases.app.access.purposes import Purposes, shipped_purposes
from cases.app.access.witness import Witness
from cases.app.cases import Cases
from cases.app.clock import Clock, WallClock
from cases.app.ids import uuid7
from cases.app.organisations import Organisations
from cases.app.settings import Settings
from cases.app.store.bulk import BulkLog
from cases.app.store.connections import Pools, Role
from cases.app.store.keys import DataKeys, FileKeyring, KeyStore
from cases.app.store.ledger import Ledger
from cases.app.store.log import CaseLog
from cases.app.store.mapper import CaseMapper, FactTypes
from cases.app.store.trail import Trail
from cases.app.store.views import (
    Engine,
    projector_engine,
    unavailable_when_lost,
    views_engine,
)
from cases.domain.case.register import FACTS, UPCASTERS
from cases.domain.law.edition import Law
from cases.domain.law.load import load_law
from cases.projections.case_view import CaseView
from cases.projections.clients.fold import Clients
from cases.projections.folded import FoldedCases
from cases.projections.projection import Sources
from cases.projections.reading import Connection, reading
from cases.projections.release import running_release
from cases.projections.timers.fold import Timers
from cases.projections.worklist.fold import Worklist


class NotConfigured(RuntimeError):
    """A setting the program can't do without is missing; the message says which, in a sentence."""


@dataclass(frozen=True, slots=True)
class Views:
    """The read models."""

    clients: Clients
    worklist: Worklist
    timers: Timers

    def all(self) -> tuple[CaseView, ...]:
        """Every read model, in the order they are shown."""
        return (self.clients, self.worklist, self.timers)


@dataclass(frozen=True, slots=True)
class System:
    """Everything that runs, put together."""

    settings: Settings
    url: str
    clock: Clock
    law: Law
    organisations: Organisations
    purposes: Purposes
    keystore: KeyStore
    log: CaseLog
    ledger: Ledger
    trail: Trail
    witness: Witness
    cases: Cases
    views: Views
    sources: Sources
    reader: Engine
    projector: Engine

    def new_id(self) -> UUID:
        """A new id that sorts by time."""
        return make_id(self.clock)

    @contextmanager
    def session(self, authority: str) -> Iterator[Connection]:
        """A transaction that sees the read models' rows of one authority.

        Raises StoreUnavailable.
        """
        with unavailable_when_lost(), reading(self.reader, [authority]) as connection:
            yield connection


@contextmanager
def open_system(settings: Settings, clock: Clock | None = None) -> Iterator[System]:
    """The system of these settings, with its connections; closed at the end.

    Raises NotConfigured, BadRegister for the organisations, and what a wrong edition raises.
    """
    if settings.database_url is None:
        msg = "CASES_DATABASE_URL is not set"
        raise NotConfigured(msg)
    clock = clock or WallClock()
    url = settings.database_url.get_secret_value()
    law = load_law(settings.timeline)
    organisations = read_organisations(settings)
    keystore = open_keyring(settings)
    keys = DataKeys(keystore, secrets.token_bytes, time.monotonic)
    mapper = CaseMapper(FactTypes(FACTS, UPCASTERS), keys, secrets.token_bytes)
    views = Views(Clients(law), Worklist(law), Timers(law))
    reader = views_engine(url, Role.READER, size=settings.threads)
    projector = projector_engine(url, size=len(views.all()) + 2, turn_limit=settings.turn_limit)
    # Two readers more than threads, so that readiness is told while every thread reads.
    with Pools(url, writers=settings.threads, readers=settings.threads + 2) as pools:
        log, trail = CaseLog(pools, mapper, keys), Trail(pools)
        new_id = partial(make_id, clock)
        witness = Witness(trail, clock.now, new_id)
        cases = Cases(
            log=log,
            witness=witness,
            law=law,
            clock=clock,
            new_id=new_id,
            blind_index=keystore.blind_index,
            kind_of=organisations.kind_of,
            area_of=organisations.area_of,
            works_with=organisations.works_with,
            accept_test_codes=settings.allow_test_codes,
        )
        try:
            yield System(
                settings=settings,
                url=url,
                clock=clock,
                law=law,
                organisations=organisations,
                purposes=shipped_purposes(),
                keystore=keystore,
                log=log,
                ledger=Ledger(pools),
                trail=trail,
                witness=witness,
                cases=cases,
                views=views,
                sources=Sources(log, FoldedCases(log), running_release()),
                reader=reader,
                projector=projector,
            )
        finally:
            reader.dispose()
            projector.dispose()


@contextmanager
def open_bulk(settings: Settings) -> Iterator[BulkLog]:
    """The log of these settings as histories are written into it in bulk; closed at the end.

    Raises NotConfigured.
    """
    if settings.database_url is None:
        msg = "CASES_DATABASE_URL is not set"
        raise NotConfigured(msg)
    keys = DataKeys(open_keyring(settings), secrets.token_bytes, time.monotonic)
    mapper = CaseMapper(FactTypes(FACTS, UPCASTERS), keys, secrets.token_bytes)
    with BulkLog(settings.database_url.get_secret_value(), mapper, keys) as bulk:
        yield bulk


def make_id(clock: Clock) -> UUID:
    """A new id that sorts by the time of the clock."""
    return uuid7(clock.now(), secrets.token_bytes)


def read_organisations(settings: Settings) -> Organisations:
    """The register of organisations: the installation's, or in development the fictional one."""
    if settings.organisations is not None:
        return Organisations.read(settings.organisations)
    return Organisations.read(Path(str(files("cases.app.stories") / "library/organisations.yaml")))


def open_keyring(settings: Settings) -> FileKeyring:
    """The keyring: the installation's, or in development one made when there is none yet.

    Raises NotConfigured where a keyring that was named is not there.
    """
    path = settings.keyring or settings.state / "keyring.json"
    if path.exists():
        return FileKeyring.open(path)
    if settings.is_production:
        msg = f"there is no keyring at {path}; see docs/operations.md on how to make one"
        raise NotConfigured(msg)
    path.parent.mkdir(parents=True, exist_ok=True)
    return make_keyring(path)


def make_keyring(path: Path) -> FileKeyring:
    """Make a keyring with new keys. Raises FileExistsError: keys are never replaced."""
    return FileKeyring.create(path, "first", secrets.token_bytes)


def rotate_keyring(path: Path, name: str) -> FileKeyring:
    """Give a keyring a new wrapping key under this name; the earlier ones stay.

    Raises KeyUnavailable where there is no keyring, ValueError for a name it has.
    """
    return FileKeyring.open(path).rotate(path, name, secrets.token_bytes)
