"""Guidance records, each under its consent."""

from cases.app.store.migrations import run_sql_beside

revision = "r0012"
down_revision = "r0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the index and what forgets a record."""
    run_sql_beside(__file__)


def downgrade() -> None:
    """What was recorded under a consent is not thrown away by a program."""
    raise NotImplementedError
