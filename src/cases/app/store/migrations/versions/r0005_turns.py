"""Followers share the work by turns, and park the cases they cannot take in."""

from pathlib import Path

from alembic import op

revision = "r0005"
down_revision = "r0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create what turns and parking need; the reasons stand in the SQL beside this."""
    sql = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(sql, execution_options={"no_parameters": True})


def downgrade() -> None:
    """Views can be dropped and rebuilt at any time; the log they come from is never taken back."""
    raise NotImplementedError
