"""The read models, taken in anew."""

from pathlib import Path

from alembic import op

revision = "r0010"
down_revision = "r0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Empty the tables of the read models; the reasons stand in the SQL beside this file."""
    sql = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(sql, execution_options={"no_parameters": True})


def downgrade() -> None:
    """Nothing to go back to: what is derived is derived by the release that runs."""
    raise NotImplementedError
