"""An index by which the sequencer finds its way through a large backlog."""

from cases.app.store.migrations import run_sql_beside

revision = "r0006"
down_revision = "r0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the index; the reason stands in the SQL beside this."""
    run_sql_beside(__file__)


def downgrade() -> None:
    """Nothing of the log is taken back."""
    raise NotImplementedError
