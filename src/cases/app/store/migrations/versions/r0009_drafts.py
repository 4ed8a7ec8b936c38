"""Drafts of acts, outside the log."""

from cases.app.store.migrations import run_sql_beside

revision = "r0009"
down_revision = "r0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table and the rights on it."""
    run_sql_beside(__file__)


def downgrade() -> None:
    """What somebody has begun to write is not thrown away by a program."""
    raise NotImplementedError
