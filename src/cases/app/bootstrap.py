"""The only composition root: here the parts are made and handed to each other.

Nothing else reads randomness or makes connections; the clock is handed in, so that histories can be
loaded and tests run at any instant.
"""

import secrets
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
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
from cases.app.drafts import Drafts
from cases.app.family_notes import FamilyNotes
from cases.app.family_plans import FamilyPlans
from cases.app.guidance_records import GuidanceRecords
from cases.app.ids import uuid7
from cases.app.name_index import LABEL, name_index
from cases.app.notices.filing import NoticeFiling
from cases.app.notices.inbox import Inbox
from cases.app.notices.intake import NoticeIntake
from cases.app.organisations import Organisations, Register
from cases.app.organisations.importing import read_register
from cases.app.organisations.live import Known
from cases.app.people import People
from cases.app.reach import Reach
from cases.app.settings import Settings
from cases.app.store import register
from cases.app.store.bulk import BulkLog
from cases.app.store.connections import Pools, Role, borrowed, connect
from cases.app.store.drafts import DraftStore
from cases.app.store.keyring import FileKeyring
from cases.app.store.keys import DataKeys, KeyStore
from cases.app.store.kinds import CasesInLog, FamilyPlansInLog, GuidanceInLog
from cases.app.store.ledger import Ledger
from cases.app.store.log import CaseLog
from cases.app.store.mapper import CaseMapper, FactTypes
from cases.app.store.notices import NoticeStore
from cases.app.store.parts import Parts
from cases.app.store.trail import Trail
from cases.app.store.untold import UntoldCases
from cases.app.store.views import (
    Engine,
    projector_engine,
    unavailable_when_lost,
    views_engine,
)
from cases.domain.law.edition import Law
from cases.domain.law.load import load_law
from cases.domain.streams import FACTS, UPCASTERS
from cases.projections.case_view import CaseView
from cases.projections.clients.fold import Clients
from cases.projections.folded import FoldedCases
from cases.projections.names.fold import NameIndex, Names
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
    names: Names

    def all(self) -> tuple[CaseView, ...]:
        """Every read model, in the order they are shown."""
        return (self.clients, self.worklist, self.timers, self.names)


