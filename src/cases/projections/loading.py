"""Whole cases into the tables of a rebuild: read once, folded once, copied in."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from cases.domain.case.state import CaseState
from cases.domain.facts import FIRST_ID
from cases.projections.case_view import CaseView, CompleteRows
from cases.projections.feed import BadFact, Feed
from cases.projections.folded import fold_on
from cases.projections.shadow import SCHEMA

LAST_ID: Final = UUID(int=2**128 - 1)
CHUNK: Final = 200
"""Cases that are read, folded and copied at a time: what bounds the memory of a loader."""

Load = Callable[[Iterator[tuple[UUID, ...]]], Iterable[int]]
"""Copies chunks of cases in, here or in other processes; tells of each how many facts it had."""


def load_cases(
    engine: sa.Engine, feed: Feed, views: Sequence[CaseView], case_ids: Sequence[UUID]
) -> int:
    """Copy the rows of these cases into the tables beside the live ones; the number of facts.

    Strict: raises BadFact for a case that cannot be read, folded or made rows of. An erased one
    has no rows.
    """
    rows: CompleteRows = {table.name: [] for view in views for table in view.tables}
    facts = 0
    for case_id, read in feed.load_since(dict.fromkeys(case_ids, 0)).items():
        state = fold_on(read)
        if isinstance(state, CaseState):
            facts += state.version
            for view in views:
                for name, of_case in view.complete_rows(case_id, state).items():
                    rows[name].extend(of_case)
        elif not state.gone:
            raise BadFact(case_id, state.kind)
    with engine.begin() as conn:
        for view in views:
            for table in view.tables:
                _copy(conn, table, rows[table.name])
    return facts


def load_here(engine: sa.Engine, feed: Feed, views: Sequence[CaseView]) -> Load:
    """Load in this process, one chunk after another."""

    def load(chunks: Iterator[tuple[UUID, ...]]) -> Iterator[int]:
        return (load_cases(engine, feed, views, chunk) for chunk in chunks)

    return load


def all_cases(feed: Feed, chunk: int = CHUNK) -> Iterator[tuple[UUID, ...]]:
    """The ids of all cases in their order, some at a time."""
    after = FIRST_ID
    while ids := feed.streams(after, LAST_ID, chunk):
        yield ids
        after = ids[-1]


def _copy(conn: sa.Connection, table: sa.Table, rows: Sequence[dict[str, object]]) -> None:
    if not rows:
        return
    names = table.c.keys()
    driver: Any = conn.connection.driver_connection
    columns = ", ".join(names)
    with (
        driver.cursor() as cursor,
        cursor.copy(f"copy {SCHEMA}.{table.name} ({columns}) from stdin") as copy,
    ):
        for row in rows:
            copy.write_row([row[name] for name in names])
