"""Acts on family plans that members' cases are to be told of, and the worklist taken in anew."""

from pathlib import Path

from alembic import op

revision = "r0014"
down_revision = "r0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the list and empty the worklist; the reasons stand in the SQL beside this file."""
    sql = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(sql, execution_options={"no_parameters": True})


def downgrade() -> None:
    """What is still to be told is not thrown away by a program."""
    raise NotImplementedError