@dataclass(frozen=True, slots=True)
class System:
    """Everything that runs, put together."""

    settings: Settings
    url: str
    clock: Clock
    law: Law
    organisations: Register
    purposes: Purposes
    keystore: KeyStore
    log: CaseLog
    case_log: CasesInLog
    ledger: Ledger
    trail: Trail
    witness: Witness
    cases: Cases
    guidance: GuidanceRecords
    family_plans: FamilyPlans
    family_notes: FamilyNotes
    drafts: Drafts
    notice_intake: NoticeIntake
    notice_filing: NoticeFiling
    inbox: Inbox
    views: Views
    sources: Sources
    name_index: NameIndex
    reader: Engine
    projector: Engine

    def new_id(self) -> UUID:
        """A new id that sorts by time."""
        return make_id(self.clock)

    @contextmanager
    def session(self, authority: str) -> Iterator[Connection]:
        """A transaction that sees the read models' rows of one authority, as of today.

        Raises StoreUnavailable.
        """
        with (
            unavailable_when_lost(),
            reading(self.reader, [authority], self.clock.today()) as connection,
        ):
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
    keystore = open_keyring(settings)
    keys = DataKeys(keystore, secrets.token_bytes, time.monotonic)
    mapper = CaseMapper(FactTypes(FACTS, UPCASTERS), keys, secrets.token_bytes)
    names = name_index(keystore.shared_secret(LABEL))
    views = Views(Clients(law), Worklist(law), Timers(law), Names(names))
    reader = views_engine(url, Role.READER, size=settings.threads)
    projector = projector_engine(url, size=len(views.all()) + 2, turn_limit=settings.turn_limit)
    # Two readers more than threads, so that readiness is told while every thread reads.
    with Pools(url, writers=settings.threads, readers=settings.threads + 2) as pools:
        log, trail = CaseLog(pools, mapper, keys), Trail(pools)
        organisations = open_register(settings, clock, pools)
        new_id = partial(make_id, clock)
        witness = Witness(trail, clock.now, new_id)
        case_log = CasesInLog(log)
        cases = Cases(
            log=case_log,
            witness=witness,
            law=law,
            clock=clock,
            new_id=new_id,
            blind_index=keystore.blind_index,
            authorities=organisations,
            accept_test_codes=settings.allow_test_codes,
            untold=UntoldCases(pools),
        )
        guidance = GuidanceRecords(
            log=GuidanceInLog(log, pools),
            witness=witness,
            law=law,
            clock=clock,
            new_id=new_id,
            guidance_index=keystore.guidance_index,
            authorities=organisations,
            accept_test_codes=settings.allow_test_codes,
        )
        plan_log = FamilyPlansInLog(log, Parts(pools, keys, secrets.token_bytes), pools)
        family_notes = FamilyNotes(
            plans=plan_log,
            untold=plan_log,
            case_log=case_log,
            cases=cases,
            find=organisations.find,
            purposes=shipped_purposes(),
            clock=clock,
            new_id=new_id,
        )
        reach = Reach(case_log, witness, law, clock, People(case_log, keystore.blind_index))
        family_plans = FamilyPlans(
            log=plan_log,
            cases=case_log,
            reach=reach,
            witness=witness,
            law=law,
            clock=clock,
            new_id=new_id,
            authorities=organisations,
            notes=family_notes,
        )
        notices = NoticeStore(pools, keys, secrets.token_bytes)
        filing = NoticeFiling(
            store=notices,
            case_log=case_log,
            cases=cases,
            witness=witness,
            find=organisations.find,
            purposes=shipped_purposes(),
            clock=clock,
            new_id=new_id,
        )
        # One thread that no request waits for; it is started when there is something to do.
        soon = ThreadPoolExecutor(max_workers=1, thread_name_prefix="notices")

        def file_soon(received: Sequence[UUID]) -> None:
            soon.submit(filing.file, received)

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
                case_log=case_log,
                ledger=Ledger(pools),
                trail=trail,
                witness=witness,
                cases=cases,
                guidance=guidance,
                family_plans=family_plans,
                family_notes=family_notes,
                drafts=Drafts(
                    reach=reach,
                    witness=witness,
                    store=DraftStore(pools, keys, secrets.token_bytes),
                    law=law,
                    clock=clock,
                    days=settings.draft_days,
                ),
                notice_intake=NoticeIntake(
                    store=notices,
                    witness=witness,
                    law=law,
                    clock=clock,
                    new_id=new_id,
                    blind_index=keystore.blind_index,
                    authorities=organisations,
                    file_soon=file_soon,
                    accept_test_codes=settings.allow_test_codes,
                    days=settings.notice_days,
                ),
                notice_filing=filing,
                inbox=Inbox(notices, witness, clock, settings.notice_days),
                views=views,
                name_index=names,
                sources=Sources(log, FoldedCases(log), running_release()),
                reader=reader,
                projector=projector,
            )
        finally:
            soon.shutdown(cancel_futures=True)
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


def open_register(settings: Settings, clock: Clock, pools: Pools) -> Register:
    """The register of organisations as it stands in the database, kept up to date.

    Until something is imported it is that of the settings. Raises what ``read_organisations`` does,
    and StoreUnavailable.
    """
    with borrowed(pools.reader) as connection:
        known = register.known(connection)
    known = known or Known(read_organisations(settings))
    return Register(known, clock.today, partial(register.news, pools))


def standing_organisations(settings: Settings) -> Known:
    """The register as it stands now, without an installation around it.

    Raises what ``read_organisations`` does, and psycopg.Error for a database that is named.
    """
    known = None
    if settings.database_url is not None:
        with connect(settings.database_url.get_secret_value(), Role.READER) as connection:
            known = register.known(connection)
    return known or Known(read_organisations(settings))


def read_organisations(settings: Settings) -> Organisations:
    """The register where nothing was imported: of the file, or in development the fictional one.

    Raises NotConfigured, BadRegister.
    """
    return read_register(organisations_file(settings))


def organisations_file(settings: Settings) -> Path:
    """The file of ``read_organisations``. Raises NotConfigured where production has none."""
    if settings.organisations is not None:
        return settings.organisations
    if settings.is_production:
        msg = "there are no organisations: cases organisations import, or set CASES_ORGANISATIONS"
        raise NotConfigured(msg)
    return Path(str(files("cases.app.stories") / "library/organisations.yaml"))


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
    return FileKeyring.rotate(path, name, secrets.token_bytes)
