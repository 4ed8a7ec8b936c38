"""Plans whose days change after they were drawn up, and who handles a case."""

from cases.app.store.migrations import run_sql_beside

revision = "r0007"
down_revision = "r0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the read models; the reasons stand in the SQL beside this."""
    run_sql_beside(__file__)


def downgrade() -> None:
    """The days of a plan cannot be told in one row again."""
    raise NotImplementedError
