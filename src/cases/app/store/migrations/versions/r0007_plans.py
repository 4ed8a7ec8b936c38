"""Plans whose days change after they were drawn up, and who handles a case."""

from pathlib import Path

from alembic import op

revision = "r0007"
down_revision = "r0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the read models; the reasons stand in the SQL beside this."""
    sql = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(sql, execution_options={"no_parameters": True})


def downgrade() -> None:
    """The days of a plan cannot be told in one row again."""
    raise NotImplementedError
