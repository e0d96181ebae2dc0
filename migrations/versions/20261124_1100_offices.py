"""Acts with two signatures, terms of office, freezes, and who sees balances."""

import sqlalchemy as sa
from alembic import op

revision = "20261124_1100_offices"
down_revision = "20261124_1020_cheaper_defence"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def big(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, BIG, nullable=null)


def text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=False)


def key(name: str) -> sa.Column:
    return sa.Column(name, BIG, nullable=False, autoincrement=False)


def foreign(table: str, columns: list[str], to: list[str]) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(columns, to, name=op.f(f"fk_{table}_{'_'.join(columns)}"))


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    op.add_column("role", big("ends_at", null=True))
    op.create_table(
        "act",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        big("community_id"),
        text("kind"),
        text("facts"),
        text("reason"),
        big("asked_by"),
        big("asked_at"),
        big("expires_at"),
        big("signed_by", null=True),
        big("signed_at", null=True),
        big("ended_by", null=True),
        big("ended_at", null=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_act")),
        foreign("act", ["community_id"], ["community.id"]),
        *(foreign("act", [who], ["person.id"]) for who in ("asked_by", "signed_by", "ended_by")),
        check("act", "two", "signed_by <> asked_by"),
        check("act", "one_end", "signed_at IS NULL OR ended_at IS NULL"),
        sqlite_strict=True,
    )
    op.create_index("ix_act_community_id_id", "act", ["community_id", "id"])
    create_freeze_and_transparency()


def create_freeze_and_transparency() -> None:
    op.create_table(
        "freeze",
        key("act_id"),
        big("community_id"),
        big("number"),
        text("reason"),
        big("since"),
        big("until"),
        big("ended_at", null=True),
        sa.PrimaryKeyConstraint("act_id", name=op.f("pk_freeze")),
        foreign("freeze", ["act_id"], ["act.id"]),
        foreign("freeze", ["community_id", "number"], ["cell.community_id", "cell.number"]),
        check("freeze", "span", "until > since"),
        sqlite_strict=True,
    )
    op.create_index("ix_freeze_cell", "freeze", ["community_id", "number"])
    op.create_table(
        "transparency",
        key("community_id"),
        key("version"),
        text("level"),
        text("authority"),
        big("since"),
        sa.PrimaryKeyConstraint("community_id", "version", name=op.f("pk_transparency")),
        foreign("transparency", ["community_id"], ["community.id"]),
        check("transparency", "level", "level IN ('own', 'members', 'everyone')"),
        sqlite_strict=True,
    )
    op.execute(
        "INSERT INTO transparency (community_id, version, level, authority, since)"
        " SELECT id, 1, 'members', 'founding', created_at FROM community"
    )


def downgrade() -> None:
    op.drop_table("transparency")
    op.drop_table("freeze")
    op.drop_table("act")
    op.drop_column("role", "ends_at")
