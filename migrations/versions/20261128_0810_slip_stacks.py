"""Stacks of paper slips that a coordinator has begun to type, for any of them to continue."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_0810_slip_stacks"
down_revision = "20261128_0401_measures_for_all"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=False)


def big(name: str) -> sa.Column:
    return sa.Column(name, BIG, nullable=False)


def check(name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_slip_stack_{name}"))


def upgrade() -> None:
    op.create_table(
        "slip_stack",
        sa.Column("community_id", BIG, autoincrement=False, nullable=False),
        text("batch"),
        big("version"),
        text("pen"),
        text("language"),
        big("slips"),
        text("content"),
        big("begun_by"),
        big("begun_at"),
        big("saved_by"),
        big("saved_at"),
        sa.PrimaryKeyConstraint("community_id", "batch", name=op.f("pk_slip_stack")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_slip_stack_community_id")
        ),
        check("version", "version > 0"),
        check("slips", "slips > 0"),
        sqlite_strict=True,
    )


def downgrade() -> None:
    op.drop_table("slip_stack")
