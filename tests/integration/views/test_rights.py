"""Row level security on the views: a reader sees the rows of its authorities, an outsider none."""

from datetime import date
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError
from tests.casebook import ESPOO, TURKU, Casebook

from cases.app.embedded import Database
from cases.app.name_index import name_index
from cases.domain.case.joining.facts import CasesJoined
from cases.domain.case.person.acts import PersonName
from cases.domain.case.person.facts import DetailsOnRecord, PersonDetailsRecorded
from cases.domain.law.load import load_law
from cases.projections.case_view import CaseView
from cases.projections.clients.fold import Clients
from cases.projections.clients.queries import clients
from cases.projections.engine import Runner
from cases.projections.names.fold import Names
from cases.projections.reading import reading
from cases.projections.rebuild import rebuild
from cases.projections.tables import PARKED, VIEWS
from cases.projections.timers.fold import Timers
from cases.projections.worklist.fold import Worklist
from cases.projections.worklist.queries import worklist

LAW = load_law()
WITHOUT_CASES = {"tracking", "turn"}
ON = date(2025, 3, 20)
KNOWN = PersonDetailsRecorded(
    details=DetailsOnRecord(
        names=PersonName(given="Narges", family="Karimi"), date_of_birth=date(1990, 3, 15)
    )
)

TWICE = CasesJoined(duplicate=UUID(int=8), reason="", opened_on=ON, closed_on=ON, held=())


def told() -> Casebook:
    book = Casebook()
    for authority in (ESPOO, TURKU, 'a "strange", {authority}'):
        case = book.case().opened(date(2025, 1, 13), by=authority)
        case.plan(date(2025, 3, 3), date(2026, 3, 3)).record(date(2025, 1, 13), KNOWN)
        case.record(ON, TWICE)
    return book


def views() -> tuple[CaseView, ...]:
    return (Clients(LAW), Worklist(LAW), Timers(LAW), Names(name_index(b"k" * 32)))


@pytest.fixture
def book(projector: sa.Engine) -> Casebook:
    feed = told()
    for view in views():
        Runner(projector, feed, view, chance=lambda: 0.5).catch_up()
    with projector.begin() as conn:
        conn.execute(
            sa.insert(PARKED).values(
                projection="another.v1",
                case_id=feed.ledger[0].stream_id,
                position=1,
                version=1,
                error="LookupError",
                release="1",
                tried_by=["1"],
                attempts=1,
                next_try_at=sa.func.now(),
            )
        )
    return feed


def catalogue(database: Database, schema: str = "views") -> dict[str, tuple[bool, bool, int]]:
    with psycopg.connect(database.superuser_url) as superuser:
        rows = superuser.execute(
            "select c.relname, c.relrowsecurity, c.relforcerowsecurity,"
            " (select count(*) from pg_policy p where p.polrelid = c.oid)"
            " from pg_class c where c.relkind in ('r', 'p', 'm', 'v')"
            " and c.relnamespace = %s::regnamespace",
            (schema,),
        ).fetchall()
    return {name: (enabled, forced, policies) for name, enabled, forced, policies in rows}


def seen(engine: sa.Engine, table: str, authorities: list[str]) -> int:
    with reading(engine, authorities, date.max) as conn:
        count = conn.execute(sa.text(f"select count(*) from views.{table}")).scalar_one()
    assert isinstance(count, int)
    return count


@pytest.mark.guarantee("PJ-10")
def test_every_table_of_the_views_is_closed_to_whoever_names_no_authority(
    database: Database, book: Casebook, projector: sa.Engine, reader: sa.Engine
) -> None:
    found = catalogue(database)
    assert {table.name for table in VIEWS.tables.values()} == found.keys()
    for name in found.keys() - WITHOUT_CASES:
        enabled, forced, policies = found[name]
        assert enabled, name
        assert forced, name
        assert policies, name
        assert seen(projector, name, []) > 0, f"{name} has rows, or this shows nothing"
        assert seen(reader, name, []) == 0, name
        assert seen(reader, name, ["vantaa", ""]) == 0, name
        with reader.begin() as conn:
            assert conn.execute(sa.text(f"select count(*) from views.{name}")).scalar() == 0, name
    with psycopg.connect(database.url) as owner:
        owner.execute("set role cases_owner")
        for name in found.keys() - WITHOUT_CASES:
            assert owner.execute(f"select count(*) from views.{name}").fetchone() == (0,), name


@pytest.mark.guarantee("PJ-10")
def test_a_reader_sees_its_authorities_and_the_next_one_on_the_connection_does_not(
    book: Casebook, reader: sa.Engine
) -> None:
    strange = 'a "strange", {authority}'
    for authorities, expected in (
        ([ESPOO], 1), ([], 0), ([ESPOO, TURKU], 2), ([strange], 1), ([TURKU], 1),
    ):  # fmt: skip
        assert seen(reader, "client", authorities) == expected
        assert seen(reader, "client_plan", authorities) == expected
        assert seen(reader, "worklist_case", authorities) == expected
        assert seen(reader, "worklist_joined", authorities) == expected
        assert seen(reader, "named_case", authorities) == expected
        assert seen(reader, "name", authorities) == 2 * expected
        assert seen(reader, "timer", authorities) == 0
        with reader.begin() as conn:  # the same connection, by whoever forgets to say who reads
            assert conn.execute(sa.text("select count(*) from views.client")).scalar() == 0


@pytest.mark.guarantee("PJ-10")
def test_a_query_for_another_authority_than_the_readers_own_finds_nothing(
    book: Casebook, reader: sa.Engine
) -> None:
    with reading(reader, [ESPOO], date.max) as conn:
        assert len(clients(conn, authority=ESPOO, on=ON)) == 1
        assert len(worklist(conn, authority=ESPOO, on=ON)) == 2
        assert clients(conn, authority=TURKU, on=ON) == ()
        assert worklist(conn, authority=TURKU, on=ON) == ()


@pytest.mark.guarantee("PJ-10")
def test_a_reader_changes_nothing(book: Casebook, reader: sa.Engine) -> None:
    for table in VIEWS.tables.values():
        with pytest.raises(ProgrammingError), reading(reader, [ESPOO], date.max) as conn:
            conn.execute(sa.delete(table))


@pytest.mark.guarantee("PJ-10")
def test_rebuilt_tables_are_as_closed_as_those_they_replace(
    database: Database, book: Casebook, projector: sa.Engine, reader: sa.Engine
) -> None:
    def policies() -> list[tuple[object, ...]]:
        with psycopg.connect(database.superuser_url) as superuser:
            return superuser.execute(
                "select tablename, policyname, permissive, roles, cmd, qual, with_check,"
                " (select relacl::text from pg_class c where c.relname = tablename"
                "   and c.relnamespace = 'views'::regnamespace),"
                " (select count(*) from pg_indexes i where i.tablename = p.tablename"
                "   and i.schemaname = 'views')"
                " from pg_policies p where schemaname = 'views' order by 1, 2"
            ).fetchall()

    before, closed = policies(), catalogue(database)
    rebuild(projector, book, views())
    assert policies() == before
    assert catalogue(database) == closed
    assert catalogue(database, "views_next") == {}
    assert seen(reader, "client", [ESPOO]) == 1
    assert seen(reader, "client", []) == 0
