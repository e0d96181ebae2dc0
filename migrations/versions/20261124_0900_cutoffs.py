"""Cut-offs: the ends of closed months, before which nothing is booked any more."""

import sqlalchemy as sa
from alembic import op

revision = "20261124_0900_cutoffs"
down_revision = "20261123_1200_trades"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "cutoff",
        sa.Column("community_id", BIG, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("community_id", "at", name=op.f("pk_cutoff")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["book.community_id"], name=op.f("fk_cutoff_community_id_book")
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "sqlite":
        defend_on_sqlite()
    else:
        defend_on_postgresql()


def downgrade() -> None:
    op.drop_table("cutoff")


def defend_on_sqlite() -> None:
    """As the other tables of the journal: nothing is changed, deleted or replaced."""
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER cutoff_no_{verb.lower()} BEFORE {verb} ON cutoff BEGIN"
            " SELECT RAISE(ABORT, 'cutoff is append-only'); END"
        )
    op.execute(
        "CREATE TRIGGER cutoff_no_replace_1 BEFORE INSERT ON cutoff WHEN EXISTS (SELECT 1 FROM"
        " cutoff WHERE community_id = NEW.community_id AND at = NEW.at) BEGIN"
        " SELECT RAISE(ABORT, 'cutoff has this at'); END"
    )


def defend_on_postgresql() -> None:
    """The service's role reads and appends."""
    op.execute(
        "CREATE TRIGGER cutoff_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON cutoff"
        " FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()"
    )
    op.execute("REVOKE UPDATE, DELETE ON cutoff FROM simpul_service")
    op.execute("GRANT SELECT, INSERT ON cutoff TO simpul_service")
