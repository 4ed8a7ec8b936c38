"""Notices from outside, apart from the log."""

from cases.app.store.migrations import run_sql_beside

revision = "r0019"
down_revision = "r0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables and the rights on them."""
    run_sql_beside(__file__)


def downgrade() -> None:
    """What another authority has told is not thrown away by a program."""
    raise NotImplementedError
