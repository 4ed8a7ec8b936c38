"""Acts on family plans that members' cases are to be told of, and the worklist taken in anew."""

from cases.app.store.migrations import run_sql_beside

revision = "r0016"
down_revision = "r0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the list and empty the worklist."""
    run_sql_beside(__file__)


def downgrade() -> None:
    """What is still to be told is not thrown away by a program."""
    raise NotImplementedError
