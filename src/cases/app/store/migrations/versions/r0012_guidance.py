"""Guidance records, each under its consent."""

from pathlib import Path

from alembic import op

revision = "r0012"
down_revision = "r0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the index and what forgets a record; the reasons stand in the SQL beside this file."""
    sql = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(sql, execution_options={"no_parameters": True})


def downgrade() -> None:
    """What was recorded under a consent is not thrown away by a program."""
    raise NotImplementedError
