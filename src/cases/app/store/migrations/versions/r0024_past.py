"""Entries of the worklist that are shown no more are passed within its indexes."""

from cases.app.store.migrations import run_sql_beside

revision = "r0024"
down_revision = "r0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the indexes."""
    run_sql_beside(__file__)


def downgrade() -> None:
    """Older releases read with these indexes as well."""
    raise NotImplementedError
