"""Bringing a database to the schema this release expects. Additive and linear; never downwards."""

import re
import threading
import time
from pathlib import Path
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from cases.app.store.connections import Role

SCHEMAS = ("log", "trail", "views", "register", "drafts", "notices")
_REVISION = re.compile("r[0-9]{4}")
_ONE_AT_A_TIME = 0x6361736573  # the advisory lock of migrations: "cases"
_ATTEMPTS = 20
_ALEMBIC = threading.Lock()  # its context is one for the whole process


def upgrade(url: str) -> None:
    """Migrate the database at ``url`` to the head; nothing happens when it is there already, or
    further.

    The user of ``url`` needs CREATEROLE (or the roles to exist and be granted to it) and CREATE on
    the database. Several processes may migrate one database, or several databases of one cluster,
    at the same time. Raises psycopg.Error where a right is missing.
    """
    _prepare(url)
    with _connected(url) as connection:
        raw = connection.connection.driver_connection
        assert isinstance(raw, psycopg.Connection)
        raw.execute("select pg_advisory_xact_lock(%s)", (_ONE_AT_A_TIME,))
        if is_newer(_current(connection)):
            return
        raw.execute(sql.SQL("set local role {}").format(sql.Identifier(Role.OWNER)))
        with _ALEMBIC:
            command.upgrade(_config(connection), "head")
        connection.commit()


def current(url: str) -> str | None:
    """The revision the database is at, None when it has never been migrated."""
    with _connected(url) as connection:
        return _current(connection)


def head() -> str:
    """The revision this release expects."""
    revision = ScriptDirectory.from_config(_config(None)).get_current_head()
    assert revision is not None
    return revision


def is_migrated(url: str) -> bool:
    """Whether the database has all that this release expects of its schema.

    So it has when a newer release has migrated it: migrations only add. Until the last process is
    replaced, the older ones are as fit as before.
    """
    at = current(url)
    return at == head() or is_newer(at)


def is_newer(revision: str | None) -> bool:
    """Whether a revision is of a newer release than this one."""
    return revision is not None and bool(_REVISION.fullmatch(revision)) and revision > head()


def _current(connection: Connection) -> str | None:
    context = MigrationContext.configure(
        connection, opts={"version_table": "migration", "version_table_schema": "log"}
    )
    return context.get_current_revision()


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _connected(url: str) -> Connection:
    """A connection of SQLAlchemy over the address as libpq reads it."""

    def connect() -> psycopg.Connection[Any]:
        return psycopg.connect(url)

    return create_engine("postgresql+psycopg://", creator=connect, poolclass=NullPool).connect()


def _prepare(url: str) -> None:
    """Roles and schemas.

    Roles belong to the cluster and advisory locks to one database, so a lock cannot keep two
    databases apart here. PostgreSQL answers the race with an error, and we look again.
    """
    for attempt in range(_ATTEMPTS):
        try:
            with psycopg.connect(url) as connection:
                connection.execute("select pg_advisory_xact_lock(%s)", (_ONE_AT_A_TIME,))
                for role in Role:
                    _ensure_role(connection, role)
                _ensure_schemas(connection)
            return
        except (
            psycopg.errors.UniqueViolation,
            psycopg.errors.DuplicateObject,
            psycopg.errors.InternalError_,  # "tuple concurrently updated"
        ):
            if attempt == _ATTEMPTS - 1:
                raise
            time.sleep(0.02 * (attempt + 1))


def _ensure_role(connection: psycopg.Connection[Any], role: Role) -> None:
    name = sql.Identifier(role)
    known = connection.execute("select 1 from pg_roles where rolname = %s", (role.value,))
    if known.fetchone() is None:
        connection.execute(sql.SQL("create role {} nologin").format(name))
    # From 16 on, holding a role and being allowed to become it are two things.
    right = "SET" if connection.info.server_version >= 160000 else "MEMBER"
    row = connection.execute(
        "select pg_has_role(current_user, %s, %s)", (role.value, right)
    ).fetchone()
    if row == (False,):
        grant = "grant {} to current_user" + (" with set true" if right == "SET" else "")
        connection.execute(sql.SQL(grant).format(name))


def _ensure_schemas(connection: psycopg.Connection[Any]) -> None:
    owner = sql.Identifier(Role.OWNER)
    database = sql.Identifier(connection.info.dbname)
    rows = connection.execute(
        "select nspname from pg_namespace where nspname = any(%s)", ([*SCHEMAS],)
    )
    missing = set(SCHEMAS) - {name for (name,) in rows}
    if not missing:
        return
    connection.execute(sql.SQL("grant create on database {} to {}").format(database, owner))
    connection.execute(sql.SQL("set local role {}").format(owner))
    for schema in sorted(missing):
        connection.execute(sql.SQL("create schema {}").format(sql.Identifier(schema)))
