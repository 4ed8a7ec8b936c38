"""Views that fold whole cases: their position is the version of each case, kept in its own row.

So the order of the ledger does not matter to them, a case can be taken in twice, alone, or by
several workers at once, and nothing older ever replaces anything newer.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from cases.domain.case.state import CaseState
from cases.projections import parking
from cases.projections.feed import BadFact, UnknownKind
from cases.projections.folded import Folded
from cases.projections.projection import Sources, Turn, tracking_name

Row = Mapping[str, object]
Rows = Mapping[str, Sequence[Row]]
CompleteRows = dict[str, list[dict[str, object]]]


@dataclass(frozen=True, slots=True)
class Change:
    """What cases mean to a view: their rows by table, who is ``gone``, who cannot be taken in."""

    rows: CompleteRows
    gone: list[UUID] = field(default_factory=list)
    bad: dict[UUID, BadFact] = field(default_factory=dict)

    def add(self, other: "Change") -> None:
        """What more cases mean to the view."""
        for name, rows in other.rows.items():
            self.rows[name].extend(rows)
        self.gone.extend(other.gone)
        self.bad.update(other.bad)

    def leave_out(self, parked: AbstractSet[UUID], gone: AbstractSet[UUID]) -> None:
        """Nothing of cases that stand aside, and of those that were erased only that they were."""
        if not parked and not gone:
            return
        out = parked | gone
        for name, rows in self.rows.items():
            self.rows[name] = [row for row in rows if row["case_id"] not in out]
        self.gone[:] = {*self.gone} | gone
        for case_id in out & self.bad.keys():
            del self.bad[case_id]

    def must_be_known(self) -> None:
        """Raise UnknownKind for a case with a fact of a newer release."""
        for bad in self.bad.values():
            if isinstance(bad, UnknownKind):
                raise bad

    def must_be_good(self) -> None:
        """Raise the first BadFact there is."""
        for bad in self.bad.values():
            raise bad


class CaseView:
    """Base of the views whose rows follow from one case alone.

    Every table has ``case_id``, ``version`` and ``outdated_since``, which are filled in here. The
    first of ``tables`` is the cover: exactly one row for each case, its key ``case_id``. ``rows``
    is pure.
    """

    name: ClassVar[str]
    version: ClassVar[int] = 1
    ordered: ClassVar[bool] = False
    tables: ClassVar[tuple[sa.Table, ...]]

    def rows(self, state: CaseState) -> Rows:
        """The rows of a case, by the name of their table."""
        raise NotImplementedError

    @property
    def cover(self) -> sa.Table:
        """The table with one row for each case."""
        return self.tables[0]

    def project(self, conn: sa.Connection, turn: Turn, sources: Sources) -> None:
        """Bring every case of the turn to its newest version; park those that cannot be.

        Raises UnknownKind for a fact of a newer release, ParkingSpreads, StaleRead when the feed
        reads cases older than its own ledger, and what the feed raises.
        """
        wanted = newest(sources.feed.places(turn.first - 1, turn.last))
        if not wanted:
            return
        name = tracking_name(self)
        have = self.versions(conn, wanted)
        behind = {c: version for c, version in wanted.items() if have.get(c, 0) < version}
        waiting = parking.parked_among(conn, name, behind)
        ready = {c: version for c, version in behind.items() if c not in waiting}
        change = self.change(sources.folded.at_least(ready))
        change.must_be_known()
        if not behind:
            return
        parking.alone(conn, name)
        parked = parking.parked_among(conn, name, behind)
        # Released meanwhile, perhaps without what this turn has of them.
        change.add(self.change(sources.folded.at_least({c: behind[c] for c in waiting - parked})))
        change.must_be_known()
        change.leave_out(parked, sources.feed.gone(behind))
        if change.bad:
            parking.park(conn, self, turn, change.bad, wanted, sources.release, of=len(behind))
        self.replace(conn, change)

    def versions(self, conn: sa.Connection, case_ids: Iterable[UUID]) -> dict[UUID, int]:
        """The versions the view has of these cases; cases it has not are missing."""
        rows = conn.execute(_versions(self.cover), {"case_ids": [*case_ids]})
        return {row.case_id: row.version for row in rows}

    def change(self, folded: Mapping[UUID, Folded]) -> Change:
        """What these cases mean to the view. A case's own error is told, not raised."""
        change = Change({table.name: [] for table in self.tables})
        for case_id, state in folded.items():
            if not isinstance(state, CaseState):
                if state.gone:
                    change.gone.append(case_id)
                else:
                    error = UnknownKind if state.unknown else BadFact
                    change.bad[case_id] = error(case_id, state.kind)
                continue
            try:
                rows = self.complete_rows(case_id, state)
            except BadFact as bad:
                change.bad[case_id] = bad
                continue
            for name, of_case in rows.items():
                change.rows[name].extend(of_case)
        return change

    def complete_rows(self, case_id: UUID, state: CaseState) -> CompleteRows:
        """The rows of a case by table, with every column. Raises BadFact."""
        try:
            given = self.rows(state)
        except MemoryError:
            raise
        except Exception as error:
            raise BadFact(case_id, type(error).__name__) from error
        place = {"case_id": case_id, "version": state.version}
        return {
            table.name: [
                {**dict.fromkeys(table.c.keys()), **row, **place}
                for row in given.get(table.name, ())
            ]
            for table in self.tables
        }

    def replace(self, conn: sa.Connection, change: Change, *, repair: bool = False) -> None:
        """Write the rows of each case unless newer ones are there, and remove those who are gone.

        The row of the cover is the gate: it is locked case by case in one order, so two workers
        never wait for each other in a ring, and only who moves it on replaces the other rows.
        ``repair`` replaces rows of the same version too.
        """
        if change.gone:
            for table in self.tables:
                conn.execute(_remove(table), {"case_ids": change.gone})
        covers = change.rows[self.cover.name]
        if not covers:
            return
        covers.sort(key=lambda row: row["case_id"])  # type: ignore[arg-type, return-value]
        moved = conn.execute(_move(self.cover, repair), as_arrays(self.cover, covers))
        won = set(moved.scalars())
        if not won:
            return
        for table in self.tables[1:]:
            conn.execute(_remove(table), {"case_ids": [*won]})
            rows = change.rows[table.name]
            if len(won) < len(covers):
                rows = [row for row in rows if row["case_id"] in won]
            if rows:
                conn.execute(_insert(table), as_arrays(table, rows))


