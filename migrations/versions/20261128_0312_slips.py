"""Paper slips that were typed, books of empty ones, and objections to what was typed."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_0312_slips"
down_revision = "20261128_0310_comments"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COUNTS = sa.text("released_at IS NULL")
OPEN = sa.text("state = 'open'")


def text(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=null)


def big(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, BIG, nullable=null)


def one_id(table: str) -> list:
    return [
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def foreign(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    create_slip()
    create_slip_book()
    create_slip_objection()


def create_slip() -> None:
    op.create_table(
        "slip",
        *one_id("slip"),
        big("community_id"),
        text("book"),
        big("number"),
        big("trade_id", null=True),
        text("batch"),
        big("released_at", null=True),
        foreign("slip", "community_id", "community.id"),
        foreign("slip", "trade_id", "trade.id"),
        unique("slip", "trade_id"),
        check("slip", "number", "number > 0"),
        sqlite_strict=True,
    )
    op.create_index(
        "uq_slip_counts",
        "slip",
        ["community_id", "book", "number"],
        unique=True,
        sqlite_where=COUNTS,
        postgresql_where=COUNTS,
    )
    op.create_index("ix_slip_batch", "slip", ["community_id", "batch"])


def create_slip_book() -> None:
    op.create_table(
        "slip_book",
        sa.Column("community_id", BIG, autoincrement=False, nullable=False),
        text("book"),
        big("slips"),
        big("made_by"),
        text("request_key"),
        big("made_at"),
        sa.PrimaryKeyConstraint("community_id", "book", name=op.f("pk_slip_book")),
        foreign("slip_book", "community_id", "community.id"),
        unique("slip_book", "community_id", "made_by", "request_key"),
        check("slip_book", "slips", "slips > 0"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def create_slip_objection() -> None:
    op.create_table(
        "slip_objection",
        *one_id("slip_objection"),
        big("community_id"),
        big("trade_id"),
        big("account"),
        big("actor"),
        text("reason"),
        text("request_key"),
        big("raised_at"),
        text("state"),
        text("answer"),
        big("answered_by", null=True),
        text("answer_key", null=True),
        big("ended_at", null=True),
        foreign("slip_objection", "community_id", "community.id"),
        foreign("slip_objection", "trade_id", "trade.id"),
        unique("slip_objection", "trade_id", "account"),
        unique("slip_objection", "community_id", "actor", "request_key"),
        unique("slip_objection", "community_id", "answered_by", "answer_key"),
        check("slip_objection", "state", "state IN ('open', 'answered', 'reversed')"),
        check("slip_objection", "ended_at", "(ended_at IS NULL) = (state = 'open')"),
        check("slip_objection", "answered_by", "(answered_by IS NULL) = (state = 'open')"),
        check("slip_objection", "two", "answered_by <> actor"),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_slip_objection_open",
        "slip_objection",
        ["community_id"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    op.drop_table("slip_objection")
    op.drop_table("slip_book")
    op.drop_table("slip")
