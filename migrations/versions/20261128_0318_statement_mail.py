"""Statements by mail, and objections to statements."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_0318_statement_mail"
down_revision = "20261128_0316_cells_that_left"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LINE = ("community_id", "month", "account")
TABLES = (
    "mail_round",
    "statement_mail",
    "mail_wish",
    "statement_objection",
    "statement_objection_event",
)


def upgrade() -> None:
    make_mail()
    make_objections()
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO simpul_service")
        for table in ("statement_mail", "statement_objection"):
            op.execute(f"GRANT USAGE, SELECT ON SEQUENCE {table}_id_seq TO simpul_service")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def big(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, BIG, nullable=null)


def words(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=null)


def number(table: str) -> tuple[sa.Column, sa.PrimaryKeyConstraint]:
    column = sa.Column("id", BIG, autoincrement=True, nullable=False)
    return column, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


def of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def of_closing(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["community_id", "month"],
        ["closing.community_id", "closing.month"],
        name=op.f(f"fk_{table}_community_id_month"),
    )


def make_mail() -> None:
    op.create_table(
        "mail_round",
        *map(big, ("community_id", "month", "begun_at")),
        sa.PrimaryKeyConstraint("community_id", "month", name=op.f("pk_mail_round")),
        of_closing("mail_round"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    table = "statement_mail"
    op.create_table(
        table,
        *number(table),
        *map(big, ("community_id", "month", "person_id", "copy")),
        words("stamp"),
        big("asked_at"),
        big("asked_by", null=True),
        big("tries"),
        words("reason", null=True),
        *(big(name, null=True) for name in ("sent_at", "bounced_at", "dropped_at")),
        of_closing(table),
        of(table, "person_id", "person"),
        of(table, "asked_by", "person"),
        sa.UniqueConstraint("stamp", name=op.f(f"uq_{table}_stamp")),
        sa.UniqueConstraint(
            *("community_id", "month", "person_id", "copy"),
            name=op.f(f"uq_{table}_community_id_month_person_id_copy"),
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "mail_wish",
        big("person_id"),
        words("token"),
        big("off_at", null=True),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_mail_wish")),
        sa.UniqueConstraint("token", name=op.f("uq_mail_wish_token")),
        of("mail_wish", "person_id", "person"),
        sqlite_strict=True,
    )


def make_objections() -> None:
    table = "statement_objection"
    op.create_table(
        table,
        *number(table),
        *map(big, LINE),
        big("seq", null=True),
        big("person_id"),
        words("request_key"),
        big("opened_at"),
        words("state"),
        sa.ForeignKeyConstraint(
            LINE,
            [f"closing_line.{name}" for name in LINE],
            name=op.f("fk_statement_objection_community_id_month_account"),
        ),
        of(table, "person_id", "person"),
        sa.UniqueConstraint(
            *("community_id", "person_id", "request_key"),
            name=op.f("uq_statement_objection_community_id_person_id_request_key"),
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_statement_objection_community_id_state", table, ["community_id", "state"])
    table = "statement_objection_event"
    op.create_table(
        table,
        *map(big, ("objection_id", "number")),
        words("event"),
        *map(big, ("person_id", "at")),
        words("request_key"),
        words("words"),
        big("reversal", null=True),
        sa.PrimaryKeyConstraint("objection_id", "number", name=op.f(f"pk_{table}")),
        of(table, "objection_id", "statement_objection"),
        of(table, "person_id", "person"),
        sa.UniqueConstraint(
            *("objection_id", "person_id", "request_key"),
            name=op.f(f"uq_{table}_objection_id_person_id_request_key"),
        ),
        sqlite_strict=True,
    )
