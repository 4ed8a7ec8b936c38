"""Cases that other cases are still to be told of."""

from cases.app.store.migrations import run_sql_beside

revision = "r0022"
down_revision = "r0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the list."""
    run_sql_beside(__file__)


def downgrade() -> None:
    """What is still to be told is not thrown away by a program."""
    raise NotImplementedError
