"""Identity codes that were corrected or annulled are released."""

from pathlib import Path

from alembic import op

revision = "r0011"
down_revision = "r0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let the writer remove what leads to a case by mistake; the reason stands in the SQL."""
    sql = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(sql, execution_options={"no_parameters": True})


def downgrade() -> None:
    """Nothing to go back to: an older release never removes a row."""
    raise NotImplementedError
