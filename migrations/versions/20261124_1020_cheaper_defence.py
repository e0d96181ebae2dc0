"""The journal's defence on PostgreSQL at half its price, and with the same refusals.

The foreign keys of a posting asked four times what `entries_are_whole` can ask at
once; and PostgreSQL reads every CHECK of a table from its text at every statement,
so those that no posting can break are asked when their columns are written.
"""

from alembic import op

revision = "20261124_1020_cheaper_defence"
down_revision = "20261124_1010_trade_states"
branch_labels = None
depends_on = None

LARGEST = 10**15
FOREIGN_KEYS = {
    "fk_posting_community_id_entry_id": (
        "FOREIGN KEY (community_id, entry_id) REFERENCES entry (community_id, id)"
        " DEFERRABLE INITIALLY DEFERRED"
    ),
    "fk_posting_community_id_account": (
        "FOREIGN KEY (community_id, account) REFERENCES account (community_id, number)"
    ),
}
CHECKS = {
    "number": "number > 0",
    "kind": "kind IN ('cell', 'fund')",
    "status": "status IN ('open', 'frozen', 'closed')",
    "floor": f"floor BETWEEN -{LARGEST} AND 0",
    "ceiling": f"ceiling BETWEEN 0 AND {LARGEST}",
}
ACCOUNTS_EXIST = """
               OR NOT EXISTS (
                   SELECT FROM account WHERE account.community_id = fresh.community_id
                                         AND account.number = fresh.account
               )"""


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(entries_are_whole(ACCOUNTS_EXIST))
    for name in FOREIGN_KEYS:
        op.execute(f"ALTER TABLE posting DROP CONSTRAINT {name}")
    op.execute(
        """
        CREATE FUNCTION account_makes_no_sense() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'an account has a number, kind, status and limits that make sense'
                USING ERRCODE = 'check_violation';
        END $$
        """
    )
    for name in CHECKS:
        op.execute(f"ALTER TABLE account DROP CONSTRAINT ck_account_{name}")
    sense = " AND ".join(f"coalesce(NEW.{rule}, true)" for rule in CHECKS.values())
    op.execute(
        f"CREATE TRIGGER account_makes_sense BEFORE INSERT OR UPDATE OF {', '.join(CHECKS)}"
        f" ON account FOR EACH ROW WHEN (NOT ({sense}))"
        " EXECUTE FUNCTION account_makes_no_sense()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP TRIGGER account_makes_sense ON account")
    op.execute("DROP FUNCTION account_makes_no_sense")
    for name, rule in CHECKS.items():
        op.execute(f"ALTER TABLE account ADD CONSTRAINT ck_account_{name} CHECK ({rule})")
    for name, rule in FOREIGN_KEYS.items():
        op.execute(f"ALTER TABLE posting ADD CONSTRAINT {name} {rule}")
    op.execute(entries_are_whole(""))


def entries_are_whole(more: str) -> str:
    """The function that judges new postings at the end of their statement."""
    return f"""
        CREATE OR REPLACE FUNCTION entries_are_whole() RETURNS trigger LANGUAGE plpgsql AS $$
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
                WHERE entry.legs IS DISTINCT FROM found.legs OR total IS DISTINCT FROM 0{more}
            ) THEN
                RAISE EXCEPTION 'an entry has two or more postings that sum to zero'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        END $$
        """
