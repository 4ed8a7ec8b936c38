"""What does this authority have to do, as of a legal day? What is late comes first."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from cases.domain.codes.values import DueKind, RecordItem
from cases.domain.facts import FIRST_ID
from cases.projections.whose import answers, still_answers
from cases.projections.worklist.table import WORKLIST, WORKLIST_JOINED


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
    reader: str | None = None,
    today: date | None = None,
    after: Place | None = None,
    limit: int = 50,
) -> tuple[Entry, ...]:
    """The authority's entries on the legal day: overdue first, then by day.

    The day of an entry is the one it must be done by, else the one agreed, else the one it has
    waited since. ``gaps`` asks for what is missing in the record, which is else no part of
    the list. ``worker`` limits them to the cases of who is assigned. ``reader`` is who asks
    ``today``, by default on the day asked about: what tells where a protected client lives is
    shown to the worker assigned alone. ``after`` is the place of the last entry of the page before.
    ``conn`` is a transaction of ``reading``.
    """
    given = {
        "authority": authority,
        "on": on,
        "worker": worker,
        "reader": reader,
        "today": today or on,
        "at_most": limit,
        **_goes_on(late=True, after=after),
        **_goes_on(late=False, after=after),
    }
    rows = conn.execute(_PAGES[gaps, worker is not None], given)
    return tuple(_entry(row) for row in rows)


def _goes_on(*, late: bool, after: Place | None) -> dict[str, date | UUID | int]:
    """After which place a page goes on among what is late, or in time: the late comes first."""
    day, case_id, entry = date.min, FIRST_ID, 0
    if after is not None and late is not after.in_time:
        day, case_id, entry = after.day, after.case_id, after.entry
    elif late and after is not None:
        day = date.max
    which = _WHICH[late]
    return {f"{which}_day": day, f"{which}_case_id": case_id, f"{which}_entry": entry}


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


_WHICH: Final = {True: "late", False: "due"}
_ON: Final = sa.bindparam("on", type_=sa.Date)
_WORKER: Final = sa.bindparam("worker", type_=sa.Text)
_AUTHORITY: Final = sa.bindparam("authority", type_=sa.Text)
_AT_MOST: Final = sa.bindparam("at_most", type_=sa.Integer)
_ASSIGNED: Final = sa.case(
    (WORKLIST.c.handed_over_on > _ON, WORKLIST.c.former_worker), else_=WORKLIST.c.worker
)
_READER: Final = sa.bindparam("reader", type_=sa.Text)
_TODAY: Final = sa.bindparam("today", type_=sa.Date)
_MAY_BE_KNOWN: Final = sa.or_(
    WORKLIST.c.withheld_until.is_(None), WORKLIST.c.withheld_until < _TODAY, _ASSIGNED == _READER
)
_TO_JOIN: Final = sa.or_(
    WORKLIST.c.kind != DueKind.DUPLICATE_TO_JOIN.value,
    ~sa.exists().where(
        WORKLIST_JOINED.c.case_id == WORKLIST.c.subject_id,
        WORKLIST_JOINED.c.duplicate == WORKLIST.c.case_id,
    ),
)

# Every part walks an index of its own in the order of the list and stops where the page is full;
# its conditions say the words of the index (migrations r0021 and r0024), and no parameter is null.
_GAP: Final = WORKLIST.c.kind == sa.literal_column(f"'{DueKind.RECORD_TO_COMPLETE.value}'")
_UNDATED: Final = sa.case(
    (WORKLIST.c.planned_on.is_not(None), WORKLIST.c.planned_on),
    (WORKLIST.c.since.is_not(None), WORKLIST.c.since),
    else_=WORKLIST.c.shown_from,
)
_SHOWN_UNTIL: Final = sa.case(
    (WORKLIST.c.shown_until.is_(None), sa.literal_column("date 'infinity'", sa.Date)),
    else_=WORKLIST.c.shown_until,
)


def _part(
    own: sa.ColumnElement[bool],
    kinds: sa.ColumnElement[bool],
    timed: sa.ColumnElement[bool],
    day: sa.ColumnElement[date],
    *,
    late: bool,
) -> sa.Select[Any]:
    """A page of those entries that are ``timed`` by the same ``day``, all of them late or none."""
    which = _WHICH[late]
    part = (
        sa.select(
            *(column for column in WORKLIST.c if column.name != "worker"),
            _ASSIGNED.label("worker"),
            sa.literal_column(str(not late).lower(), sa.Boolean).label("in_time"),
            day.label("day"),
        )
        .where(own)
        .where(kinds)
        .where(timed)
        .where(
            sa.tuple_(day, WORKLIST.c.case_id, WORKLIST.c.entry)
            > sa.tuple_(
                sa.bindparam(f"{which}_day", type_=sa.Date),
                sa.bindparam(f"{which}_case_id", type_=sa.Uuid),
                sa.bindparam(f"{which}_entry", type_=sa.Integer),
            )
        )
        .where(_MAY_BE_KNOWN)
        .where(_TO_JOIN)
        .where(WORKLIST.c.shown_from <= _ON)
        .where(_SHOWN_UNTIL >= _ON)
        .order_by(day, WORKLIST.c.case_id, WORKLIST.c.entry)
        .limit(_AT_MOST)
    )
    return sa.select(part.subquery())


def _pages(*, gaps: bool, of_worker: bool) -> sa.CompoundSelect[Any]:
    """A page of the list, of one worker's cases or of all."""
    now, still = answers(WORKLIST, _AUTHORITY, _ON), still_answers(WORKLIST, _AUTHORITY, _ON)
    if of_worker:
        now = sa.and_(now, WORKLIST.c.worker == _WORKER)
        still = sa.and_(still, WORKLIST.c.former_worker == _WORKER)
    due_by, kinds = WORKLIST.c.due_by, _GAP if gaps else ~_GAP
    parts = [_part(own, kinds, due_by.is_(None), _UNDATED, late=False) for own in (now, still)]
    if not gaps:  # those have no day they must be done by
        parts += [_part(own, kinds, due_by < _ON, due_by, late=True) for own in (now, still)]
        parts += [_part(own, kinds, due_by >= _ON, due_by, late=False) for own in (now, still)]
    return sa.union_all(*parts).order_by("in_time", "day", "case_id", "entry").limit(_AT_MOST)


_PAGES: Final = {
    (gaps, of_worker): _pages(gaps=gaps, of_worker=of_worker)
    for gaps in (False, True)
    for of_worker in (False, True)
}


def missing(conn: sa.Connection, *, authority: str, on: date) -> dict[RecordItem, int]:
    """How many times each item is missing in the authority's records of days up to ``on``."""
    found = conn.execute(_COUNTS, {"authority": authority, "on": on})
    return {RecordItem(row.item): row.number for row in found}


def _counted(own: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return (
        sa.select(WORKLIST.c.item)
        .where(own)
        .where(_GAP)
        .where(WORKLIST.c.due_by.is_(None))
        .where(WORKLIST.c.shown_from <= _ON)
    )


_COUNTED: Final = sa.union_all(
    _counted(answers(WORKLIST, _AUTHORITY, _ON)), _counted(still_answers(WORKLIST, _AUTHORITY, _ON))
).subquery()
_COUNTS: Final = (
    sa.select(_COUNTED.c.item, sa.func.count().label("number"))
    .group_by(_COUNTED.c.item)
    .order_by(_COUNTED.c.item)
)
