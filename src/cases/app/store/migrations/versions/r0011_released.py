"""Identity codes that were corrected or annulled are released."""

from cases.app.store.migrations import run_sql_beside

revision = "r0011"
down_revision = "r0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let the writer remove what leads to a case by mistake; the reason stands in the SQL."""
    run_sql_beside(__file__)


def downgrade() -> None:
    """Nothing to go back to: an older release never removes a row."""
    raise NotImplementedError
