"""Until when the authority of a draft answers for its case."""

from cases.app.store.migrations import run_sql_beside

revision = "r0023"
down_revision = "r0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    run_sql_beside(__file__)


def downgrade() -> None:
    """Older releases write and read drafts beside this column."""
    raise NotImplementedError
