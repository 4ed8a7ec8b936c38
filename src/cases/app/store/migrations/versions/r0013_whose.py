"""Rows of the read models that pass from one authority to another."""

from cases.app.store.migrations import run_sql_beside

revision = "r0013"
down_revision = "r0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add who answered before a hand-over."""
    run_sql_beside(__file__)


def downgrade() -> None:
    """Nothing to go back to: what is derived is derived by the release that runs."""
    raise NotImplementedError
