"""The register of organisations, by validity."""

from cases.app.store.migrations import run_sql_beside

revision = "r0008"
down_revision = "r0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; the reasons stand in the SQL beside this."""
    run_sql_beside(__file__)


def downgrade() -> None:
    """What organisations were on old days is told nowhere else."""
    raise NotImplementedError
