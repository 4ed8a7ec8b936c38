"""The days on which a case that is open again was closed, in the list of clients."""

from cases.app.store.migrations import run_sql_beside

revision = "r0017"
down_revision = "r0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    run_sql_beside(__file__)


def downgrade() -> None:
    """Nothing to go back to: what is derived is derived by the release that runs."""
    raise NotImplementedError
