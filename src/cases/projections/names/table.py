"""Keyed blind indexes of names, by which an authority finds its own clients.

An index is of one word of a name together with a date of birth and the authority: nothing here says
how common a name is, nor that a person of one authority is one of another's too.
"""

from typing import Final

import sqlalchemy as sa

from cases.projections.tables import VIEWS, outdated_since
from cases.projections.whose import authorities

NAMED_CASE: Final = sa.Table(
    "named_case",
    VIEWS,
    sa.Column("case_id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    *authorities(),
    outdated_since(),
)

NAME: Final = sa.Table(
    "name",
    VIEWS,
    sa.Column("case_id", sa.Uuid, primary_key=True),
    sa.Column("blind", sa.LargeBinary, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    *authorities(),
    outdated_since(),
)
