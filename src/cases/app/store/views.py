"""SQLAlchemy's way to the read models: an engine over connections of one database role."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy as sa
from psycopg.rows import TupleRow

from cases.app.store.connections import Role, address, outcome_unknown
from cases.app.store.faults import StoreUnavailable

Engine = sa.Engine
"""Connections to the read models, for those who only hand them on."""


def views_engine(url: str, role: Role, *, size: int = 4, **settings: str) -> Engine:
    """An engine whose sessions act as ``role``; at most ``size`` connections, made when needed.

    ``settings`` are the server's, for each session. The reader's connections are looked at before
    use, so that a fail-over costs no answer. Planning a page of a list costs more than walking to
    it, and the walk is the same for every reader: its statements are planned once.
    """
    if role is Role.READER:
        settings = {"plan_cache_mode": "force_generic_plan"} | settings

    def connection() -> psycopg.Connection[TupleRow]:
        return psycopg.connect(address(url, role, **settings), connect_timeout=10)

    return sa.create_engine(
        "postgresql+psycopg://",
        creator=connection,
        pool_size=size,
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=role is Role.READER,
    )


def projector_engine(url: str, *, size: int, turn_limit: float) -> Engine:
    """The engine of those who keep the read models.

    A session that idles for longer than ``turn_limit`` seconds within a transaction is ended by the
    server, and its turn is free. (Not after ``executemany``: it pipelines, and the message that
    comes last stops the server's clock. So what runs there are single executions.) A commit is not
    waited for to be on disk: rows and position are lost together, and taken in again.
    """
    return views_engine(
        url,
        Role.PROJECTOR,
        size=size,
        idle_in_transaction_session_timeout=f"{int(turn_limit * 1000)}ms",
        synchronous_commit="off",
    )


@contextmanager
def unavailable_when_lost() -> Iterator[None]:
    """Around a use of an engine: a lost connection, or none to be had, is StoreUnavailable."""
    try:
        yield
    except sa.exc.TimeoutError as error:
        raise StoreUnavailable from error
    except sa.exc.DBAPIError as error:
        if isinstance(error.orig, psycopg.OperationalError) and outcome_unknown(error.orig):
            raise StoreUnavailable from error
        raise
    except psycopg.OperationalError as error:
        # A connection that could not be made is told as the driver tells it.
        raise StoreUnavailable from error
