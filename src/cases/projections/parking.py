"""Cases that a projection cannot take in stand aside, in sight, and let the others pass.

A parked case is a row that points at it. Its rows in the view stay as they were and say since when
they may be outdated; its later facts wait in the log. It is tried again by every new release, on a
slow clock, and by hand; then it is folded whole. Nothing is ever skipped.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from cases.projections.feed import BadFact, ParkingSpreads
from cases.projections.projection import Sources, Turn, tracking_name
from cases.projections.tables import PARKED

if TYPE_CHECKING:
    from cases.projections.case_view import CaseView

MOST_OF_A_RELEASE: Final = 20
"""Cases that one release parks for a projection before it is taken to be wrong itself."""
MOST_OF_A_TURN: Final = 3
"""Cases of a turn that may be parked at once, or a tenth of them if that is more."""


@dataclass(frozen=True, slots=True)
class Parked:
    """A parked case: where its trouble stands, which error it is, and how often it was tried."""

    case_id: UUID
    position: int
    version: int
    error: str
    attempts: int
    parked_at: datetime


@dataclass(frozen=True, slots=True)
class Tried:
    """A parked case that was tried again; ``error`` is None when it is parked no more."""

    case_id: UUID
    error: str | None


def alone(conn: sa.Connection, name: str) -> None:
    """From here to its end this transaction is the only one that writes rows of the projection.

    Before anything else that it waits for. Reading and folding go on side by side; what was found
    out before – who is parked, who was erased – is asked again once alone.
    """
    conn.execute(_ALONE, {"name": name})


def parked_among(conn: sa.Connection, name: str, case_ids: Iterable[UUID]) -> set[UUID]:
    """Which of the cases are parked; they stay so while this transaction is ``alone``."""
    rows = conn.execute(_AMONG, {"name": name, "case_ids": [*case_ids]})
    return set(rows.scalars())


def park(  # noqa: PLR0913, PLR0917  each a part of the row
    conn: sa.Connection,
    view: "CaseView",
    turn: Turn,
    bad: Mapping[UUID, BadFact],
    versions: Mapping[UUID, int],
    release: str,
    of: int,
) -> None:
    """Park the bad cases of a turn of ``of`` cases, and mark their rows.

    Raises ParkingSpreads when there are too many of them, in the turn or of this release.
    """
    name = tracking_name(view)
    so_far = conn.execute(_BY_RELEASE, {"name": name, "release": release}).scalar_one()
    if len(bad) > max(MOST_OF_A_TURN, of / 10) or so_far + len(bad) > MOST_OF_A_RELEASE:
        raise ParkingSpreads(f"{len(bad)} of {of} cases at once, {so_far} before")
    case_ids = sorted(bad)
    conn.execute(
        _PARK,
        {
            "name": name,
            "case_ids": case_ids,
            "versions": [versions[case_id] for case_id in case_ids],
            "errors": [bad[case_id].kind for case_id in case_ids],
            "position": turn.first,
            "release": release,
        },
    )
    for table in view.tables:
        conn.execute(
            sa.update(table)
            .where(table.c.case_id.in_(case_ids), table.c.outdated_since.is_(None))
            .values(outdated_since=sa.func.now())
        )


def try_again(
    engine: sa.Engine, view: "CaseView", sources: Sources, case_id: UUID | None = None
) -> Tried | None:
    """Try one parked case again: the named one, else the first whose time has come, if any.

    A case somebody else is at is left to them. Raises what the feed and the database raise; then
    nothing has changed.
    """
    name = tracking_name(view)
    with engine.begin() as conn:
        alone(conn, name)  # what is read now is what nobody else writes meanwhile
        given = {"name": name, "release": sources.release, "case_id": case_id}
        row = conn.execute(_NEXT if case_id is None else _NAMED, given).first()
        if row is None:
            return None
        # What was folded before may be what is wrong.
        sources.folded.forget([row.case_id])
        change = view.change(sources.folded.at_least({row.case_id: row.version}))
        bad = change.bad.get(row.case_id)
        given["case_id"] = row.case_id
        if bad is None:
            view.replace(conn, change, repair=True)
            conn.execute(_RELEASE, given)
        else:
            conn.execute(_FAILED, {**given, "error": bad.kind})
    return Tried(row.case_id, None if bad is None else bad.kind)


def parked(conn: sa.Connection, name: str) -> Sequence[Parked]:
    """The parked cases of a projection, oldest first."""
    rows = conn.execute(
        sa.select(PARKED)
        .where(PARKED.c.projection == name)
        .order_by(PARKED.c.parked_at, PARKED.c.case_id)
    )
    return [
        Parked(row.case_id, row.position, row.version, row.error, row.attempts, row.parked_at)
        for row in rows
    ]


_ALONE: Final = sa.text("select pg_advisory_xact_lock(hashtextextended('write ' || :name, 0))")
_AMONG: Final = sa.text("""
    select case_id from views.parked where projection = :name and case_id = any(:case_ids)
""").bindparams(sa.bindparam("case_ids", type_=ARRAY(sa.Uuid)))
_BY_RELEASE: Final = sa.text(
    "select count(*) from views.parked where projection = :name and release = :release"
)
_PARK: Final = sa.text("""
    insert into views.parked
           (projection, case_id, position, version, error, release, tried_by, next_try_at)
    select :name, case_id, :position, version, error, :release, array[:release],
           now() + interval '1 minute'
      from unnest(:case_ids, :versions, :errors) as bad(case_id, version, error)
    on conflict (projection, case_id) do nothing
""").bindparams(
    sa.bindparam("name", type_=sa.Text),
    sa.bindparam("release", type_=sa.Text),
    sa.bindparam("position", type_=sa.BigInteger),
    sa.bindparam("case_ids", type_=ARRAY(sa.Uuid)),
    sa.bindparam("versions", type_=ARRAY(sa.BigInteger)),
    sa.bindparam("errors", type_=ARRAY(sa.Text)),
)
_NEXT: Final = sa.text("""
    select case_id, version from views.parked
     where projection = :name and (next_try_at <= now() or not :release = any(tried_by))
     order by next_try_at limit 1 for update skip locked
""")
_NAMED: Final = sa.text("""
    select case_id, version from views.parked where projection = :name and case_id = :case_id
       for update skip locked
""").bindparams(sa.bindparam("case_id", type_=sa.Uuid))
_RELEASE: Final = sa.text(
    "delete from views.parked where projection = :name and case_id = :case_id"
).bindparams(sa.bindparam("case_id", type_=sa.Uuid))
# From a minute up to an hour. The latest releases only: a roll-out has two at a time.
_FAILED: Final = sa.text("""
    update views.parked
       set error = :error, attempts = attempts + 1, tried_at = now(),
           next_try_at = now() + interval '1 minute' * least(60, 2 ^ least(attempts, 10)),
           tried_by = (array_remove(tried_by, :release) || cast(:release as text))
                      [greatest(1, cardinality(tried_by) - 6):]
     where projection = :name and case_id = :case_id
""").bindparams(sa.bindparam("case_id", type_=sa.Uuid))
