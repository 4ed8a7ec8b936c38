"""Where drills are played: servers of their own, the operator's page, and an office that works.

The commands are those of the page: a drill is a section of ``docs/operations.md``, and its fenced
commands are run one block after the other, on the database server or where the product runs.
"""

import re
import shlex
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from uuid import UUID, uuid4

import psycopg
from tests.commandline import Done, run
from tests.patience import PATIENCE
from tests.service import identity_code

from cases.app.access.caller import Caller
from cases.app.access.principal import Principal, Role
from cases.app.bootstrap import System, open_system
from cases.app.embedded import Database
from cases.app.embedded.account import Account
from cases.app.embedded.binaries import Binaries
from cases.app.embedded.server import Server as Embedded
from cases.app.embedded.server import _bound_to_our_life
from cases.app.outcomes import Performed
from cases.app.requests import Request
from cases.app.settings import Environment, Settings
from cases.app.store.faults import LedgerWentBack, StoreUnavailable
from cases.app.store.ledger import Place
from cases.domain.case.opening.acts import OpenCase
from cases.domain.case.person.acts import PersonDetails
from cases.domain.codes.values import CaseOrigin

PAGE: Final = Path(__file__).parents[2] / "docs" / "operations.md"
_FENCE: Final = re.compile(r"^```(\w+) ?(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
Fact = tuple[UUID, int]


@dataclass(frozen=True)
class Block:
    """Fenced lines of the page: ``conf`` of a server, or ``sh`` for the server or the product."""

    kind: str
    where: str
    text: str


def section(title: str) -> list[Block]:
    """The fenced blocks of a section of the operator's page, in order."""
    page = PAGE.read_text(encoding="utf-8")
    _, found, rest = page.partition(f"### {title}\n")
    assert found, f"docs/operations.md has no section {title}"
    return [Block(*fence) for fence in _FENCE.findall(re.split(r"^##", rest, flags=re.M)[0])]


def conf(number: int, archive: Path | None = None) -> dict[str, str]:
    """The settings of a ``conf`` block of the page, with the folder of this test's archive."""
    block = section("What a server needs")[number]
    assert block.kind == "conf"
    pairs = (line.split("=", 1) for line in block.text.splitlines())
    settings = {name.strip(): value.strip().strip("'") for name, value in pairs}
    return {name: value.replace("/archive", str(archive)) for name, value in settings.items()}


class Drill:
    """A section of the page, played step by step; at its end nothing of it may be left."""

    def __init__(self, title: str) -> None:
        self._left = section(title)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        assert error is not None or self._left == [], "steps of the page that were not played"

    def on(self, server: "Server", **places: str | Path) -> None:
        """The next block, on a server, where ``places`` are set as the page names them."""
        block = self._next("sh", "server")
        server.site.shell(block.text, {**server.environment, **places})

    def at(self, office: "Office", *exits: int) -> list[Done]:
        """The next block, where the product runs; each command ends as said, or else well."""
        block = self._next("sh", "application")
        commands = [shlex.split(line) for line in block.text.splitlines()]
        done = [run(*words[1:], **office.settings) for words in commands if words[0] == "cases"]
        assert len(done) == len(commands)
        wanted = exits or (0,) * len(done)
        assert [each.returncode for each in done] == [*wanted], done
        return done

    def skip_the_rest(self) -> None:
        """What is left is played elsewhere."""
        self._left = []

    def _next(self, kind: str, where: str) -> Block:
        block = self._left.pop(0)
        assert (block.kind, block.where) == (kind, where), block
        return block


# ------------------------------------------------------------------------------------- servers


@dataclass
class Site:
    """A place for servers of one account, which end with the test, however it ends."""

    root: Path
    account: Account
    binaries: Binaries
    servers: dict[str, "Server"] = field(default_factory=dict)
    ends: ExitStack = field(default_factory=ExitStack)

    @property
    def sockets(self) -> Path:
        return self.root / "s"

    def folder(self, name: str) -> Path:
        """An empty folder of the server's account."""
        folder = self.root / name
        folder.mkdir()
        self.account.own(folder)
        return folder

    def server(self, name: str, like: "Server | None" = None) -> "Server":
        """A server to be: an empty data folder, or a copy of a stopped one's."""
        data = self.folder(name)
        if like is not None:
            self.shell('cp -R "$FROM/." "$TO"', {"FROM": like.data, "TO": data})
        server = Server(self, name, data, 5432 + len(self.servers))
        self.servers[name] = server
        life = Embedded(self.binaries, self.account, data, self.sockets, data / "log", {})
        self.ends.enter_context(_bound_to_our_life(life))
        return server

    def shell(self, commands: str, variables: Mapping[str, str | Path]) -> str:
        """Run commands as the server's account; every one of them must succeed."""
        environment = {
            "LC_ALL": "C",
            "PATH": f"{self.binaries.folder}:/usr/local/bin:/usr/bin:/bin",
            **{name: str(value) for name, value in variables.items()},
        }
        # A server outlives the shell and would keep a pipe open, hence a file.
        said = self.root / f"said-{uuid4().hex}"
        with said.open("wb") as output:
            done = subprocess.run(
                ["/bin/sh", "-euc", commands],
                env=environment,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                user=None if self.account.ours else self.account.uid,
                group=None if self.account.ours else self.account.gid,
                extra_groups=None if self.account.ours else [],
                timeout=PATIENCE,
                check=False,
            )
        text = said.read_text(errors="replace")
        assert done.returncode == 0, f"{commands}\n{text}"
        return text

    def close(self) -> None:
        """Stop every server at once; nothing of them is kept."""
        for server in self.servers.values():
            server.crash()
        self.ends.close()


@dataclass
class Server:
    """A PostgreSQL on a data folder, reached through a socket."""

    site: Site
    name: str
    data: Path
    port: int

    @property
    def environment(self) -> dict[str, str | Path]:
        """What the page's commands find set on this server."""
        return {
            "PGDATA": self.data,
            "PGHOST": self.site.sockets,
            "PGPORT": str(self.port),
            "PGUSER": "postgres",
            "PGDATABASE": "cases",
        }

    @property
    def conninfo(self) -> str:
        """Where a standby finds this server."""
        return f"host={self.site.sockets} port={self.port} user=postgres"

    def database(self, name: str = "cases") -> Database:
        place = f"host={self.site.sockets}&port={self.port}"
        return Database(
            name, f"postgresql://cases@/{name}?{place}", f"postgresql://postgres@/{name}?{place}"
        )

    def initialise(self) -> None:
        """Make an empty cluster that listens on its socket only, with the product's login."""
        self.site.shell(
            'initdb --pgdata="$PGDATA" --username=postgres --encoding=UTF8 --locale=C --no-sync'
            " --auth-local=trust --auth-host=reject --no-instructions",
            self.environment,
        )
        self.set(
            listen_addresses="",
            unix_socket_directories=str(self.site.sockets),
            fsync="off",
            timezone="UTC",
            max_connections="60",
            min_wal_size="32MB",
        )
        self.start()
        self.sql("create role cases login createrole", database="postgres")

    def set(self, **settings: str) -> None:
        """Append settings to the server's own; they count from its next start."""
        lines = "".join(f"{name} = '{value}'\n" for name, value in settings.items())
        self.site.shell(
            'printf %s "$LINES_" >> "$PGDATA/postgresql.conf"',
            {**self.environment, "LINES_": lines},
        )

    def start(self) -> None:
        self.site.shell('pg_ctl --wait --log="$PGDATA/log" start', self.environment)

    def stop(self) -> None:
        self.site.shell("pg_ctl --wait --mode=fast stop", self.environment)

    def crash(self) -> None:
        """End at once, in the middle of everything; harmless when it does not run."""
        if (self.data / "postmaster.pid").exists():
            self.site.shell("pg_ctl --wait --mode=immediate stop", self.environment)

    def sql(self, *queries: str, database: str = "cases") -> list[Any]:
        """What the last of the queries finds."""
        with psycopg.connect(self.database(database).superuser_url, autocommit=True) as superuser:
            for query in queries:
                cursor = superuser.execute(query.encode())
            return cursor.fetchall() if cursor.description is not None else []


# -------------------------------------------------------------------------------------- people


@dataclass
class Office:
    """The product over an installation, and an officer who opens cases in it."""

    settings: dict[str, object]
    system: System
    told: set[Fact] = field(default_factory=set)
    """The facts the officer was told are recorded."""

    def opens(self, number: int = 1) -> set[Fact]:
        """Open cases; the facts that were acknowledged. Raises StoreUnavailable."""
        system, today = self.system, self.system.clock.today()
        vaasa = system.organisations.find("vaasa")
        assert vaasa is not None
        officer = Principal(subject="1", organisation=vaasa, roles=frozenset({Role.OFFICER}))
        purpose = system.purposes.purpose("ORGANISING_SERVICES", {Role.OFFICER}, today)
        told: set[Fact] = set()
        for _ in range(number):
            act = OpenCase(
                origin=CaseOrigin.OWN_WORK,
                learned_on=today,
                person=PersonDetails.model_validate({"identityCode": identity_code()}),
            )
            outcome = system.cases.perform(
                Caller(officer, purpose, str(uuid4())),
                Request(act=act, key=str(uuid4()), fingerprint=b"the same"),
            )
            assert isinstance(outcome, Performed), outcome
            told |= {(outcome.case_id, fact.version) for fact in outcome.facts}
        self.told |= told
        return told

    @contextmanager
    def busy(self, officers: int = 2) -> Iterator[threading.Event]:
        """Officers open cases while the block lasts; a lost database ends their day.

        The event is set when the first of them has lost it.
        """
        stop, lost = threading.Event(), threading.Event()

        def work() -> None:
            try:
                while not stop.is_set():
                    self.opens()
            except StoreUnavailable:
                lost.set()

        threads = [threading.Thread(target=work) for _ in range(officers)]
        for thread in threads:
            thread.start()
        try:
            yield lost
        finally:
            stop.set()
            for thread in threads:
                thread.join(60)


@contextmanager
def office(url: str, state: Path) -> Iterator[Office]:
    """An office on the database at ``url``; its keyring lies in ``state``."""
    settings = {"environment": "test", "database_url": url, "state": state}
    whole = Settings(
        environment=Environment.TEST, database_url=url, state=state, allow_test_codes=True
    )
    with open_system(whole) as system:
        yield Office(settings, system)


class Follower:
    """Reads the ledger as anybody would who keeps a place, and what was found at each position."""

    def __init__(self) -> None:
        self.place = Place(0)
        self.seen: dict[int, Fact] = {}

    def follow(self, office: Office) -> int:
        """Take in what is new; how many facts. Raises LedgerWentBack."""
        before = len(self.seen)
        while True:
            page = office.system.log.page(self.place)
            self.seen |= {f.position: (f.stream_id, f.version) for f in page.facts if f.position}
            if page.place.idx == self.place.idx:
                return len(self.seen) - before
            self.place = page.place

    def refused_from(self, office: Office) -> int | None:
        """From which position on the ledger refuses what this one has seen; None if it goes on."""
        try:
            self.follow(office)
        except LedgerWentBack as error:
            return error.first_idx
        return None


class NaiveFollower(Follower):
    """Keeps its position and no epoch, as if a position stood for one fact for ever."""

    def follow(self, office: Office) -> int:
        """Take in what is new."""
        self.place = Place(self.place.idx)
        found = super().follow(office)
        self.place = Place(self.place.idx)
        return found


def ledger(server: Server) -> dict[int, Fact]:
    """The ledger as the database has it; it must run from 1 without gaps."""
    rows = server.sql("select idx, stream_id, version from log.ledger order by idx")
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    return {row[0]: (row[1], row[2]) for row in rows}


def facts(server: Server) -> set[Fact]:
    """Every fact of the log."""
    return set(server.sql("select stream_id, version from log.event"))


def epochs(server: Server) -> list[tuple[int, int, str]]:
    """Number, first position and reason of every epoch."""
    return [
        tuple(row)
        for row in server.sql("select number, first_idx, reason from log.epoch order by 1")
    ]
