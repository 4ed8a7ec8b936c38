"""Epochs of the ledger: which history a place in it belongs to."""

from cases.app.store.migrations import run_sql_beside

revision = "r0004"
down_revision = "r0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table and its two functions."""
    run_sql_beside(__file__)


def downgrade() -> None:
    """A log of facts is never taken back."""
    raise NotImplementedError
