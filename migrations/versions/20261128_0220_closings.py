"""Closings, their lines, the names frozen with them, and attested PDFs."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_0220_closings"
down_revision = "20261128_0210_new_addresses"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DIGEST = sa.LargeBinary(32)
STRICT = {"sqlite_strict": True, "sqlite_with_rowid": False}

KEYS = {
    "closing": (["community_id", "month"], ["community_id", "number"]),
    "closing_line": (["community_id", "month", "account"], ["community_id", "month", "place"]),
    "attested_pdf": (["community_id", "digest"],),
}
"""What is unique in the append-only tables; the primary key first."""

NAME = ["community_id", "account", "version"]


def upgrade() -> None:
    create_closings()
    create_names()
    if op.get_bind().dialect.name == "sqlite":
        defend_on_sqlite()
    else:
        defend_on_postgresql()


def downgrade() -> None:
    for table in ("attested_pdf", "frozen_name", "closing_line", "closing"):
        op.drop_table(table)


def big(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, BIG, nullable=null)


def digest(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, DIGEST, nullable=null)


def primary(table: str, columns: list[str]) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def unique(table: str) -> sa.UniqueConstraint:
    columns = KEYS[table][1]
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def of_closing(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["community_id", "month"],
        ["closing.community_id", "closing.month"],
        name=op.f(f"fk_{table}_community_id_month"),
    )


def of_account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["community_id", "account"],
        ["account.community_id", "account.number"],
        name=op.f(f"fk_{table}_community_id_account"),
    )


def create_closings() -> None:
    op.create_table(
        "closing",
        *(big(name) for name in ("community_id", "month", "number")),
        *(big(name) for name in ("starts_at", "ends_at", "closed_at", "leaves")),
        *(digest(name) for name in ("root", "previous", "hash")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("zone", "unit", "sheet")),
        digest("sheet_salt"),
        big("seal_number", null=True),
        digest("seal_hash", null=True),
        big("attestation"),
        primary("closing", KEYS["closing"][0]),
        unique("closing"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_closing_community_id")
        ),
        **STRICT,
    )
    op.create_table(
        "closing_line",
        *(big(name) for name in ("community_id", "month", "account", "place")),
        *(big(name) for name in ("opening", "debits", "credits", "closing", "last_seq")),
        big("limit_version", null=True),
        big("name_version", null=True),
        *(big(name) for name in ("incoming", "incoming_sum", "outgoing", "outgoing_sum")),
        sa.Column("carry", sa.Text(), nullable=False),
        digest("digest"),
        digest("salt"),
        primary("closing_line", KEYS["closing_line"][0]),
        unique("closing_line"),
        of_closing("closing_line"),
        of_account("closing_line"),
        sa.CheckConstraint(
            "closing = opening + credits - debits", name=op.f("ck_closing_line_adds_up")
        ),
        **STRICT,
    )


def create_names() -> None:
    op.create_table(
        "frozen_name",
        *(big(name) for name in NAME),
        digest("digest"),
        sa.Column("name", sa.Text(), nullable=True),
        digest("salt", null=True),
        primary("frozen_name", NAME),
        of_account("frozen_name"),
        sa.CheckConstraint("(name IS NULL) = (salt IS NULL)", name=op.f("ck_frozen_name_erased")),
        **STRICT,
    )
    op.create_table(
        "attested_pdf",
        big("community_id"),
        digest("digest"),
        *(big(name) for name in ("month", "account", "attested_at", "attestation")),
        primary("attested_pdf", KEYS["attested_pdf"][0]),
        of_closing("attested_pdf"),
        **STRICT,
    )


def defend_on_sqlite() -> None:
    """Nothing is changed, deleted or replaced; a frozen name is erased at most."""
    for table, keys in KEYS.items():
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} BEGIN"
                f" SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        for number, columns in enumerate(keys, start=1):
            refuse_replacing(table, number, columns)
    op.execute(
        "CREATE TRIGGER frozen_name_only_erased BEFORE UPDATE ON frozen_name"
        " WHEN NEW.name IS NOT NULL OR NEW.digest <> OLD.digest OR NEW.version <> OLD.version"
        " OR NEW.account <> OLD.account OR NEW.community_id <> OLD.community_id BEGIN"
        " SELECT RAISE(ABORT, 'a frozen name is erased at most'); END"
    )
    op.execute(
        "CREATE TRIGGER frozen_name_no_delete BEFORE DELETE ON frozen_name BEGIN"
        " SELECT RAISE(ABORT, 'a frozen name is erased at most'); END"
    )
    refuse_replacing("frozen_name", 1, NAME)


def refuse_replacing(table: str, number: int, columns: list[str]) -> None:
    same = " AND ".join(f"{column} = NEW.{column}" for column in columns)
    op.execute(
        f"CREATE TRIGGER {table}_no_replace_{number} BEFORE INSERT ON {table}"
        f" WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) BEGIN"
        f" SELECT RAISE(ABORT, '{table} has this'); END"
    )


def defend_on_postgresql() -> None:
    """The service's role reads and appends; of a frozen name it erases the text."""
    for table in KEYS:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()"
        )
        op.execute(f"REVOKE UPDATE, DELETE ON {table} FROM simpul_service")
        op.execute(f"GRANT SELECT, INSERT ON {table} TO simpul_service")
    op.execute("REVOKE UPDATE, DELETE ON frozen_name FROM simpul_service")
    op.execute("GRANT SELECT, INSERT, UPDATE (name, salt) ON frozen_name TO simpul_service")
    op.execute(
        "CREATE TRIGGER frozen_name_append_only BEFORE DELETE OR TRUNCATE ON frozen_name"
        " FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()"
    )
