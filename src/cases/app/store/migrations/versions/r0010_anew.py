"""The read models, taken in anew."""

from cases.app.store.migrations import run_sql_beside

revision = "r0010"
down_revision = "r0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Empty the tables of the read models."""
    run_sql_beside(__file__)


def downgrade() -> None:
    """Nothing to go back to: what is derived is derived by the release that runs."""
    raise NotImplementedError
