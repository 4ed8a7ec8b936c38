"""The clients of every authority, and their plans as intervals.

A plan has a row for each span of legal days over which nothing was decided about its days: from
``decided_on`` to before ``decided_until``. Without ``last_day`` it is in force until somebody ends
it, or, without ``fully_until`` as well, was over before it began. ``was_closed`` are the days on
which a case that was reopened was closed, as the text of a datemultirange; null where there are
none.
"""

from typing import Final

import sqlalchemy as sa

from cases.projections.tables import VIEWS, outdated_since
from cases.projections.whose import authorities, workers

CLIENT: Final = sa.Table(
    "client",
    VIEWS,
    sa.Column("case_id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    *authorities(),
    *workers(),
    sa.Column("opened_on", sa.Date, nullable=False),
    sa.Column("closed_on", sa.Date),
    sa.Column("was_closed", sa.Text),
    sa.Column("label_sealed", sa.LargeBinary),
    outdated_since(),
)

CLIENT_PLAN: Final = sa.Table(
    "client_plan",
    VIEWS,
    sa.Column("case_id", sa.Uuid, primary_key=True),
    sa.Column("plan_id", sa.Uuid, primary_key=True),
    sa.Column("decided_on", sa.Date, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    *authorities(),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("drawn_up_on", sa.Date, nullable=False),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("decided_until", sa.Date),
    sa.Column("last_day", sa.Date),
    sa.Column("fully_until", sa.Date),
    sa.Column("maximum_until", sa.Date),
    sa.Column("next_review_due", sa.Date),
    sa.Column("next_review_on", sa.Date),
    outdated_since(),
)
