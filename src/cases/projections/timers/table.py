"""Last days whose passing is not recorded yet."""

from typing import Final

import sqlalchemy as sa

from cases.projections.tables import VIEWS, outdated_since

TIMER_CASE: Final = sa.Table(
    "timer_case",
    VIEWS,
    sa.Column("case_id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    outdated_since(),
)

TIMER: Final = sa.Table(
    "timer",
    VIEWS,
    sa.Column("case_id", sa.Uuid, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("subject_id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("last_day", sa.Date, nullable=False),
    sa.Column("due_on", sa.Date, nullable=False),
    outdated_since(),
)
