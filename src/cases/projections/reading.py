"""Reading views: only the rows of the reader's authorities, and not before they are there."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from cases.projections.case_view import CaseView

Connection = sa.Connection
"""A transaction of ``reading``, for those who only hand it on."""

FIRST_PAUSE: Final = 0.001
LONGEST_PAUSE: Final = 0.05

# Written by PostgreSQL as the text of an array, whatever signs the ids hold; until the transaction
# ends, so that a pooled connection never carries one reader's authorities or day to the next.
_READER: Final = sa.select(
    sa.func.set_config(
        "cases.authorities",
        sa.cast(sa.bindparam("authorities", type_=ARRAY(sa.Text)), sa.Text),
        True,
    ),
    sa.func.set_config("cases.today", sa.cast(sa.bindparam("today", type_=sa.Date), sa.Text), True),
)


@contextmanager
def reading(engine: sa.Engine, authorities: Iterable[str], today: date) -> Iterator[sa.Connection]:
    """A transaction that sees the rows of these authorities as of a legal day, and no others.

    ``today`` (Helsinki) is the day on which the reader asks, whichever day it asks about: of a case
    that passes to another authority, each sees the row on its own days. ``engine`` connects as the
    reader; the limit is the database's own row level security.
    """
    with engine.begin() as conn:
        conn.execute(_READER, {"authorities": [*authorities], "today": today})
        yield conn


def wait_for(  # noqa: PLR0913  two of them are the clock
    session: Callable[[], AbstractContextManager[sa.Connection]],
    view: CaseView,
    case_id: UUID,
    version: int,
    *,
    timeout: float,
    now: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> bool:
    """Wait until ``view`` has taken in this version of the case, or a newer one.

    ``session`` opens a transaction of ``reading``; no connection is held between looks. ``timeout``
    is in seconds; False when it has passed. A case the reader may not see never arrives.
    """
    until = now() + timeout
    pause = FIRST_PAUSE
    while True:
        with session() as conn:
            if view.versions(conn, (case_id,)).get(case_id, 0) >= version:
                return True
        left = until - now()
        if left <= 0:
            return False
        sleep(min(pause, left))
        pause = min(LONGEST_PAUSE, pause * 2)
