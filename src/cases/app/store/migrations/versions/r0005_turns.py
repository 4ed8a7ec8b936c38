"""Followers share the work by turns, and park the cases they cannot take in."""

from cases.app.store.migrations import run_sql_beside

revision = "r0005"
down_revision = "r0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create what turns and parking need; the reasons stand in the SQL beside this."""
    run_sql_beside(__file__)


def downgrade() -> None:
    """Views can be dropped and rebuilt at any time; the log they come from is never taken back."""
    raise NotImplementedError
