"""What people agreed to is append-only: nothing of it is changed, deleted or replaced."""

from alembic import op

revision = "20261128_1056_acceptance_stays"
down_revision = "20261128_0850_one_way_in"
branch_labels = None
depends_on = None

KEY = ("community_id", "person_id", "version")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        defend_on_sqlite()
    else:
        defend_on_postgresql()


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for rule in ("no_update", "no_delete", "no_replace_1"):
            op.execute(f"DROP TRIGGER acceptance_{rule}")
    else:
        op.execute("DROP TRIGGER acceptance_append_only ON acceptance")
        op.execute("GRANT UPDATE, DELETE ON acceptance TO simpul_service")


def defend_on_sqlite() -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER acceptance_no_{verb.lower()} BEFORE {verb} ON acceptance BEGIN"
            " SELECT RAISE(ABORT, 'acceptance is append-only'); END"
        )
    same = " AND ".join(f"{column} = NEW.{column}" for column in KEY)
    op.execute(
        "CREATE TRIGGER acceptance_no_replace_1 BEFORE INSERT ON acceptance"
        f" WHEN EXISTS (SELECT 1 FROM acceptance WHERE {same}) BEGIN"
        " SELECT RAISE(ABORT, 'acceptance has this'); END"
    )


def defend_on_postgresql() -> None:
    op.execute("REVOKE UPDATE, DELETE ON acceptance FROM simpul_service")
    op.execute("GRANT SELECT, INSERT ON acceptance TO simpul_service")
    op.execute(
        "CREATE TRIGGER acceptance_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON acceptance"
        " FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()"
    )
