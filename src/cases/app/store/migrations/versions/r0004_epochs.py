"""Epochs of the ledger: which history a place in it belongs to."""

from pathlib import Path

from alembic import op

revision = "r0004"
down_revision = "r0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table and its two functions; the reasons stand in the SQL beside this file."""
    sql = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(sql, execution_options={"no_parameters": True})


def downgrade() -> None:
    """A log of facts is never taken back."""
    raise NotImplementedError
