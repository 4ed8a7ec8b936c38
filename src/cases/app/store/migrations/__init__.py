"""Migrations: hand-written SQL in one linear history."""

from pathlib import Path

from alembic import op


def run_sql_beside(script: str) -> None:
    """Run the SQL of the file beside a migration ``script``; its reasons stand there too."""
    sql = Path(script).with_suffix(".sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(sql, execution_options={"no_parameters": True})
