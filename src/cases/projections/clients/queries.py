"""Who are this authority's clients on a legal day, and which plan is in force for each?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import DATEMULTIRANGE

from cases.domain.codes.values import InForce, PlanKind
from cases.domain.facts import FIRST_ID
from cases.projections.clients.table import CLIENT, CLIENT_PLAN
from cases.projections.whose import answers, still_answers


@dataclass(frozen=True, slots=True)
class PlanInForce:
    """The plan in force on the day asked about; ``valid_until`` and the maximum as decided by then.

    ``valid_until`` is the last day fully in force; after it it is so for studies only.
    ``next_review_due`` is the statutory day, ``next_review_on`` the day agreed, both as known now.
    """

    plan_id: UUID
    kind: PlanKind
    in_force: InForce
    drawn_up_on: date
    valid_from: date
    valid_until: date
    maximum_until: date
    next_review_due: date | None
    next_review_on: date | None


@dataclass(frozen=True, slots=True)
class Client:
    """One client. ``label_sealed`` is readable with the case's key only; None while not kept.

    ``outdated_since`` is an instant from which on facts of the case may be missing here.
    """

    case_id: UUID
    version: int
    worker: str | None
    opened_on: date
    closed_on: date | None
    label_sealed: bytes | None
    plan: PlanInForce | None
    outdated_since: datetime | None


def clients(  # noqa: PLR0913 - what is asked for, by name
    conn: sa.Connection,
    *,
    authority: str,
    on: date,
    worker: str | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> tuple[Client, ...]:
    """The authority's clients whose case is open on the legal day, in the order of their case ids.

    ``worker`` limits them to who is assigned to, by now. ``after`` is the last case id of the page
    before. ``conn`` is a transaction of ``reading``.
    """
    given = {"authority": authority, "on": on, "worker": worker, "at_most": limit}
    rows = conn.execute(_CLIENTS[worker is not None], {**given, "after": after or FIRST_ID})
    return tuple(_client(row, on) for row in rows)


def _client(row: sa.Row[tuple[object, ...]], on: date) -> Client:
    value = row._mapping
    plan = None
    if value["plan_id"] is not None:
        plan = PlanInForce(
            plan_id=value["plan_id"],
            kind=PlanKind(value["kind"]),
            in_force=InForce.FULLY if on <= value["fully_until"] else InForce.FOR_STUDIES_ONLY,
            drawn_up_on=value["drawn_up_on"],
            valid_from=value["valid_from"],
            valid_until=value["fully_until"],
            maximum_until=value["maximum_until"],
            next_review_due=value["next_review_due"],
            next_review_on=value["next_review_on"],
        )
    return Client(
        case_id=value["case_id"],
        version=value["version"],
        worker=value["worker"],
        opened_on=value["opened_on"],
        closed_on=value["closed_on"],
        label_sealed=value["label_sealed"],
        plan=plan,
        outdated_since=value["outdated_since"],
    )


_ON: Final = sa.bindparam("on", type_=sa.Date)
_AFTER: Final = sa.bindparam("after", type_=sa.Uuid)
_WORKER: Final = sa.bindparam("worker", type_=sa.Text)

_AUTHORITY: Final = sa.bindparam("authority", type_=sa.Text)
_AT_MOST: Final = sa.bindparam("at_most", type_=sa.Integer)
_OF_PLAN: Final = (
    "plan_id",
    "kind",
    "drawn_up_on",
    "valid_from",
    "fully_until",
    "maximum_until",
    "next_review_due",
    "next_review_on",
)


def _closed_on(was_closed: sa.ColumnElement[str | None]) -> sa.ColumnElement[bool]:
    """Whether the case was closed on the legal day, although it is open again since."""
    return sa.cast(was_closed, DATEMULTIRANGE).op("@>", return_type=sa.Boolean)(_ON)


def _page(
    own: sa.ColumnElement[bool],
    worker: sa.ColumnElement[Any],
    walk: Sequence[tuple[sa.ColumnElement[Any], sa.ColumnElement[Any]]],
) -> sa.Select[tuple[Any, ...]]:
    """A page of the clients that are the authority's ``own``, in the order of their case ids.

    ``walk`` are what comes before the case id in an index, and what it is asked to be: said of both
    together, or a plan for every authority would walk through everybody's cases by their ids.
    """
    place = sa.tuple_(*(column for column, _ in walk), CLIENT.c.case_id)
    page = (
        sa.select(
            *(column for column in CLIENT.c if column.name not in {"worker", "was_closed"}),
            worker.label("worker"),
            *(CLIENT_PLAN.c[name] for name in _OF_PLAN),
        )
        .select_from(
            CLIENT.outerjoin(
                CLIENT_PLAN,
                sa.and_(
                    CLIENT_PLAN.c.case_id == CLIENT.c.case_id,
                    CLIENT_PLAN.c.decided_on <= _ON,
                    sa.func.coalesce(CLIENT_PLAN.c.decided_until > _ON, sa.true()),
                    CLIENT_PLAN.c.valid_from <= _ON,
                    CLIENT_PLAN.c.fully_until.is_not(None),
                    sa.func.coalesce(CLIENT_PLAN.c.last_day >= _ON, sa.true()),
                ),
            )
        )
        .where(own)
        .where(CLIENT.c.opened_on <= _ON)
        .where(sa.or_(CLIENT.c.closed_on.is_(None), CLIENT.c.closed_on > _ON))
        .where(sa.or_(CLIENT.c.was_closed.is_(None), sa.not_(_closed_on(CLIENT.c.was_closed))))
        .where(*(column == asked for column, asked in walk))
        .where(place > sa.tuple_(*(asked for _, asked in walk), _AFTER))
        .order_by(CLIENT.c.case_id)
        .limit(_AT_MOST)
    )
    return sa.select(page.subquery())


# Each part walks an index of its own and stops where the page is full; no parameter is null.
def _pages(*, of_worker: bool) -> sa.CompoundSelect[tuple[Any, ...]]:
    now = _page(
        answers(CLIENT, _AUTHORITY, _ON),
        CLIENT.c.worker,
        [(CLIENT.c.authority, _AUTHORITY), (CLIENT.c.worker, _WORKER)][: 1 + of_worker],
    )
    still = _page(
        still_answers(CLIENT, _AUTHORITY, _ON),
        CLIENT.c.former_worker,
        [(CLIENT.c.former_authority, _AUTHORITY), (CLIENT.c.former_worker, _WORKER)][
            : 1 + of_worker
        ],
    )
    return sa.union_all(now, still).order_by("case_id").limit(_AT_MOST)


_CLIENTS: Final = {of_worker: _pages(of_worker=of_worker) for of_worker in (False, True)}
