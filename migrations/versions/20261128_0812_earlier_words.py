"""The words that an amendment of a proposal replaced; until now they went without a trace."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_0812_earlier_words"
down_revision = "20261128_0810_slip_stacks"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DIGEST = sa.LargeBinary(32)


def upgrade() -> None:
    key = ["community_id", "proposal", "version"]
    op.create_table(
        "earlier_words",
        *(sa.Column(name, BIG, nullable=False) for name in key),
        sa.Column("digest", DIGEST, nullable=False),
        sa.Column("text", sa.Text()),
        sa.Column("salt", DIGEST),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_earlier_words")),
        sa.ForeignKeyConstraint(
            ["community_id", "proposal"],
            ["proposal.community_id", "proposal.number"],
            name=op.f("fk_earlier_words_community_id_proposal"),
        ),
        sa.CheckConstraint("(text IS NULL) = (salt IS NULL)", name=op.f("ck_earlier_words_erased")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("earlier_words")
