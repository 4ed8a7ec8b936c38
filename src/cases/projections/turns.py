"""Sharing the ledger by turns: who takes which page in, whoever dies, stops or has a wrong clock.

A page that is handed out is a row of ``views.turn``, and whoever works on it holds that row in the
transaction that writes what the page means and removes the row. So a turn is owned for as long as
that transaction lives. One whose worker was killed is nobody's at once, one whose worker stands
still when the server ends its idle session; both are found unlocked and done by another. No
worker's clock is asked, and nothing is ever owned on trust.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from cases.projections.feed import LedgerWentBack, RebuildNeeded
from cases.projections.projection import Projection, Turn, of_all_versions, tracking_name
from cases.projections.statements import statement
from cases.projections.tables import TRACKING


@dataclass(frozen=True, slots=True)
class Look:
    """What there is to do: ``first`` begins a turn to take, ``held`` says that one is held.

    ``lost`` says that another worker was handed the next page at this moment. ``allotted`` is the
    last position handed out before.
    """

    allotted: int
    first: int | None
    held: bool
    lost: bool
    parked_due: bool


def look(
    conn: sa.Connection, projection: Projection, head: int, size: int, release: str
) -> Look | None:
    """Find a turn nobody works on, else hand out the next page, up to ``head``.

    One statement. Nothing is handed out while a turn is held, and for ordered projections none
    while one is unfinished. None when the projection is new here.
    """
    row = conn.execute(
        _LOOK,
        {
            "name": tracking_name(projection),
            "head": head,
            "size": size,
            "ordered": projection.ordered,
            "release": release,
        },
    ).first()
    if row is None:
        return None
    lost = (
        row.first is None
        and row.allotted < head
        and not row.held
        and not (projection.ordered and row.unfinished)
    )
    return Look(row.allotted, row.first, row.held, lost, row.parked_due)


def check_ledger(allotted: int, head: int) -> None:
    """Raise LedgerWentBack when more was handed out than the ledger has.

    ``head`` must have been read after ``allotted``.
    """
    if allotted > head:
        raise LedgerWentBack(f"{allotted} was handed out, and the ledger ends at {head}")


def take(conn: sa.Connection, projection: Projection, first: int) -> Turn | None:
    """Make the turn this transaction's, finished when it commits; None if it is another's."""
    row = conn.execute(_TAKE, {"name": tracking_name(projection), "first": first}).first()
    return None if row is None else Turn(row.first, row.last, row.mark, str(row.server))


def hold(
    conn: sa.Connection, projection: Projection, first: int, error: str, case_id: UUID | None
) -> None:
    """Note for everybody to see what holds a turn, and when it is tried again."""
    conn.execute(
        _HOLD,
        {
            "name": tracking_name(projection),
            "first": first,
            "error": error,
            "case_id": case_id,
        },
    )


def try_held_again(conn: sa.Connection, projection: Projection) -> int:
    """Let held turns be tried at once; how many there are."""
    return conn.execute(_TRY_NOW, {"name": tracking_name(projection)}).rowcount


def begin(conn: sa.Connection, projection: Projection) -> None:
    """Start to follow the ledger from its beginning, if nobody has.

    Raises RebuildNeeded when the tables were filled by another version.
    """
    name = tracking_name(projection)
    others = conn.execute(
        sa.select(TRACKING.c.name).where(
            of_all_versions(TRACKING.c.name, projection), TRACKING.c.name != name
        )
    ).scalars()
    if filled_by := sorted(others):
        raise RebuildNeeded(f"{name}: the tables were filled by {', '.join(filled_by)}")
    conn.execute(_BEGIN, {"name": name})


def position(engine: sa.Engine, projection: Projection) -> int:
    """The last position up to which everything is taken in; 0 for a projection nobody follows."""
    with engine.begin() as conn:
        found = conn.execute(statement("position"), {"name": tracking_name(projection)}).scalar()
    return 0 if found is None else int(found)


_LOOK: Final = statement("look").bindparams(
    sa.bindparam("head", type_=sa.BigInteger),
    sa.bindparam("size", type_=sa.BigInteger),
    sa.bindparam("ordered", type_=sa.Boolean),
)
_TAKE: Final = sa.text("""
    delete from views.turn
     where name = :name
       and first = (select first from views.turn where name = :name and first = :first
                       for update skip locked)
    returning first, last, (select mark from views.tracking where name = :name) as mark,
              extract(epoch from pg_postmaster_start_time()) as server
""").bindparams(sa.bindparam("first", type_=sa.BigInteger))
# From five seconds up to a minute, scattered.
_HOLD: Final = sa.text("""
    update views.turn
       set held_error = :error, held_case = :case_id, held_since = coalesce(held_since, now()),
           attempts = attempts + 1,
           next_try_at = now() + least(60, 5 * 2 ^ least(attempts, 10)) * (0.5 + random() / 2)
                               * interval '1 second'
     where name = :name and first = :first
""").bindparams(sa.bindparam("first", type_=sa.BigInteger), sa.bindparam("case_id", type_=sa.Uuid))
_TRY_NOW: Final = sa.text("""
    update views.turn set next_try_at = now() where name = :name and held_error is not null
""")
_BEGIN: Final = sa.text("""
    insert into views.tracking (name, allotted) values (:name, 0) on conflict do nothing
""")
