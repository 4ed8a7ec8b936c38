"""The log, the access trail, and an empty room for the views."""

from cases.app.store.migrations import run_sql_beside

revision = "r0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables and the rights on them."""
    run_sql_beside(__file__)


def downgrade() -> None:
    """A log of facts is never taken back."""
    raise NotImplementedError
