"""Tables beside the live ones, and how they take their place."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa

from cases.projections.case_view import CaseView
from cases.projections.statements import statement

SCHEMA: Final = "views_next"


def prepare(engine: sa.Engine, views: Sequence[CaseView]) -> None:
    """Empty tables like the live ones, without keys, indexes and policies: rows are copied in.

    Only the projector may look into their schema. What an earlier rebuild left behind is dropped.
    """
    with engine.begin() as conn:
        _become_owner(conn)
        for table in _tables(views):
            conn.execute(sa.text(f"drop table if exists {SCHEMA}.{table.name}"))
            conn.execute(
                sa.text(
                    f"create table {SCHEMA}.{table.name}"
                    f" (like views.{table.name} including all excluding indexes)"
                )
            )


def complete(engine: sa.Engine, views: Sequence[CaseView]) -> None:
    """Keys and indexes over what was copied in, who may see what, and figures for the planner."""
    for table in _tables(views):
        with engine.begin() as conn:
            _become_owner(conn)
            twin = conn.execute(statement("shadow"), {"table": table.name}).scalars().all()
            for change in twin:
                conn.exec_driver_sql(change, execution_options={"no_parameters": True})
            conn.execute(sa.text(f"analyze {SCHEMA}.{table.name}"))


def drop(engine: sa.Engine, views: Sequence[CaseView]) -> None:
    """Leave nothing behind."""
    with engine.begin() as conn:
        _become_owner(conn)
        for table in _tables(views):
            conn.execute(sa.text(f"drop table if exists {SCHEMA}.{table.name}"))


def take_over(conn: sa.Connection, views: Sequence[CaseView]) -> None:
    """Let the tables take the live ones' place when ``conn`` commits, whose role is the owner's."""
    _become_owner(conn)
    for table in _tables(views):
        conn.execute(sa.text(f"drop table views.{table.name}"))
        conn.execute(sa.text(f"alter table {SCHEMA}.{table.name} set schema views"))


def beside(table: sa.Table) -> sa.Table:
    """The table beside a live one."""
    return table.to_metadata(sa.MetaData(), schema=SCHEMA)


def _tables(views: Sequence[CaseView]) -> list[sa.Table]:
    return [table for view in views for table in view.tables]


def _become_owner(conn: sa.Connection) -> None:
    conn.execute(sa.text("set local role cases_owner"))
