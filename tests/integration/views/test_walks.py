"""Pages of lists: right for whatever stands in the tables, and walked to, not sorted out of all.

How many rows a page reads is the server's own count within the reader's transaction. It is asked of
statements that the driver has prepared by then, as it has in a service that is up.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from tests.casebook import ESPOO, TURKU

from cases.app.embedded import Database
from cases.domain.codes.values import DueKind, RecordItem
from cases.projections.clients.queries import clients
from cases.projections.clients.table import CLIENT
from cases.projections.reading import reading
from cases.projections.worklist.queries import Entry, Place, missing, worklist
from cases.projections.worklist.table import WORKLIST

TODAY = date(2026, 3, 2)
GAP = DueKind.RECORD_TO_COMPLETE
PAGE = 20
MANY = 8_000
"""Entries of each authority: a page that reads a fraction of them has walked."""

Rows = list[dict[str, Any]]


@pytest.fixture
def filled(database: Database, projector: sa.Engine) -> Rows:
    """Thousands of entries and clients of three authorities; the espoo ones, as they stand."""
    rows = [entry for n in range(3 * MANY) for entry in [_entry(n, (ESPOO, TURKU, "oulu")[n % 3])]]
    people = [_client(row) for row in rows if row["entry"] == 1]
    with projector.begin() as conn:
        conn.execute(sa.insert(WORKLIST), rows)
        conn.execute(sa.insert(CLIENT), people)
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        connection.execute("vacuum analyze views.worklist")
        connection.execute("vacuum analyze views.client")
    return [row for row in rows if row["authority"] == ESPOO]


def _entry(number: int, authority: str) -> dict[str, Any]:
    """An entry like no other: of any kind, at any time, of one worker of twenty or of nobody."""
    chance = random.Random(number)
    gap = chance.random() < 0.5
    day = TODAY + timedelta(days=chance.randrange(-200, 200))
    days: tuple[date | None, ...] = (day, None, None)
    if gap or chance.random() < 0.5:
        days = chance.choice([(None, day, TODAY), (None, None, day), (None, None, None)])
    due_by, planned_on, since = days
    return {
        "case_id": UUID(int=random.Random(number // 6).getrandbits(128)),
        "entry": number % 6 + 1,
        "version": 1,
        "authority": authority,
        "worker": chance.choice([None, f"officer-{number % 20}"]),
        "kind": (GAP if gap else chance.choice([DueKind.REVIEW, DueKind.PLAN_ENDING])).value,
        "item": RecordItem.SOURCES.value if gap else None,
        "section": "22.1",
        "due_by": due_by,
        "planned_on": planned_on,
        "since": since,
        "shown_from": TODAY - timedelta(days=chance.randrange(-20, 300)),
        "shown_until": _shown_until(chance, gap=gap),
    }


def _shown_until(chance: random.Random, *, gap: bool) -> date | None:
    """Most of what is no gap has been shown: years of what was to do lie behind an authority."""
    if not gap and chance.random() < 0.8:
        return TODAY - timedelta(days=chance.randrange(1, 300))
    return chance.choice([None, None, TODAY + timedelta(days=30)])


def _client(row: dict[str, Any]) -> dict[str, Any]:
    of_row = ("case_id", "version", "authority", "worker")
    return {name: row[name] for name in of_row} | {"opened_on": TODAY}


@contextmanager
def _as_espoo(reader: sa.Engine) -> Iterator[sa.Connection]:
    with reading(reader, [ESPOO], TODAY) as conn:
        yield conn


def _expected(rows: Rows, *, gaps: bool, worker: str | None) -> list[tuple[UUID, int]]:
    """The list as it is defined: what is late first, then by day."""

    def place(row: dict[str, Any]) -> tuple[bool, date, int, int]:
        day = row["due_by"] or row["planned_on"] or row["since"] or row["shown_from"]
        in_time = row["due_by"] is None or row["due_by"] >= TODAY
        return in_time, day, row["case_id"].int, row["entry"]

    shown = [
        row
        for row in rows
        if (row["kind"] == GAP.value) is gaps
        and worker in {None, row["worker"]}
        and row["shown_from"] <= TODAY
        and (row["shown_until"] is None or row["shown_until"] >= TODAY)
    ]
    return [(row["case_id"], row["entry"]) for row in sorted(shown, key=place)]


def _read_all(conn: sa.Connection, *, gaps: bool, worker: str | None) -> Iterator[Entry]:
    after: Place | None = None
    asked: dict[str, Any] = {"authority": ESPOO, "on": TODAY, "gaps": gaps, "worker": worker}
    while page := worklist(conn, **asked, after=after, limit=200):
        yield from page
        after = page[-1].place


def test_page_by_page_the_worklist_is_what_stands_in_the_table_in_its_order(
    filled: Rows, reader: sa.Engine
) -> None:
    with _as_espoo(reader) as conn:
        for gaps in (False, True):
            for worker in (None, "officer-7"):
                entries = _read_all(conn, gaps=gaps, worker=worker)
                expected = _expected(filled, gaps=gaps, worker=worker)
                assert len(expected) > PAGE // 2
                assert [(e.case_id, e.place.entry) for e in entries] == expected


@pytest.mark.guarantee("PJ-18")
def test_a_page_of_a_list_reads_about_as_many_rows_as_it_shows(
    filled: Rows, reader: sa.Engine
) -> None:
    assert len(filled) == MANY
    asked: dict[str, Any] = {"authority": ESPOO, "on": TODAY, "limit": PAGE}
    with _as_espoo(reader) as conn:
        midst = worklist(conn, **asked | {"limit": 1_000})[-1].place
        a_gap = worklist(conn, **asked | {"limit": 1_000}, gaps=True)[-1].place
        middle = UUID(int=1 << 127)
        pages: dict[str, Callable[[], object]] = {
            "worklist": lambda: worklist(conn, **asked),
            "worklist, later": lambda: worklist(conn, **asked, after=midst),
            "worklist of one": lambda: worklist(conn, **asked, worker="officer-7"),
            "worklist of nobody": lambda: worklist(conn, **asked, worker="nobody"),
            "gaps": lambda: worklist(conn, **asked, gaps=True),
            "gaps, later": lambda: worklist(conn, **asked, gaps=True, after=a_gap),
            "gaps of one": lambda: worklist(conn, **asked, gaps=True, worker="officer-7"),
            "clients": lambda: clients(conn, **asked),
            "clients, later": lambda: clients(conn, **asked, after=middle),
            "clients of one": lambda: clients(conn, **asked, worker="officer-7"),
            "what is missing, counted": lambda: missing(conn, authority=ESPOO, on=TODAY),
        }
        read = {name: _rows_read(conn, page) for name, page in pages.items()}
    # Three walks at most, each a page long, past a few rows that are not shown today.
    assert {name: rows for name, rows in read.items() if rows > 6 * PAGE} == {}


def _rows_read(conn: sa.Connection, page: Callable[[], object]) -> int:
    """How many rows the tables of lists give for a page, once its statement is prepared."""
    for _ in range(6):
        page()
    before = conn.execute(_COUNT).scalar_one()
    page()
    return int(conn.execute(_COUNT).scalar_one() - before)


_COUNT = sa.text(
    "select sum(seq_tup_read + idx_tup_fetch) from pg_stat_xact_user_tables"
    " where schemaname = 'views' and relname in ('worklist', 'client')"
)
