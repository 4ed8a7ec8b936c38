"""The register of organisations, by validity."""

from pathlib import Path

from alembic import op

revision = "r0008"
down_revision = "r0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; the reasons stand in the SQL beside this."""
    sql = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(sql, execution_options={"no_parameters": True})


def downgrade() -> None:
    """What organisations were on old days is told nowhere else."""
    raise NotImplementedError
