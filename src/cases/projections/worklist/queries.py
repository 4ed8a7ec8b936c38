"""What does this authority have to do, as of a legal day? What is late comes first."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from cases.domain.codes.values import DueKind, RecordItem
from cases.projections.whose import answers, still_answers
from cases.projections.worklist.table import WORKLIST


class Place(NamedTuple):
    """Where an entry stands in the list of one legal day; a page goes on after it."""

    in_time: bool
    day: date
    case_id: UUID
    entry: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to do. All days are legal days (Helsinki); see ``dues``.

    ``overdue_since`` is the first late day, None while there is time or where no day is set.
    ``outdated_since`` is an instant from which on facts of the case may be missing here.
    """

    place: Place
    case_id: UUID
    version: int
    worker: str | None
    kind: DueKind
    item: RecordItem | None
    subject_id: UUID | None
    section: str
    by: date | None
    planned_on: date | None
    since: date | None
    overdue_since: date | None
    outdated_since: datetime | None


def worklist(  # noqa: PLR0913 - what is asked for, by name
    conn: sa.Connection,
    *,
    authority: str,
    on: date,
    gaps: bool = False,
    worker: str | None = None,
    after: Place | None = None,
    limit: int = 50,
) -> tuple[Entry, ...]:
    """The authority's entries on the legal day: overdue first, then by day.

    The day of an entry is the one it must be done by, else the one agreed, else the one it has
    waited since. ``gaps`` asks for what is missing in the record, which is else no part of
    the list. ``worker`` limits them to the cases of who is assigned. ``after`` is the place of
    the last entry of the page before. ``conn`` is a transaction of ``reading``.
    """
    given = {"authority": authority, "on": on, "worker": worker, "gaps": gaps, "at_most": limit}
    if after is None:
        rows = conn.execute(_PAGE, given)
    else:
        rows = conn.execute(
            _NEXT_PAGE, {**given, **{f"after_{k}": v for k, v in after._asdict().items()}}
        )
    return tuple(_entry(row) for row in rows)


def _entry(row: sa.Row[Any]) -> Entry:
    value = row._mapping
    return Entry(
        place=Place(value["in_time"], value["day"], value["case_id"], value["entry"]),
        case_id=value["case_id"],
        version=value["version"],
        worker=value["worker"],
        kind=DueKind(value["kind"]),
        item=RecordItem(value["item"]) if value["item"] else None,
        subject_id=value["subject_id"],
        section=value["section"],
        by=value["due_by"],
        planned_on=value["planned_on"],
        since=value["since"],
        overdue_since=None if value["in_time"] else value["due_by"] + timedelta(days=1),
        outdated_since=value["outdated_since"],
    )


_ON: Final = sa.bindparam("on", type_=sa.Date)
_GAPS: Final = sa.bindparam("gaps", type_=sa.Boolean)
_WORKER: Final = sa.bindparam("worker", type_=sa.Text)
_IN_TIME: Final = sa.func.coalesce(WORKLIST.c.due_by >= _ON, sa.true())
_DAY: Final = sa.func.coalesce(
    WORKLIST.c.due_by, WORKLIST.c.planned_on, WORKLIST.c.since, WORKLIST.c.shown_from
)
_AUTHORITY: Final = sa.bindparam("authority", type_=sa.Text)
_OWN: Final = sa.or_(answers(WORKLIST, _AUTHORITY, _ON), still_answers(WORKLIST, _AUTHORITY, _ON))
_ASSIGNED: Final = sa.case(
    (WORKLIST.c.handed_over_on > _ON, WORKLIST.c.former_worker), else_=WORKLIST.c.worker
)
_PAGE: Final[sa.Select[Any]] = (
    sa.select(
        *(column for column in WORKLIST.c if column.name != "worker"),
        _ASSIGNED.label("worker"),
        _IN_TIME.label("in_time"),
        _DAY.label("day"),
    )
    .where(_OWN)
    .where((WORKLIST.c.kind == DueKind.RECORD_TO_COMPLETE.value) == _GAPS)
    .where(sa.or_(_WORKER.is_(None), _ASSIGNED == _WORKER))
    .where(WORKLIST.c.shown_from <= _ON)
    .where(sa.or_(WORKLIST.c.shown_until.is_(None), WORKLIST.c.shown_until >= _ON))
    .order_by(_IN_TIME, _DAY, WORKLIST.c.case_id, WORKLIST.c.entry)
    .limit(sa.bindparam("at_most", type_=sa.Integer))
)
_NEXT_PAGE: Final = _PAGE.where(
    sa.tuple_(_IN_TIME, _DAY, WORKLIST.c.case_id, WORKLIST.c.entry)
    > sa.tuple_(
        sa.bindparam("after_in_time", type_=sa.Boolean),
        sa.bindparam("after_day", type_=sa.Date),
        sa.bindparam("after_case_id", type_=sa.Uuid),
        sa.bindparam("after_entry", type_=sa.Integer),
    )
)


def missing(conn: sa.Connection, *, authority: str, on: date) -> dict[RecordItem, int]:
    """How many times each item is missing in the authority's records of days up to ``on``."""
    found = conn.execute(_COUNTS, {"authority": authority, "on": on})
    return {RecordItem(row.item): row.number for row in found}


_COUNTS: Final = (
    sa.select(WORKLIST.c.item, sa.func.count().label("number"))
    .where(_OWN)
    .where(WORKLIST.c.kind == DueKind.RECORD_TO_COMPLETE.value)
    .where(WORKLIST.c.shown_from <= _ON)
    .group_by(WORKLIST.c.item)
    .order_by(WORKLIST.c.item)
)
