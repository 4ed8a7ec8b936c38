"""The database itself refuses what no part of the application should ever try."""

import itertools

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from cases.app.embedded import Database
from cases.app.store.connections import Role, connect

STANDING = (
    "log.event",
    "log.ledger",
    "log.epoch",
    "trail.access",
    "register.import",
    "register.change",
)
EVERYDAY = (Role.WRITER, Role.SEQUENCER, Role.PROJECTOR, Role.READER)

# What each role may do with each table; whatever is not named is tried and must be refused.
MAY: dict[Role, dict[str, set[str]]] = {
    Role.WRITER: {
        "log.epoch": {"select"},
        "log.event": {"select", "insert"},
        "log.ledger": {"select"},
        "log.identity": {"select", "insert", "delete"},
        "log.case_key": {"select", "insert"},
        "log.guidance_index": {"select", "insert"},
        "log.family_plan_untold": {"select", "insert", "delete"},
        "log.case_untold": {"select", "insert", "delete"},
        "trail.access": {"select", "insert"},
        "register.import": {"select", "insert"},
        "register.change": {"select", "insert"},
        "drafts.draft": {"select", "insert", "update", "delete"},
        "notices.notice": {"select", "insert", "delete"},
        "notices.answer": {"select", "insert", "delete"},
    },
    Role.SEQUENCER: {
        "log.event": {"select"},
        "log.epoch": {"select", "insert"},
        "log.ledger": {"select", "insert"},
        "log.sequencer": {"select", "update"},
    },
    Role.PROJECTOR: {
        "log.event": {"select"},
        "log.ledger": {"select"},
        "log.identity": {"select"},
        "log.case_key": {"select"},
        "log.sequencer": {"select"},
        "log.epoch": {"select"},
        "views.tracking": {"select", "insert", "update", "delete", "truncate"},
        "views.turn": {"select", "insert", "update", "delete", "truncate"},
        "views.parked": {"select", "insert", "update", "delete", "truncate"},
    },
    Role.READER: {
        "log.event": {"select"},
        "log.ledger": {"select"},
        "log.identity": {"select"},
        "log.case_key": {"select"},
        "log.sequencer": {"select"},
        "log.epoch": {"select"},
        "log.guidance_index": {"select"},
        "log.family_plan_untold": {"select"},
        "log.case_untold": {"select"},
        "trail.access": {"insert"},
        "register.import": {"select"},
        "register.change": {"select"},
        "views.tracking": {"select"},
        "views.turn": {"select"},
        "views.parked": {"select"},
        "drafts.draft": {"select"},
        "notices.notice": {"select"},
        "notices.answer": {"select"},
    },
}
# A column of each table that the role could name in an insert or an update.
COLUMNS = {
    "log.event": "topic",
    "log.ledger": "idx",
    "log.identity": "blind",
    "log.case_key": "wrapped",
    "log.guidance_index": "blind",
    "log.family_plan_untold": "version",
    "log.case_untold": "version",
    "log.sequencer": "next",
    "log.epoch": "first_idx",
    "log.migration": "version_num",
    "trail.access": "action",
    "views.tracking": "allotted",
    "views.turn": "last",
    "views.parked": "error",
    "register.import": "source",
    "register.change": "kind",
    "drafts.draft": "revision",
    "notices.notice": "last_day",
    "notices.answer": "last_day",
}


def attempt(verb: str, table: str) -> str:
    column = COLUMNS[table]
    return {
        "select": f"select {column} from {table}",
        "insert": f"insert into {table} ({column}) values (null)",
        "update": f"update {table} set {column} = {column} where false",
        "delete": f"delete from {table} where false",
        "truncate": f"truncate {table}",
    }[verb]


@pytest.mark.guarantee("RL-1")
@pytest.mark.parametrize("role", EVERYDAY)
def test_a_role_may_do_what_it_needs_and_nothing_else(database: Database, role: Role) -> None:
    verbs = ("select", "insert", "update", "delete", "truncate")
    with connect(database.url, role) as connection:
        for table, verb in itertools.product(COLUMNS, verbs):
            allowed = verb in MAY[role].get(table, set())
            try:
                connection.execute(attempt(verb, table))
            except InsufficientPrivilege:
                assert not allowed, f"{role} may not {verb} {table}"
            except psycopg.errors.IntegrityError:
                assert allowed, f"{role} may {verb} {table}"  # let in, and met a constraint
            else:
                assert allowed, f"{role} may {verb} {table}"


@pytest.mark.guarantee("RL-1")
@pytest.mark.parametrize("role", EVERYDAY)
@pytest.mark.parametrize("table", STANDING)
def test_nobody_changes_what_stands(database: Database, role: Role, table: str) -> None:
    with connect(database.url, role) as connection:
        for verb in ("update", "delete", "truncate"):
            with pytest.raises(InsufficientPrivilege):
                connection.execute(attempt(verb, table))
        with pytest.raises(InsufficientPrivilege):
            connection.execute(f"alter table {table} add column mine text")
        with pytest.raises(InsufficientPrivilege):
            connection.execute(f"drop table {table}")


@pytest.mark.guarantee("RL-1")
def test_the_writer_may_turn_an_identity_and_nothing_else_of_it(database: Database) -> None:
    with connect(database.url, Role.WRITER) as connection:
        connection.execute("update log.identity set open = false")
        for column in ("blind", "stream_id", "recorded_at"):
            with pytest.raises(InsufficientPrivilege):
                connection.execute(f"update log.identity set {column} = {column}")


@pytest.mark.guarantee("RL-1")
def test_the_writer_cannot_forge_its_place_in_the_order(database: Database) -> None:
    with connect(database.url, Role.WRITER) as connection:
        for column, value in (("seq", "1"), ("xid", "'1'")):
            for table in ("log.event", "trail.access"):
                with pytest.raises(InsufficientPrivilege):
                    connection.execute(
                        f"insert into {table} ({column}) overriding system value values ({value})"
                    )
        with pytest.raises(InsufficientPrivilege):
            connection.execute("select setval('log.event_seq_seq', 1)")


@pytest.mark.guarantee("RL-1")
def test_a_projector_may_build_beside_and_its_tables_are_readable(database: Database) -> None:
    with connect(database.url, Role.PROJECTOR) as connection:
        connection.execute("create table views.beside (case_id uuid primary key)")
        for schema in ("log", "trail"):
            with pytest.raises(InsufficientPrivilege):
                connection.execute(f"create table {schema}.beside (case_id uuid primary key)")
    with connect(database.url, Role.READER) as connection:
        assert connection.execute("select * from views.beside").fetchall() == []
    with connect(database.url, Role.OWNER) as connection:
        connection.execute("create table views.later (case_id uuid primary key)")
    with connect(database.url, Role.PROJECTOR) as connection:
        connection.execute("delete from views.later")
