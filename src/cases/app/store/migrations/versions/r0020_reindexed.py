"""Guidance records whose identity code was corrected are found by the new one."""

from cases.app.store.migrations import run_sql_beside

revision = "r0020"
down_revision = "r0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create what gives a record another row of the index; the reason stands in the SQL."""
    run_sql_beside(__file__)


def downgrade() -> None:
    """Nothing to go back to: an older release corrects no guidance record."""
    raise NotImplementedError
