"""Statements as PDF, drawn once and kept."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_0300_statement_pdfs"
down_revision = "20261128_0242_fingerprints"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = ("community_id", "month", "account")


def upgrade() -> None:
    op.create_table(
        "statement_pdf",
        *(sa.Column(name, BIG, nullable=False) for name in KEY),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("drawn_at", BIG, nullable=False),
        sa.PrimaryKeyConstraint(*KEY, "language", "version", name=op.f("pk_statement_pdf")),
        sa.ForeignKeyConstraint(
            KEY,
            [f"closing_line.{name}" for name in KEY],
            name=op.f("fk_statement_pdf_community_id_month_account"),
        ),
        sqlite_strict=True,
    )
    if op.get_bind().dialect.name == "sqlite":
        defend_on_sqlite()
    else:
        defend_on_postgresql()


def downgrade() -> None:
    op.drop_table("statement_pdf")


def defend_on_sqlite() -> None:
    """A drawn PDF is erased at most, and never another in its place."""
    kept = " OR ".join(
        f"NEW.{name} <> OLD.{name}" for name in (*KEY, "language", "version", "digest", "drawn_at")
    )
    op.execute(
        "CREATE TRIGGER statement_pdf_only_erased BEFORE UPDATE ON statement_pdf"
        f" WHEN NEW.content IS NOT NULL OR {kept} BEGIN"
        " SELECT RAISE(ABORT, 'a drawn statement is erased at most'); END"
    )
    op.execute(
        "CREATE TRIGGER statement_pdf_no_delete BEFORE DELETE ON statement_pdf BEGIN"
        " SELECT RAISE(ABORT, 'a drawn statement is erased at most'); END"
    )
    same = " AND ".join(f"{name} = NEW.{name}" for name in (*KEY, "language", "version"))
    op.execute(
        "CREATE TRIGGER statement_pdf_no_replace_1 BEFORE INSERT ON statement_pdf"
        f" WHEN EXISTS (SELECT 1 FROM statement_pdf WHERE {same}) BEGIN"
        " SELECT RAISE(ABORT, 'statement_pdf has this'); END"
    )


def defend_on_postgresql() -> None:
    """The service's role reads, appends, and erases the bytes."""
    op.execute("REVOKE UPDATE, DELETE ON statement_pdf FROM simpul_service")
    op.execute("GRANT SELECT, INSERT, UPDATE (content) ON statement_pdf TO simpul_service")
    op.execute(
        "CREATE TRIGGER statement_pdf_append_only BEFORE DELETE OR TRUNCATE ON statement_pdf"
        " FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()"
    )
