"""Indexes in the order in which lists are read."""

from cases.app.store.migrations import run_sql_beside

revision = "r0021"
down_revision = "r0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the indexes."""
    run_sql_beside(__file__)


def downgrade() -> None:
    """Older releases read with these indexes as well."""
    raise NotImplementedError
