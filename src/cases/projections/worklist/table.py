"""Everything to do in every case, with the days from and until which it is shown."""

from typing import Final

import sqlalchemy as sa

from cases.projections.tables import VIEWS, outdated_since
from cases.projections.whose import authorities, workers

WORKLIST_CASE: Final = sa.Table(
    "worklist_case",
    VIEWS,
    sa.Column("case_id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    *authorities(),
    outdated_since(),
)

WORKLIST: Final = sa.Table(
    "worklist",
    VIEWS,
    sa.Column("case_id", sa.Uuid, primary_key=True),
    sa.Column("entry", sa.Integer, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    *authorities(),
    *workers(),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject_id", sa.Uuid),
    sa.Column("item", sa.Text),
    sa.Column("section", sa.Text, nullable=False),
    sa.Column("due_by", sa.Date),
    sa.Column("planned_on", sa.Date),
    sa.Column("since", sa.Date),
    sa.Column("shown_from", sa.Date, nullable=False),
    sa.Column("shown_until", sa.Date),
    sa.Column("withheld_until", sa.Date),
    outdated_since(),
)

WORKLIST_JOINED: Final = sa.Table(
    "worklist_joined",
    VIEWS,
    sa.Column("case_id", sa.Uuid, primary_key=True),
    sa.Column("duplicate", sa.Uuid, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    *authorities(),
    outdated_since(),
)
"""Which duplicates have been joined, seen by the authority that joined them."""
