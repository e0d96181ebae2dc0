"""Earlier books that were uploaded, and the pieces of their files."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_0330_intakes"
down_revision = "20261128_0318_statement_mail"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def text(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=null)


def big(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, BIG, nullable=null)


def foreign(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "intake",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        big("community_id"),
        text("layout"),
        text("days"),
        text("decimal"),
        big("seconds"),
        text("members_file"),
        text("trades_file"),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        big("lines"),
        big("done"),
        text("state"),
        text("report", null=True),
        text("problems", null=True),
        big("problem_count"),
        big("uploaded_by"),
        big("uploaded_at"),
        big("changed_at"),
        big("act_id", null=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake")),
        foreign("intake", "community_id", "community.id"),
        foreign("intake", "uploaded_by", "person.id"),
        foreign("intake", "act_id", "act.id"),
        sa.CheckConstraint(
            "state IN ('reading', 'unfit', 'ready', 'taking', 'taken')",
            name=op.f("ck_intake_state"),
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_intake_community_id", "intake", ["community_id"])
    op.create_table(
        "intake_part",
        sa.Column("intake_id", BIG, autoincrement=False, nullable=False),
        text("file"),
        sa.Column("place", BIG, autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("intake_id", "file", "place", name=op.f("pk_intake_part")),
        foreign("intake_part", "intake_id", "intake.id"),
        sa.CheckConstraint("file IN ('members', 'trades')", name=op.f("ck_intake_part_file")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("intake_part")
    op.drop_table("intake")
