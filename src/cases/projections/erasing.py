"""Rows of cases that were erased go, although no fact says so."""

import sqlalchemy as sa

from cases.projections.case_view import CaseView, among
from cases.projections.feed import Feed
from cases.projections.parking import alone
from cases.projections.projection import tracking_name


def erase_gone(engine: sa.Engine, feed: Feed, view: CaseView) -> int:
    """Remove what a view still has of cases whose key was destroyed; how many cases it had.

    A turn that read such a case before its key went asks again before it writes, so nothing comes
    back. Raises what the feed and the database raise.
    """
    gone = feed.gone()
    if not gone:
        return 0
    with engine.begin() as conn:
        alone(conn, tracking_name(view))
        had = len(view.versions(conn, gone))
        for table in view.tables:
            conn.execute(sa.delete(table).where(among(table.c.case_id)), {"case_ids": [*gone]})
    return had
