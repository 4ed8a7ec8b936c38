"""A fact is one row, with the record of its act on the first."""

from pathlib import Path

from alembic import op

revision = "r0003"
down_revision = "r0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Join the tables of facts, payloads and acts; the reasons stand in the SQL beside this."""
    sql = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(sql, execution_options={"no_parameters": True})


def downgrade() -> None:
    """A log of facts is never taken back."""
    raise NotImplementedError
