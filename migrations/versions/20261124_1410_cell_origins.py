"""Which act enrolled a cell, and a voter for cells that had a holder before there were voters."""

import sqlalchemy as sa
from alembic import op

revision = "20261124_1410_cell_origins"
down_revision = "20261124_1400_cells"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# The first holder of each cell votes for it, and each person for the first cell they hold.
FIRST_VOTERS = """
    INSERT INTO voter (community_id, number, person_id, since)
    SELECT held.community_id, held.number, held.person_id, held.since
    FROM acts_for AS held
    WHERE held.until IS NULL AND held.kind = 'holder'
      AND NOT EXISTS (
        SELECT 1 FROM acts_for AS earlier
        WHERE earlier.until IS NULL AND earlier.kind = 'holder' AND earlier.id < held.id
          AND earlier.community_id = held.community_id
          AND (earlier.number = held.number OR earlier.person_id = held.person_id)
      )
      AND NOT EXISTS (
        SELECT 1 FROM voter AS named
        WHERE named.until IS NULL AND named.community_id = held.community_id
          AND (named.number = held.number OR named.person_id = held.person_id)
      )
"""


def upgrade() -> None:
    op.add_column("cell", sa.Column("act_id", BIG, nullable=True))
    op.execute(FIRST_VOTERS)


def downgrade() -> None:
    op.drop_column("cell", "act_id")
