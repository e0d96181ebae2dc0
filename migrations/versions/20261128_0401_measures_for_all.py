"""All members may decide about any kind of proposal, not only limits."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_0401_measures_for_all"
down_revision = "20261128_0335_measures"
branch_labels = None
depends_on = None

BEFORE = "kind IN ('constitution', 'recall', 'limit', 'election')"
AFTER = "kind IN ('constitution', 'recall', 'limit', 'measure', 'election')"


def upgrade() -> None:
    change_check("member_vote", BEFORE, AFTER, "")


def downgrade() -> None:
    """Rows of the newer kind stay where they are: nothing is deleted from the books."""
    change_check("member_vote", AFTER, BEFORE, " NOT VALID")


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
