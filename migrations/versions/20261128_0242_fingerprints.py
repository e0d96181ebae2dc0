"""A statement is found by its fingerprint."""

from alembic import op

revision = "20261128_0242_fingerprints"
down_revision = "20261128_0240_moving_in"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_closing_line_digest", "closing_line", ["digest"])


def downgrade() -> None:
    op.drop_index("ix_closing_line_digest", "closing_line")
