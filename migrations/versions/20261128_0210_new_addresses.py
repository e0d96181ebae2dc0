"""The e-mail address that a mailed link confirms."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_0210_new_addresses"
down_revision = "20261124_1440_governance"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pass", sa.Column("about", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("pass", "about")
