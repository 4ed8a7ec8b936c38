"""Connections: one login, one database role per pool, bounded, binary, prepared."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from cases.app.store.faults import StoreUnavailable

Params = dict[str, Any]

# Seconds after which a pool gives up a connection it cannot make; the next request tries at once.
# Left to itself it doubles its pauses for as long as an outage lasts, and is late by the last one.
_GIVEN_UP = 1.0


class Role(StrEnum):
    """The database roles; what each may do stands in the first migration."""

    OWNER = "cases_owner"
    WRITER = "cases_writer"
    SEQUENCER = "cases_sequencer"
    PROJECTOR = "cases_projector"
    READER = "cases_reader"


@cache
def statement(name: str) -> bytes:
    """The statement of ``sql/<name>.sql`` without the comment lines that explain it."""
    text = (files("cases.app.store") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("--"))
    return "\n".join(lines).strip().encode()


def is_address(url: str) -> bool:
    """Whether the client takes it for the address of a database, there or not."""
    try:
        conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        return False
    return True


def address(url: str, role: Role, **settings: str) -> str:
    """The address that opens a session as ``role`` in UTC with these settings of the server."""
    wanted = {"role": role.value, "timezone": "UTC", **settings}
    options = " ".join(
        f"-c {name}={value.replace(' ', chr(92) + ' ')}" for name, value in wanted.items()
    )
    given = conninfo_to_dict(url).get("options")
    return make_conninfo(url, options=f"{given} {options}" if given else options)


def connect(url: str, role: Role, **settings: str) -> psycopg.Connection[TupleRow]:
    """One connection outside any pool. Raises psycopg.OperationalError when there is none."""
    return psycopg.connect(address(url, role, **settings), autocommit=True, connect_timeout=10)


class Closable(ABC):
    """What holds connections: a context manager that closes them at its end."""

    @abstractmethod
    def close(self) -> None:
        """Give the connections back; closing twice is harmless."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()


class Pools(Closable):
    """The writers' and the readers' connections, both bounded.

    ``lock_timeout`` (milliseconds) bounds how long an append waits for a twin in flight.
    Use as a context manager, or call ``close``.
    """

    def __init__(
        self,
        url: str,
        *,
        writers: int = 8,
        readers: int = 8,
        lock_timeout: int = 2_000,
        patience: float = 5.0,
    ) -> None:
        self.url = url
        # Planning the append costs as much as running it, and no plan of it depends on its values.
        self.writer = _pool(
            url,
            Role.WRITER,
            writers,
            patience,
            lock_timeout=f"{lock_timeout}ms",
            plan_cache_mode="force_generic_plan",
        )
        self.reader = _pool(url, Role.READER, readers, patience)

    def close(self) -> None:
        """Close every connection; what is in use ends first."""
        self.writer.close()
        self.reader.close()

    def read(self, sql: bytes, params: Params) -> list[TupleRow]:
        """The rows of a query in the reader's role.

        A connection found dead is replaced once, since reading twice harms nobody.
        Raises StoreUnavailable.
        """
        try:
            return _rows(self.reader, sql, params)
        except psycopg.OperationalError as error:
            if not outcome_unknown(error):
                raise
            try:
                self.reader.check()
                return _rows(self.reader, sql, params)
            except (psycopg.OperationalError, PoolTimeout, PoolClosed) as again:
                raise StoreUnavailable from again
        except (PoolTimeout, PoolClosed) as error:
            raise StoreUnavailable from error


@contextmanager
def borrowed(
    pool: ConnectionPool[psycopg.Connection[TupleRow]],
) -> Iterator[psycopg.Connection[TupleRow]]:
    """A connection of the pool; a lost one, or none to be had, is StoreUnavailable."""
    try:
        with pool.connection() as connection:
            yield connection
    except (PoolTimeout, PoolClosed) as error:
        raise StoreUnavailable from error
    except (psycopg.OperationalError, psycopg.errors.ReadOnlySqlTransaction) as error:
        if outcome_unknown(error):
            raise StoreUnavailable from error
        raise
    except psycopg.errors.InsufficientPrivilege as error:
        # A right was withdrawn from the role: nothing was done, and no request can help it.
        raise StoreUnavailable from error


def outcome_unknown(error: psycopg.Error) -> bool:
    """Whether the connection or the server went away, so that nobody can say what was committed.

    Class 08 is the connection, 57 the operator (shutdown, crash, cancel), 53 resources, 58 the
    system, 25006 a server that has become read-only; no state at all is a connection cut.
    """
    state = error.sqlstate
    return state is None or state[:2] in {"08", "53", "57", "58"} or state == "25006"


def _pool(
    url: str, role: Role, size: int, patience: float, **settings: str
) -> ConnectionPool[psycopg.Connection[TupleRow]]:
    return ConnectionPool(
        address(url, role, **settings),
        kwargs={"autocommit": True, "connect_timeout": 5},
        min_size=1,
        max_size=size,
        timeout=patience,
        reconnect_timeout=_GIVEN_UP,
        name=role.value,
        open=True,
    )


def _rows(
    pool: ConnectionPool[psycopg.Connection[TupleRow]], sql: bytes, params: Params
) -> list[TupleRow]:
    with pool.connection() as connection:
        return connection.execute(sql, params, prepare=True, binary=True).fetchall()
