"""Single-use ways in: mailed links and printed codes, and when an act was carried out."""

import sqlalchemy as sa
from alembic import op

revision = "20261124_1300_passes"
down_revision = "20261124_1210_plans"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "pass",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("made_at", BIG, nullable=False),
        sa.Column("expires_at", BIG, nullable=False),
        sa.Column("used_at", BIG, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pass")),
        sa.UniqueConstraint("digest", name=op.f("uq_pass_digest")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pass_person_id")),
        sqlite_strict=True,
    )
    op.create_index("ix_pass_person_id", "pass", ["person_id"])
    op.add_column("act", sa.Column("done_at", BIG, nullable=True))


def downgrade() -> None:
    op.drop_column("act", "done_at")
    op.drop_table("pass")
