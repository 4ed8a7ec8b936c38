"""Read models taken in anew: plans agreed until the maximum, substitute plans to draw up."""

from cases.app.store.migrations import run_sql_beside

revision = "r0014"
down_revision = "r0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Empty the read models whose versions are new."""
    run_sql_beside(__file__)


def downgrade() -> None:
    """Nothing to go back to: what is derived is derived by the release that runs."""
    raise NotImplementedError
