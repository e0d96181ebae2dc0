"""When a cell left its community: its account is closed since."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_0316_cells_that_left"
down_revision = "20261128_0312_slips"
branch_labels = None
depends_on = None

INSTANT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

LEFT = """
    UPDATE cell SET left_at = (
        SELECT max(change.changed_at) FROM account_change AS change
        WHERE change.community_id = cell.community_id AND change.account = cell.number
    )
    WHERE EXISTS (
        SELECT 1 FROM account
        WHERE account.community_id = cell.community_id AND account.number = cell.number
          AND account.status = 'closed'
    )
"""


def upgrade() -> None:
    op.add_column("cell", sa.Column("left_at", INSTANT, nullable=True))
    op.execute(LEFT)


def downgrade() -> None:
    op.drop_column("cell", "left_at")
