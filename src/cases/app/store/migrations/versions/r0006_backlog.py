"""An index by which the sequencer finds its way through a large backlog."""

from pathlib import Path

from alembic import op

revision = "r0006"
down_revision = "r0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the index; the reason stands in the SQL beside this."""
    sql = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(sql, execution_options={"no_parameters": True})


def downgrade() -> None:
    """Nothing of the log is taken back."""
    raise NotImplementedError
