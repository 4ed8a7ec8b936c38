"""A fact is one row, with the record of its act on the first."""

from cases.app.store.migrations import run_sql_beside

revision = "r0003"
down_revision = "r0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Join the tables of facts, payloads and acts; the reasons stand in the SQL beside this."""
    run_sql_beside(__file__)


def downgrade() -> None:
    """A log of facts is never taken back."""
    raise NotImplementedError
