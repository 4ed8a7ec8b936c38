"""A whole PostgreSQL behind one object: start it, ask for databases, stop it."""

import os
import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql

from cases.app.embedded.account import server_account
from cases.app.embedded.binaries import find_binaries
from cases.app.embedded.places import (
    ELSEWHERE,
    PORT,
    SOCKETS,
    data_folder,
    data_folders,
    socket_folder,
    sole_use,
)
from cases.app.embedded.server import Server, initialise, running
from cases.app.embedded.trouble import EmbeddedError, told_plainly

_SUPERUSER = "postgres"
_LOGIN = "cases"

_ALWAYS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The log names errors, never the statements or the values that caused them.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
# Commits stay synchronous: a killed server keeps them, only a power cut may take them.
_NOT_DURABLE = {"fsync": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Database:
    """One database: ``url`` logs in as ``cases``, its owner; ``superuser_url`` as ``postgres``."""

    name: str
    url: str
    superuser_url: str


class Cluster:
    """A PostgreSQL server on a state folder, reachable through a private socket only.

    ``state`` is made if missing. ``durable=False`` gives up safety against power loss for speed
    (tests). ``settings`` are lines of ``postgresql.conf`` and win over ours. ``binaries`` is a
    folder with the server's programs to use instead of looking for one. ``elsewhere`` takes data
    and programs that the server's account cannot reach where they are (only ever as root).
    ``sockets`` is the folder in which the socket's folder is made.

    All methods raise ``EmbeddedError`` with one sentence. Data stay after ``stop``.
    """

    def __init__(  # noqa: PLR0913  each a place or a switch of its own
        self,
        state: Path,
        *,
        durable: bool = True,
        settings: Mapping[str, str | int] | None = None,
        binaries: Path | None = None,
        elsewhere: Path = ELSEWHERE,
        sockets: Path = SOCKETS,
    ) -> None:
        self._state = state.resolve()
        self._durable = durable
        self._settings = {name: str(value) for name, value in (settings or {}).items()}
        self._given = binaries
        self._elsewhere = elsewhere
        self._sockets = sockets
        self._running: ExitStack | None = None
        self._starter = 0
        self._server: Server | None = None
        self._pid = 0

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        self._running_server()
        return self._pid

    @property
    def data(self) -> Path:
        """The data folder of the running server."""
        return self._running_server().data

    @property
    def socket(self) -> Path:
        """The folder of the running server's socket, the ``host`` of its URLs."""
        return self._running_server().socket

    @property
    def programs(self) -> Path:
        """The folder of the running server's programs (``pg_dump`` and the like)."""
        return self._running_server().binaries.folder

    def start(self) -> None:
        """Start the server, making its data at the first start; returns when it takes logins."""
        if self._running is not None:
            raise EmbeddedError(f"The PostgreSQL of {self._state} is running already.")
        with ExitStack() as stack, told_plainly(self._state):
            self._state.mkdir(parents=True, exist_ok=True)
            stack.enter_context(sole_use(self._state))
            server = self._prepare()
            stack.callback(shutil.rmtree, server.socket, ignore_errors=True)
            self._pid = stack.enter_context(running(server))
            self._server = server
            stack.callback(setattr, self, "_server", None)
            self._make_login()
            self._starter = os.getpid()
            self._running = stack.pop_all()

    def stop(self) -> None:
        """Stop the server and leave no process behind; stopping twice is harmless.

        A fork of the process that started it does not stop it.
        """
        if self._running is not None and self._starter == os.getpid():
            everything, self._running = self._running, None
            everything.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def url(self, database: str) -> str:
        """The address of ``database`` for the login ``cases``."""
        return self._url(_LOGIN, database)

    def superuser_url(self, database: str) -> str:
        """The address of ``database`` for the superuser ``postgres``."""
        return self._url(_SUPERUSER, database)

    def database(self, name: str) -> Database:
        """Both addresses of the database ``name``, whether or not it exists."""
        return Database(name, self.url(name), self.superuser_url(name))

    def has_database(self, name: str) -> bool:
        """Whether the database ``name`` exists."""
        found = self._administer(
            sql.SQL("SELECT 1 FROM pg_database WHERE datname = {}").format(sql.Literal(name))
        )
        return bool(found)

    def create_database(self, name: str, template: str | None = None) -> Database:
        """Make the database ``name``, owned by ``cases``: empty, or a copy of ``template``."""
        self._administer(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                sql.Identifier(name),
                sql.Identifier(_LOGIN),
                sql.Identifier(template or "template1"),
            )
        )
        return self.database(name)

    def rename_database(self, name: str, to: str) -> None:
        """Give the database ``name``, in which nobody may be, another name."""
        self._administer(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                sql.Identifier(name), sql.Identifier(to)
            )
        )

    def drop_database(self, name: str) -> None:
        """Remove the database ``name``, ending the sessions in it; it need not exist."""
        self._administer(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )

    def _prepare(self) -> Server:
        """Find account, place and programs, and make the data where there are none."""
        account = server_account(*data_folders(self._state, self._elsewhere))
        data = data_folder(self._state, self._elsewhere, account)
        stamp = data / "PG_VERSION"
        if data.is_dir() and data.stat().st_uid != account.uid:
            raise EmbeddedError(f"{data} belongs to another account; only its owner can start it.")
        binaries = find_binaries(
            account,
            major=int(stamp.read_text()) if data.is_dir() else None,
            given=self._given,
            elsewhere=self._elsewhere,
        )
        if not data.is_dir():
            initialise(binaries, account, data, durable=self._durable)
        return Server(
            binaries=binaries,
            account=account,
            data=data,
            socket=socket_folder(self._state, self._sockets, account),
            log=self._state / "postgresql.log",
            settings=_ALWAYS | ({} if self._durable else _NOT_DURABLE) | self._settings,
        )

    def _make_login(self) -> None:
        """The login may make roles (migrations do) and owns its databases; it is no superuser."""
        if not self._administer(sql.SQL("SELECT 1 FROM pg_roles WHERE rolname = 'cases'")):
            self._administer(
                sql.SQL("CREATE ROLE cases LOGIN NOSUPERUSER CREATEROLE NOCREATEDB NOREPLICATION")
            )

    def _administer(self, statement: sql.SQL | sql.Composed) -> list[tuple[object, ...]]:
        try:
            with psycopg.connect(self._url(_SUPERUSER, "postgres"), autocommit=True) as connection:
                cursor = connection.execute(statement)
                return cursor.fetchall() if cursor.description else []
        except psycopg.Error as error:
            reason = (error.diag.message_primary or str(error)).strip().splitlines()[0]
            raise EmbeddedError(f"PostgreSQL refused: {reason}.") from error

    def _url(self, login: str, database: str) -> str:
        place = urlencode({"host": str(self.socket), "port": PORT}, safe="/")
        return f"postgresql://{login}@/{quote(database, safe='')}?{place}"

    def _running_server(self) -> Server:
        if self._server is None:
            raise EmbeddedError(f"The PostgreSQL of {self._state} is not running.")
        return self._server
