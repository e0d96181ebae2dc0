"""What people say while a proposal is discussed."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_0310_comments"
down_revision = "20261128_0300_statement_pdfs"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DIGEST = sa.LargeBinary(32)


def upgrade() -> None:
    key = ["community_id", "proposal", "number"]
    op.create_table(
        "comment",
        *(sa.Column(name, BIG, nullable=False) for name in key),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("made_by", BIG, nullable=False),
        sa.Column("made_at", BIG, nullable=False),
        sa.Column("digest", DIGEST, nullable=False),
        sa.Column("text", sa.Text()),
        sa.Column("salt", DIGEST),
        sa.Column("erased_at", BIG),
        sa.Column("request_key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_comment")),
        sa.ForeignKeyConstraint(
            ["community_id", "proposal"],
            ["proposal.community_id", "proposal.number"],
            name=op.f("fk_comment_community_id_proposal"),
        ),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_comment_made_by")),
        sa.UniqueConstraint(
            "community_id",
            "proposal",
            "made_by",
            "request_key",
            name=op.f("uq_comment_community_id_proposal_made_by_request_key"),
        ),
        sa.CheckConstraint("kind IN ('comment', 'reply')", name=op.f("ck_comment_kind")),
        sa.CheckConstraint("(text IS NULL) = (salt IS NULL)", name=op.f("ck_comment_erased")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("comment")
