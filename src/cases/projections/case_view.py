"""Views that fold whole cases: their position is the version of each case, kept in its own row.

So the order of the ledger does not matter to them, a case can be taken in twice or alone, and
nothing older ever replaces anything newer.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from cases.domain.case.state import CaseState, fold
from cases.domain.facts import Recorded
from cases.projections.engine import BadFact, Cases, Page, StaleRead

Row = Mapping[str, object]
Rows = Mapping[str, Sequence[Row]]


class CaseView:
    """Base of the views whose rows follow from one case alone.

    Every table has ``case_id`` and ``version``, which are filled in here. The first of ``tables``
    is the cover: exactly one row for each case, its key ``case_id``. ``rows`` is pure.
    """

    name: ClassVar[str]
    version: ClassVar[int] = 1
    tables: ClassVar[tuple[sa.Table, ...]]

    def rows(self, state: CaseState) -> Rows:
        """The rows of a case, by the name of their table."""
        raise NotImplementedError

    @property
    def cover(self) -> sa.Table:
        """The table with one row for each case."""
        return self.tables[0]

    def project(self, conn: sa.Connection, page: Page, cases: Cases) -> None:
        """Bring every case of the page to its newest version.

        Raises BadFact for a case that cannot be read or folded, StaleRead when the feed reads
        cases older than its own page.
        """
        wanted: dict[UUID, int] = {}
        for fact in page.facts:
            wanted[fact.stream_id] = max(fact.version, wanted.get(fact.stream_id, 0))
        for unread in page.not_read:
            wanted.setdefault(unread.cause.stream_id, 0)
        have = self.versions(conn, wanted)
        behind = [c for c, version in wanted.items() if have.get(c, 0) < version or version == 0]
        if behind:
            self._take_in(conn, {c: wanted[c] for c in behind}, have, cases)

    def versions(self, conn: sa.Connection, case_ids: Iterable[UUID]) -> dict[UUID, int]:
        """The versions the view has of these cases; cases it has not are missing."""
        cover = self.cover
        query = sa.select(cover.c.case_id, cover.c.version).where(among(cover.c.case_id))
        return {row.case_id: row.version for row in conn.execute(query, {"case_ids": [*case_ids]})}

    def complete_rows(self, facts: Sequence[Recorded]) -> dict[str, list[dict[str, object]]]:
        """The rows of a case by table, with every column. Raises BadFact."""
        case_id = facts[0].stream_id
        try:
            state = fold(facts)
            given = self.rows(state)
        except Exception as error:
            raise BadFact(case_id, type(error).__name__) from error
        return {
            table.name: [
                {
                    **dict.fromkeys(table.c.keys()),
                    **row,
                    "case_id": case_id,
                    "version": state.version,
                }
                for row in given.get(table.name, ())
            ]
            for table in self.tables
        }

    def _take_in(
        self,
        conn: sa.Connection,
        wanted: Mapping[UUID, int],
        have: Mapping[UUID, int],
        cases: Cases,
    ) -> None:
        replaced: list[UUID] = []
        new: dict[str, list[dict[str, object]]] = {table.name: [] for table in self.tables}
        loaded = cases(wanted)
        for case_id, version in wanted.items():
            facts = loaded.get(case_id, ())
            if not isinstance(facts, tuple):
                if not facts.cause.gone:
                    raise BadFact(case_id, type(facts.cause).__name__)
                replaced.append(case_id)  # erased: its rows go too
                continue
            if not facts or facts[-1].version < version:
                raise StaleRead(f"{case_id} is not yet readable at version {version}")
            if facts[-1].version <= have.get(case_id, 0):
                continue
            replaced.append(case_id)
            for name, rows in self.complete_rows(facts).items():
                new[name].extend(rows)
        for table in self.tables:
            conn.execute(sa.delete(table).where(among(table.c.case_id)), {"case_ids": replaced})
            insert_many(conn, table, new[table.name])


def among(column: sa.ColumnElement[UUID]) -> sa.ColumnElement[bool]:
    """Whether the column is one of the parameter ``case_ids``."""
    return column == sa.any_(sa.bindparam("case_ids", type_=ARRAY(sa.Uuid)))


def insert_many(conn: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, object]]) -> None:
    """All rows in one statement, a parameter for each column, so that its text never varies."""
    if not rows:
        return
    arrays = [sa.bindparam(column.name, type_=ARRAY(column.type)) for column in table.c]
    given = sa.func.unnest(*arrays).table_valued(*table.c.keys()).render_derived()
    statement = sa.insert(table).from_select(table.c.keys(), sa.select(*given.c))
    parameters: dict[str, Any] = {
        name: [row[name] for row in rows]
        for name in table.c.keys()  # noqa: SIM118
    }
    conn.execute(statement, parameters)
