"""Migrating: repeatable, side by side, and by a login that is no superuser."""

import re
import subprocess
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import psycopg
import pytest
from tests.logbook import another

from cases.app.embedded import Cluster, Database
from cases.app.store import migrate
from cases.app.store.connections import Role, connect


@pytest.fixture
def empty(cluster: Cluster) -> Database:
    """A database nobody has migrated."""
    return cluster.create_database(f"empty_{uuid.uuid4().hex[:8]}")


def test_a_new_database_is_brought_to_the_head(empty: Database) -> None:
    assert migrate.current(empty.url) is None
    assert not migrate.is_migrated(empty.url)
    migrate.upgrade(empty.url)
    assert migrate.current(empty.url) == migrate.head()
    assert migrate.is_migrated(empty.url)
    migrate.upgrade(empty.url)
    assert migrate.is_migrated(empty.url)


@pytest.mark.guarantee("EV-7")
def test_a_schema_of_a_newer_release_is_fit_and_left_as_it_is(database: Database) -> None:
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        for revision, fit in (("r9999", True), ("r0001", False), ("something", False)):
            connection.execute("update log.migration set version_num = %s", (revision,))
            assert migrate.is_migrated(database.url) is fit
            assert migrate.is_newer(revision) is fit
        connection.execute("update log.migration set version_num = 'r9999'")
    migrate.upgrade(database.url)
    assert migrate.current(database.url) == "r9999"


LOOKED_AT: Final = {
    # In the body of a function that is new, and of that function's own right.
    "r0020_reindexed.sql": ["delete from", "revoke"],
    # Every release writes what it asks for.
    "r0021_walks.sql": ["add constraint"],
}
"""What looks as if it took something away from an older release, and does not."""


@pytest.mark.guarantee("EV-7")
def test_migrations_only_add() -> None:
    """An older release runs beside them: from r0020 on, since nothing ran anywhere before."""
    takes_away = re.compile(
        r"\b(drop\s+(table|column|view|schema|function|role)|rename|truncate|set\s+not\s+null"
        r"|alter\s+column\s+\w+\s+(set\s+data\s+)?type|add\s+constraint|revoke|delete\s+from)\b",
        re.IGNORECASE,
    )
    versions = Path(migrate.__file__).with_name("migrations") / "versions"
    found = {
        path.name: [each[0] for each in takes_away.finditer(path.read_text(encoding="utf-8"))]
        for path in sorted(versions.glob("r*.sql"))
    }
    assert any(found.values()), "it would find nothing"
    assert {name: each for name, each in found.items() if each and name >= "r0020"} == LOOKED_AT


def test_several_processes_may_migrate_one_database_and_several_databases(
    cluster: Cluster,
) -> None:
    """In a new cluster, so that all of them want to make its roles at once."""
    program = "import sys; from cases.app.store.migrate import upgrade; upgrade(sys.argv[1])"
    with another(cluster) as new:
        urls = [new.create_database(f"side_{n}").url for n in range(3)]
        processes = [subprocess.Popen([sys.executable, "-c", program, url]) for url in urls * 2]
        assert [process.wait() for process in processes] == [0] * 6
        assert all(map(migrate.is_migrated, urls))


def test_several_threads_may_migrate(cluster: Cluster) -> None:
    urls = [cluster.create_database(f"side_{uuid.uuid4().hex[:8]}").url for _ in range(3)]
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(migrate.upgrade, urls * 2))
    assert all(map(migrate.is_migrated, urls))


def test_the_login_may_become_each_role_and_owns_nothing_itself(database: Database) -> None:
    for role in Role:
        with connect(database.url, role) as connection:
            assert connection.execute("select current_user").fetchone() == (role.value,)
    with psycopg.connect(database.superuser_url) as superuser:
        owners = superuser.execute(
            "select distinct tableowner from pg_tables"
            " where schemaname in ('log', 'trail', 'views', 'register', 'drafts', 'notices')"
        ).fetchall()
    assert owners == [(Role.OWNER.value,)]


@pytest.mark.guarantee("LG-8")
def test_every_key_of_the_log_begins_with_the_stream(database: Database) -> None:
    """Apart from the one constraint across streams, and the order itself."""
    across = {
        "identity_pkey",
        "identity_one_open",
        "ledger_pkey",
        "epoch_pkey",
        "epoch_id_key",
        "sequencer_pkey",
        "migration_pkc",
    }
    with psycopg.connect(database.superuser_url) as superuser:
        rows = superuser.execute(
            "select i.indexrelid::regclass::text, a.attname from pg_index i"
            " join pg_class c on c.oid = i.indrelid and c.relnamespace = 'log'::regnamespace"
            " join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]"
            " where i.indisunique"
        ).fetchall()
    keys = {name.removeprefix("log."): first for name, first in rows}
    assert {first for name, first in keys.items() if name not in across} == {"stream_id"}
    assert across <= keys.keys()


@pytest.mark.guarantee("LG-8")
def test_the_log_has_no_triggers_and_its_tables_are_vacuumed_normally(database: Database) -> None:
    with psycopg.connect(database.superuser_url) as superuser:
        triggers = superuser.execute(
            "select tgname from pg_trigger where not tgisinternal"
        ).fetchall()
        options = superuser.execute(
            "select relname from pg_class where reloptions::text like '%autovacuum%'"
            " and relnamespace in ('log'::regnamespace, 'trail'::regnamespace)"
        ).fetchall()
    assert triggers == []
    assert options == []
