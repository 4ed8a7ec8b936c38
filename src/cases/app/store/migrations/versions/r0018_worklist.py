"""What the worklist withholds, which duplicates were joined; the worklist is taken in anew."""

from cases.app.store.migrations import run_sql_beside

revision = "r0018"
down_revision = "r0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what is asked for, and empty the worklist."""
    run_sql_beside(__file__)


def downgrade() -> None:
    """A release that is older shows what is withheld now."""
    raise NotImplementedError
