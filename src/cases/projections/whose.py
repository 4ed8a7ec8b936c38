"""Whose row is it? The authority that answers for the case, by legal day.

A hand-over may be recorded before the day it takes effect, and on that day nothing is recorded. So
a row names who answers until then and who does from then on, and which day it is, is asked by the
query (what is shown) and by row level security (who may see it).
"""

from datetime import date
from typing import Final

import sqlalchemy as sa

from cases.domain.case.state import CaseState
from cases.projections.case_view import Row

_IN_THE_END: Final = date.max


def authorities() -> tuple[sa.Column[object], ...]:
    """The columns that say who answers: ``former_authority`` until before ``handed_over_on``."""
    return (
        sa.Column("authority", sa.Text, nullable=False),
        sa.Column("former_authority", sa.Text),
        sa.Column("handed_over_on", sa.Date),
    )


def workers() -> tuple[sa.Column[object], ...]:
    """The columns that say who handles the case at each of them."""
    return sa.Column("worker", sa.Text), sa.Column("former_worker", sa.Text)


def who_answers(state: CaseState) -> Row:
    """Who answers in the end, and who did before a hand-over that was recorded ahead."""
    ahead = state.responsibility.ahead
    return {
        "authority": state.responsible_on(_IN_THE_END),
        "former_authority": ahead.former if ahead else None,
        "handed_over_on": ahead.on if ahead else None,
    }


def who_works(state: CaseState) -> Row:
    """Who is assigned at each of them, by all that is known."""
    ahead, known = state.responsibility.ahead, state.responsibility
    return {
        "worker": known.worker_on(_IN_THE_END, state.responsible_on(_IN_THE_END) or ""),
        "former_worker": known.worker_on(_IN_THE_END, ahead.former) if ahead else None,
    }


def answers(
    table: sa.Table, authority: sa.ColumnElement[str], on: sa.ColumnElement[date]
) -> sa.ColumnElement[bool]:
    """Whether the authority answers for the case in the end, and by the day already."""
    passed = sa.or_(table.c.handed_over_on.is_(None), table.c.handed_over_on <= on)
    return sa.and_(table.c.authority == authority, passed)


def still_answers(
    table: sa.Table, authority: sa.ColumnElement[str], on: sa.ColumnElement[date]
) -> sa.ColumnElement[bool]:
    """Whether the authority answers for the case on the day, and hands it over after it."""
    return sa.and_(table.c.former_authority == authority, table.c.handed_over_on > on)
