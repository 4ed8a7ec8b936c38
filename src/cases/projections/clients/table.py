"""The clients of every authority, and their plans as intervals."""

from typing import Final

import sqlalchemy as sa

from cases.projections.tables import VIEWS, outdated_since

CLIENT: Final = sa.Table(
    "client",
    VIEWS,
    sa.Column("case_id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("authority", sa.Text, nullable=False),
    sa.Column("opened_on", sa.Date, nullable=False),
    sa.Column("closed_on", sa.Date),
    sa.Column("label_sealed", sa.LargeBinary),
    outdated_since(),
)

CLIENT_PLAN: Final = sa.Table(
    "client_plan",
    VIEWS,
    sa.Column("case_id", sa.Uuid, primary_key=True),
    sa.Column("plan_id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("authority", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("drawn_up_on", sa.Date, nullable=False),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("valid_until", sa.Date, nullable=False),
    sa.Column("ending_decided_on", sa.Date),
    sa.Column("last_day", sa.Date, nullable=False),
    sa.Column("maximum_until", sa.Date, nullable=False),
    sa.Column("next_review_due", sa.Date, nullable=False),
    sa.Column("next_review_on", sa.Date, nullable=False),
    outdated_since(),
)
