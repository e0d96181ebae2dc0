"""The journal: books, accounts, entries, postings, seals, and their own defence.

SQLite has no deferred triggers and no roles, PostgreSQL has both: each engine
defends the same promises in its own way.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261123_0900_journal"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
DIGEST = sa.LargeBinary(32)
STRICT = {"sqlite_strict": True, "sqlite_with_rowid": False}
LARGEST = 10**15

APPEND_ONLY = (
    "book",
    "entry",
    "posting",
    "account_change",
    "attestation",
    "seal",
    "sealed",
)
TABLES = (
    "book", "account", "entry", "posting", "account_change", "attestation", "seal", "sealed",
    "seal_mark",
)  # fmt: skip

KEYS = {
    "book": ["community_id"],
    "account": ["community_id", "number"],
    "entry": ["community_id", "id"],
    "posting": ["community_id", "account", "seq"],
    "account_change": ["community_id", "account", "number"],
    "attestation": ["community_id", "number"],
    "seal": ["community_id", "number"],
    "sealed": ["community_id", "seal", "place"],
}
OTHER_KEYS = {
    "entry": [["community_id", "actor", "request_key"], ["community_id", "reverses"]],
    "sealed": [["community_id", "kind", "account", "number"]],
}


def upgrade() -> None:
    create_books_and_accounts()
    create_entries_and_postings()
    create_changes_and_seals()
    if op.get_bind().dialect.name == "sqlite":
        defend_on_sqlite()
        defend_reversals_on_sqlite()
    else:
        defend_on_postgresql()


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in reversed(TABLES):
        op.drop_table(table)
    if postgresql:
        op.execute("DROP SEQUENCE entry_id")
        op.execute("DROP FUNCTION journal_is_append_only, entries_are_whole, entries_have_postings")


def key(name: str) -> sa.Column:
    return sa.Column(name, BIG, primary_key=True, autoincrement=False)


def big(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, BIG, nullable=null)


def text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=False)


def digest(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, DIGEST, nullable=null)


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def primary(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*KEYS.get(table, KEYS["account"]), name=op.f(f"pk_{table}"))


def foreign(table: str, columns: list[str], target: list[str], **how: object):
    name = op.f(f"fk_{table}_{'_'.join(columns)}")
    return sa.ForeignKeyConstraint(columns, target, name=name, **how)


def create_books_and_accounts() -> None:
    op.create_table("book", key("community_id"), big("opened_at"), primary("book"), **STRICT)
    op.create_table(
        "account",
        key("community_id"),
        key("number"),
        text("kind"),
        big("balance"),
        big("floor"),
        big("ceiling", null=True),
        big("last_seq"),
        big("not_before"),
        big("limit_version"),
        text("status"),
        primary("account"),
        foreign("account", ["community_id"], ["book.community_id"]),
        check("account", "number", "number > 0"),
        check("account", "kind", "kind IN ('cell', 'fund')"),
        check("account", "status", "status IN ('open', 'frozen', 'closed')"),
        check("account", "floor", f"floor BETWEEN -{LARGEST} AND 0"),
        check("account", "ceiling", f"ceiling BETWEEN 0 AND {LARGEST}"),
        check("account", "balance", f"balance BETWEEN -{LARGEST} AND {LARGEST}"),
        postgresql_with={"fillfactor": "50"},
        **STRICT,
    )


def create_entries_and_postings() -> None:
    op.create_table(
        "entry",
        key("community_id"),
        key("id"),
        text("kind"),
        big("booked_at"),
        sa.Column("occurred_on", DAY, nullable=False),
        big("actor"),
        digest("memo_digest", null=True),
        text("request_key"),
        digest("fingerprint"),
        big("reverses", null=True),
        big("legs"),
        primary("entry"),
        sa.UniqueConstraint(
            "community_id", "actor", "request_key",
            name=op.f("uq_entry_community_id_actor_request_key"),
        ),
        check("entry", "kind", "kind IN ('trade', 'reversal', 'history')"),
        check("entry", "reverses", "(kind = 'reversal') = (reverses IS NOT NULL)"),
        check("entry", "legs", "legs >= 2"),
        **STRICT,
    )  # fmt: skip
    op.create_index(
        "uq_entry_reverses",
        "entry",
        ["community_id", "reverses"],
        unique=True,
        sqlite_where=sa.text("reverses IS NOT NULL"),
        postgresql_where=sa.text("reverses IS NOT NULL"),
    )
    op.create_table(
        "posting",
        key("community_id"),
        key("account"),
        key("seq"),
        big("entry_id"),
        big("amount"),
        big("balance"),
        primary("posting"),
        foreign(
            "posting",
            ["community_id", "entry_id"],
            ["entry.community_id", "entry.id"],
            deferrable=True,
            initially="DEFERRED",
        ),
        foreign(
            "posting",
            ["community_id", "account"],
            ["account.community_id", "account.number"],
        ),
        check("posting", "amount", "amount <> 0"),
        check("posting", "seq", "seq > 0"),
        **STRICT,
    )
    # The whole posting is in the index: SQLite's planner, which has no statistics here,
    # passes over a narrower one for the community's whole primary key.
    op.create_index(
        "ix_posting_of_entry",
        "posting",
        ["community_id", "entry_id", "account", "seq", "amount", "balance"],
    )


def create_changes_and_seals() -> None:
    account = ["account.community_id", "account.number"]
    op.create_table(
        "account_change",
        key("community_id"),
        key("account"),
        key("number"),
        big("changed_at"),
        big("floor"),
        big("ceiling", null=True),
        big("limit_version"),
        text("status"),
        text("authority"),
        primary("account_change"),
        foreign("account_change", ["community_id", "account"], account),
        **STRICT,
    )
    op.create_table(
        "attestation",
        key("community_id"),
        key("number"),
        big("attested_at"),
        text("about"),
        digest("digest"),
        primary("attestation"),
        foreign("attestation", ["community_id"], ["book.community_id"]),
        **STRICT,
    )
    op.create_table(
        "seal",
        key("community_id"),
        key("number"),
        digest("root"),
        digest("previous"),
        big("leaves"),
        big("sealed_at"),
        primary("seal"),
        foreign("seal", ["community_id"], ["book.community_id"]),
        **STRICT,
    )
    op.create_table(
        "sealed",
        key("community_id"),
        key("seal"),
        key("place"),
        text("kind"),
        big("account"),
        big("number"),
        digest("digest"),
        primary("sealed"),
        foreign("sealed", ["community_id", "seal"], ["seal.community_id", "seal.number"]),
        sa.UniqueConstraint(
            "community_id", "kind", "account", "number",
            name=op.f("uq_sealed_community_id_kind_account_number"),
        ),
        check("sealed", "kind", "kind IN ('entry', 'change', 'attestation')"),
        **STRICT,
    )  # fmt: skip
    op.create_table(
        "seal_mark",
        key("community_id"),
        key("account"),
        big("seq"),
        sa.PrimaryKeyConstraint("community_id", "account", name=op.f("pk_seal_mark")),
        foreign("seal_mark", ["community_id", "account"], account),
        **STRICT,
    )


def defend_on_sqlite() -> None:
    """Nothing is changed, deleted or replaced; an entry's row closes it and checks its sum.

    REPLACE deletes without a DELETE trigger unless recursive triggers are on, so
    each table refuses a row whose key is taken before any conflict clause acts.
    """
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} BEGIN"
                f" SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    op.execute(
        "CREATE TRIGGER account_no_delete BEFORE DELETE ON account BEGIN"
        " SELECT RAISE(ABORT, 'an account is never deleted'); END"
    )
    for table, own in KEYS.items():
        for number, columns in enumerate([own, *OTHER_KEYS.get(table, [])], start=1):
            same = " AND ".join(f"{column} = NEW.{column}" for column in columns)
            op.execute(
                f"CREATE TRIGGER {table}_no_replace_{number} BEFORE INSERT ON {table}"
                f" WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) BEGIN"
                f" SELECT RAISE(ABORT, '{table} has this {columns[-1]}'); END"
            )
    op.execute(
        "CREATE TRIGGER account_keeps_its_place BEFORE UPDATE OF community_id, number, kind"
        " ON account BEGIN SELECT RAISE(ABORT, 'an account keeps its number and kind'); END"
    )
    op.execute(
        "CREATE TRIGGER posting_of_open_entry BEFORE INSERT ON posting WHEN EXISTS (SELECT 1"
        " FROM entry WHERE community_id = NEW.community_id AND id = NEW.entry_id) BEGIN"
        " SELECT RAISE(ABORT, 'the entry is closed'); END"
    )
    op.execute(
        "CREATE TRIGGER entry_is_whole BEFORE INSERT ON entry WHEN (SELECT count(*) <> NEW.legs"
        " OR count(*) < 2 OR sum(amount) <> 0 FROM posting"
        " WHERE community_id = NEW.community_id AND entry_id = NEW.id) BEGIN"
        " SELECT RAISE(ABORT, 'an entry has two or more postings that sum to zero'); END"
    )


def defend_reversals_on_sqlite() -> None:
    """In place of a foreign key, which would look for children at every new entry."""
    op.execute(
        "CREATE TRIGGER entry_reverses_another BEFORE INSERT ON entry WHEN NEW.reverses IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM entry WHERE community_id = NEW.community_id"
        " AND id = NEW.reverses) BEGIN SELECT RAISE(ABORT, 'no such entry to reverse'); END"
    )


def defend_on_postgresql() -> None:
    """Statement-level triggers: even no row at all may be updated, deleted or truncated."""
    op.execute("CREATE SEQUENCE entry_id")
    op.execute(
        """
        CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
        END $$
        """
    )
    op.execute(
        """
        CREATE FUNCTION entries_are_whole() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (
                SELECT 1 FROM fresh
                LEFT JOIN entry ON entry.community_id = fresh.community_id
                               AND entry.id = fresh.entry_id
                CROSS JOIN LATERAL (
                    SELECT count(*) AS legs, sum(amount) AS total FROM posting
                    WHERE posting.community_id = fresh.community_id
                      AND posting.entry_id = fresh.entry_id
                ) AS found
                WHERE entry.legs IS DISTINCT FROM found.legs OR total IS DISTINCT FROM 0
            ) THEN
                RAISE EXCEPTION 'an entry has two or more postings that sum to zero'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        """
        CREATE FUNCTION entries_have_postings() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (
                SELECT 1 FROM fresh WHERE NOT EXISTS (
                    SELECT 1 FROM posting WHERE posting.community_id = fresh.community_id
                                            AND posting.entry_id = fresh.id
                ) OR reverses IS NOT NULL AND NOT EXISTS (
                    SELECT 1 FROM entry WHERE entry.community_id = fresh.community_id
                                          AND entry.id = fresh.reverses
                )
            ) THEN
                RAISE EXCEPTION 'an entry has postings, and reverses one that exists'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        END $$
        """
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()"
        )
    op.execute(
        "CREATE TRIGGER account_never_deleted BEFORE DELETE OR TRUNCATE ON account"
        " FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()"
    )
    op.execute(
        "CREATE TRIGGER account_keeps_its_place BEFORE UPDATE OF community_id, number, kind"
        " ON account FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()"
    )
    op.execute(
        "CREATE TRIGGER posting_is_whole AFTER INSERT ON posting REFERENCING NEW TABLE AS fresh"
        " FOR EACH STATEMENT EXECUTE FUNCTION entries_are_whole()"
    )
    op.execute(
        "CREATE TRIGGER entry_has_postings AFTER INSERT ON entry REFERENCING NEW TABLE AS fresh"
        " FOR EACH STATEMENT EXECUTE FUNCTION entries_have_postings()"
    )
    grant_on_postgresql()


def grant_on_postgresql() -> None:
    """The service's role reads and appends; what moves on an account is named by column."""
    op.execute(
        "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'simpul_service')"
        " THEN CREATE ROLE simpul_service NOLOGIN; END IF; END $$"
    )
    op.execute(
        "ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO simpul_service"
    )
    op.execute("ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO simpul_service")
    op.execute("GRANT USAGE ON SCHEMA public TO simpul_service")
    op.execute("GRANT USAGE ON SEQUENCE entry_id TO simpul_service")
    op.execute(f"GRANT SELECT, INSERT ON {', '.join(TABLES)} TO simpul_service")
    # Locking the row of a book takes this right; its trigger refuses the update itself.
    op.execute("GRANT UPDATE (opened_at) ON book TO simpul_service")
    op.execute("GRANT UPDATE (seq) ON seal_mark TO simpul_service")
    op.execute(
        "GRANT UPDATE (balance, floor, ceiling, last_seq, not_before, limit_version, status)"
        " ON account TO simpul_service"
    )
