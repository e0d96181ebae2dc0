"""What decisions enact besides limits: kinds of proposals and of entries, and consent."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_0335_measures"
down_revision = "20261128_0330_intakes"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = {
    "proposal": (
        "kind IN ('limit')",
        "kind IN ('limit', 'freeze', 'thaw', 'pay', 'write_off', 'take_over', 'fund')",
    ),
    "entry": (
        "kind IN ('trade', 'reversal', 'history')",
        "kind IN ('trade', 'reversal', 'history', 'decision', 'contribution')",
    ),
}
ACCOUNT = "fk_proposal_community_id_account"
ACCOUNT_ON_SQLITE = (
    f"CONSTRAINT {ACCOUNT} FOREIGN KEY(community_id, account)"
    " REFERENCES account (community_id, number), "
)


def upgrade() -> None:
    for table, (before, after) in KINDS.items():
        change_check(table, before, after, "")
    if op.get_bind().dialect.name == "sqlite":
        rewrite("proposal", ACCOUNT_ON_SQLITE, "")
    else:
        op.drop_constraint(ACCOUNT, "proposal", type_="foreignkey")
    op.add_column("proposal", sa.Column("facts", sa.Text(), nullable=False, server_default="{}"))
    op.create_table(
        "consent",
        *(sa.Column(name, BIG, nullable=False) for name in ("community_id", "proposal", "cell")),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("given_at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("community_id", "proposal", "cell", name=op.f("pk_consent")),
        sa.ForeignKeyConstraint(
            ["community_id", "proposal"],
            ["proposal.community_id", "proposal.number"],
            name=op.f("fk_consent_community_id_proposal"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_consent_person_id")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Rows of the newer kinds stay where they are: nothing is deleted from the books."""
    op.drop_table("consent")
    op.drop_column("proposal", "facts")
    if op.get_bind().dialect.name == "sqlite":
        rewrite(
            "proposal",
            "CONSTRAINT ck_proposal_kind",
            ACCOUNT_ON_SQLITE + "CONSTRAINT ck_proposal_kind",
        )
    else:
        op.execute(
            f"ALTER TABLE proposal ADD CONSTRAINT {ACCOUNT} FOREIGN KEY (community_id, account)"
            " REFERENCES account (community_id, number) NOT VALID"
        )
    for table, (before, after) in KINDS.items():
        change_check(table, after, before, " NOT VALID")


def change_check(table: str, before: str, after: str, unasked: str) -> None:
    """Put another rule into `ck_<table>_kind`; ` NOT VALID` leaves out the rows that are there."""
    if op.get_bind().dialect.name == "sqlite":
        rewrite(table, f"CHECK ({before})", f"CHECK ({after})")
        return
    op.drop_constraint(op.f(f"ck_{table}_kind"), table, type_="check")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_kind CHECK ({after}){unasked}")


def rewrite(table: str, before: str, after: str) -> None:
    """Change a constraint in SQLite's schema, as its documentation of ALTER TABLE says.

    Replacing the table instead would drop its triggers and rewrite every row.
    """
    connection = op.get_bind()
    connection.execute(sa.text("PRAGMA writable_schema = ON"))
    sql = connection.scalar(
        sa.text("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = :table"),
        {"table": table},
    )
    words = " ".join(sql.split())
    if before not in words:
        raise RuntimeError(f"{table} has no {before}: {words}")
    connection.execute(
        sa.text("UPDATE sqlite_schema SET sql = :sql WHERE type = 'table' AND name = :table"),
        {"sql": words.replace(before, after), "table": table},
    )
    version = connection.scalar(sa.text("PRAGMA schema_version"))
    connection.execute(sa.text(f"PRAGMA schema_version = {version + 1}"))
    connection.execute(sa.text("PRAGMA writable_schema = RESET"))
