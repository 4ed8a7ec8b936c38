"""Where authorities find their clients by name and date of birth."""

from cases.app.store.migrations import run_sql_beside

revision = "r0015"
down_revision = "r0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the read model of names."""
    run_sql_beside(__file__)


def downgrade() -> None:
    """Nothing to go back to: what is derived is derived by the release that runs."""
    raise NotImplementedError
