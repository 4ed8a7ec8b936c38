"""The tables that keep the read models going: how far each is, who does what, what is parked."""

from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

VIEWS: Final = sa.MetaData(schema="views")
"""The tables of all read models."""

INSTANT: Final = sa.TIMESTAMP(timezone=True)

TRACKING: Final = sa.Table(
    "tracking",
    VIEWS,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("allotted", sa.BigInteger, nullable=False),
    sa.Column("finished", sa.BigInteger, nullable=False),
    sa.Column("level", sa.BigInteger, nullable=False),
    sa.Column("level_at", INSTANT, nullable=False),
    sa.Column("current_at", INSTANT, nullable=False),
    sa.Column("mark", sa.BigInteger, nullable=False),
)

TURN: Final = sa.Table(
    "turn",
    VIEWS,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("first", sa.BigInteger, primary_key=True),
    sa.Column("last", sa.BigInteger, nullable=False),
    sa.Column("held_error", sa.Text),
    sa.Column("held_case", sa.Uuid),
    sa.Column("held_since", INSTANT),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_try_at", INSTANT),
)

PARKED: Final = sa.Table(
    "parked",
    VIEWS,
    sa.Column("projection", sa.Text, primary_key=True),
    sa.Column("case_id", sa.Uuid, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("error", sa.Text, nullable=False),
    sa.Column("release", sa.Text, nullable=False),
    sa.Column("tried_by", ARRAY(sa.Text), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("parked_at", INSTANT, nullable=False),
    sa.Column("tried_at", INSTANT, nullable=False),
    sa.Column("next_try_at", INSTANT, nullable=False),
)


def outdated_since() -> sa.Column[object]:
    """The mark on every row of a case view: since when it may be older than its case."""
    return sa.Column("outdated_since", INSTANT)
