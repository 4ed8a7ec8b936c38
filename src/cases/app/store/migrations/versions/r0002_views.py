"""The read models: clients, worklist, timers, and a room to rebuild them in."""

from cases.app.store.migrations import run_sql_beside

revision = "r0002"
down_revision = "r0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables and their row level security; the reasons stand in the SQL beside this."""
    run_sql_beside(__file__)


def downgrade() -> None:
    """Views can be dropped and rebuilt at any time; the log they come from is never taken back."""
    raise NotImplementedError
