"""Funds of the community, and what cells were called in the books they came with."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_0240_moving_in"
down_revision = "20261128_0230_member_votes"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("cell", sa.Column("origin", sa.Text(), nullable=True))
    op.create_index("uq_cell_origin", "cell", ["community_id", "origin"], unique=True)
    op.create_table(
        "inherited_fund",
        sa.Column("community_id", BIG, autoincrement=False, nullable=False),
        sa.Column("number", BIG, autoincrement=False, nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "number", name=op.f("pk_inherited_fund")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_inherited_fund_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "number"],
            ["account.community_id", "account.number"],
            name=op.f("fk_inherited_fund_community_id_number"),
        ),
        sa.UniqueConstraint(
            "community_id", "purpose", name=op.f("uq_inherited_fund_community_id_purpose")
        ),
        sa.CheckConstraint(
            "purpose IN ('opening', 'association')", name=op.f("ck_inherited_fund_purpose")
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("inherited_fund")
    op.drop_index("uq_cell_origin", "cell")
    op.drop_column("cell", "origin")