def newest(places: Iterable[tuple[int, UUID, int]]) -> dict[UUID, int]:
    """The newest version of each case that stands at these places."""
    wanted: dict[UUID, int] = {}
    for _, case_id, version in places:
        if version > wanted.get(case_id, 0):
            wanted[case_id] = version
    return wanted


def among(column: sa.ColumnElement[UUID]) -> sa.ColumnElement[bool]:
    """Whether the column is one of the parameter ``case_ids``."""
    return column == sa.any_(sa.bindparam("case_ids", type_=ARRAY(sa.Uuid)))


def as_arrays(table: sa.Table, rows: Sequence[Row]) -> dict[str, Any]:
    """Rows as the parameters of a statement: an array for each column."""
    return {f"all_{name}": [row[name] for row in rows] for name in table.c.keys()}  # noqa: SIM118


def _given(table: sa.Table) -> sa.Select[Any]:
    """The rows given as parameters, so that a statement's text never varies with their number."""
    arrays = [sa.bindparam(f"all_{column.name}", type_=ARRAY(column.type)) for column in table.c]
    return sa.select(*sa.func.unnest(*arrays).table_valued(*table.c.keys()).render_derived().c)


@cache
def _insert(table: sa.Table) -> sa.Insert:
    return sa.insert(table).from_select(table.c.keys(), _given(table))


@cache
def _remove(table: sa.Table) -> sa.Delete:
    return sa.delete(table).where(among(table.c.case_id))


@cache
def _move(cover: sa.Table, repair: bool) -> sa.Executable:
    """Move rows of the cover on; the cases of those that were moved."""
    statement = insert(cover).from_select(cover.c.keys(), _given(cover))
    new, old = statement.excluded, cover.c
    return statement.on_conflict_do_update(
        index_elements=[cover.c.case_id],
        set_={name: new[name] for name in cover.c.keys() if name != "case_id"},  # noqa: SIM118
        where=new.version >= old.version if repair else new.version > old.version,
    ).returning(cover.c.case_id)


@cache
def _versions(cover: sa.Table) -> sa.Select[tuple[UUID, int]]:
    return sa.select(cover.c.case_id, cover.c.version).where(among(cover.c.case_id))
