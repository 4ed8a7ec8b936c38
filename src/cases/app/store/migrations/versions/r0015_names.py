"""Where authorities find their clients by name and date of birth."""

from pathlib import Path

from alembic import op

revision = "r0015"
down_revision = "r0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the read model of names; the reasons stand in the SQL beside this file."""
    sql = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(sql, execution_options={"no_parameters": True})


def downgrade() -> None:
    """Nothing to go back to: what is derived is derived by the release that runs."""
    raise NotImplementedError
