"""SQLAlchemy's way to the read models: an engine over connections of one database role."""

import psycopg
import sqlalchemy as sa
from psycopg.rows import TupleRow

from cases.app.store.connections import Role, address


def views_engine(url: str, role: Role, *, size: int = 4) -> sa.Engine:
    """An engine whose sessions act as ``role``; at most ``size`` connections, made when needed.

    The reader's connections are looked at before use, so that a fail-over costs no answer.
    """

    def connection() -> psycopg.Connection[TupleRow]:
        return psycopg.connect(address(url, role), connect_timeout=10)

    return sa.create_engine(
        "postgresql+psycopg://",
        creator=connection,
        pool_size=size,
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=role is Role.READER,
    )
