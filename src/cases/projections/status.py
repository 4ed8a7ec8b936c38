"""How far the projections are, whoever runs them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.projections.feed import Feed, LedgerWentBack, RebuildNeeded
from cases.projections.projection import Projection, tracking_name
from cases.projections.statements import statement
from cases.projections.turns import check_ledger


@dataclass(frozen=True, slots=True)
class Status:
    """How far a projection is. Instants and ages are by the server's clock.

    Everything up to ``position`` is taken in, and pages up to ``allotted`` are handed out, of which
    ``unfinished`` are under way. ``behind_for`` is for how many seconds something placed has been
    missing, 0 when nothing is, None when nobody has ever followed the ledger. ``held_case`` is None
    where nobody can say. ``mark`` is the last position whose consequences may have been shown
    before a rebuild.
    """

    name: str
    position: int
    head: int
    allotted: int = 0
    unfinished: int = 0
    behind_for: float | None = None
    parked: int = 0
    mark: int = 0
    held_error: str | None = None
    held_case: UUID | None = None
    held_since: datetime | None = None

    @property
    def lag(self) -> int:
        """The number of positions not yet taken in."""
        return max(0, self.head - self.position)

    @property
    def held(self) -> bool:
        """Whether something that does not pass by itself keeps it where it is."""
        return self.held_error is not None


def status(engine: sa.Engine, feed: Feed, projections: Iterable[Projection]) -> tuple[Status, ...]:
    """How far each projection is."""
    with engine.begin() as conn:
        rows: dict[str, Any] = {row.name: row for row in conn.execute(statement("status"))}
    head = feed.head()  # afterwards: so it is never before what was handed out
    return tuple(_status(each, rows, head) for each in projections)


def _status(projection: Projection, rows: Mapping[str, Any], head: int) -> Status:
    name = tracking_name(projection)
    row = rows.get(name)
    if row is None:
        others = [other for other in rows if other.rpartition(".v")[0] == projection.name]
        needed = RebuildNeeded.__name__ if others else None
        behind_for = None if head else 0.0
        return Status(name, 0, head, behind_for=behind_for, held_error=needed)
    error = row.held_error
    try:
        check_ledger(row.allotted, head)
    except LedgerWentBack as went_back:
        error = type(went_back).__name__
    return Status(
        name=name,
        position=row.watermark,
        head=head,
        allotted=row.allotted,
        unfinished=row.unfinished,
        behind_for=0.0 if row.watermark >= head else float(row.behind_for),
        parked=row.parked,
        mark=row.mark,
        held_error=error,
        held_case=row.held_case,
        held_since=row.held_since,
    )
