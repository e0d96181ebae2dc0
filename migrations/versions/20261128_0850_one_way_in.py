"""One way in on PostgreSQL: a function of definer's rights posts an entry of two postings.

It judges before it writes and runs as `simpul_books`, a role that nobody signs in as and
that may do nothing else. Whatever anybody else writes is judged afterwards, as it was. The
triggers name the schema: a temporary table of the same name would come first.
"""

from alembic import op

revision = "20261128_0850_one_way_in"
down_revision = "20261128_0830_acceptance"
branch_labels = None
depends_on = None

LARGEST = 10**15
CHECKS = {
    "entry": {
        "kind": "kind IN ('trade', 'reversal', 'history', 'decision', 'contribution')",
        "reverses": "(kind = 'reversal') = (reverses IS NOT NULL)",
        "legs": "legs >= 2",
    },
    "posting": {"amount": "amount <> 0", "seq": "seq > 0"},
}
"""PostgreSQL reads them from their text at every statement: 30 µs a posting."""

EXEMPT = """
            IF current_user = 'simpul_books' THEN
                RETURN NULL;
            END IF;"""


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(entries_are_whole(EXEMPT, CHECKS["posting"]))
    op.execute(entries_have_postings(EXEMPT, CHECKS["entry"]))
    for table, rules in CHECKS.items():
        for name in rules:
            op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_{name}")
    appoint_simpul_books()
    op.execute(POST_ENTRY)
    op.execute(f"REVOKE ALL ON FUNCTION post_entry({ASKED}) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION post_entry({ASKED}) TO simpul_service")
    op.execute("GRANT CREATE ON SCHEMA public TO simpul_books")
    op.execute(f"ALTER FUNCTION post_entry({ASKED}) OWNER TO simpul_books")
    op.execute("REVOKE CREATE ON SCHEMA public FROM simpul_books")


def downgrade() -> None:
    """The role stays: other databases of the server may have it too."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(f"DROP FUNCTION post_entry({ASKED})")
    for what in ("TABLE account, entry, posting", "SEQUENCE entry_id", "SCHEMA public"):
        op.execute(f"REVOKE ALL ON {what} FROM simpul_books")
    for table, rules in CHECKS.items():
        for name, rule in rules.items():
            op.execute(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_{name} CHECK ({rule})")
    op.execute(entries_are_whole("", {}))
    op.execute(entries_have_postings("", {}))


def appoint_simpul_books() -> None:
    """Make the role; the owner joins it, or could not hand it the function."""
    op.execute(
        """
        DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'simpul_books') THEN
                CREATE ROLE simpul_books NOLOGIN;
            END IF;
            IF NOT pg_has_role(current_user, 'simpul_books', 'USAGE') THEN
                EXECUTE format('GRANT simpul_books TO %I', current_user);
            END IF;
        END $$
        """
    )
    op.execute("GRANT USAGE ON SCHEMA public TO simpul_books")
    op.execute("GRANT USAGE ON SEQUENCE entry_id TO simpul_books")
    op.execute("GRANT SELECT ON account TO simpul_books")
    op.execute("GRANT UPDATE (balance, last_seq, not_before) ON account TO simpul_books")
    op.execute(
        "GRANT SELECT (id, community_id, actor, request_key), INSERT ON entry TO simpul_books"
    )
    op.execute("GRANT INSERT ON posting TO simpul_books")


def entries_are_whole(exempt: str, checks: dict[str, str]) -> str:
    """The function that judges new postings at the end of their statement."""
    nonsense = "".join(f" OR NOT (fresh.{rule})" for rule in checks.values())
    return f"""
        CREATE OR REPLACE FUNCTION entries_are_whole() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN{exempt}
            IF EXISTS (
                SELECT FROM fresh
                LEFT JOIN public.entry ON entry.community_id = fresh.community_id
                                      AND entry.id = fresh.entry_id
                CROSS JOIN LATERAL (
                    SELECT count(*) AS legs, sum(amount) AS total FROM public.posting
                    WHERE posting.community_id = fresh.community_id
                      AND posting.entry_id = fresh.entry_id
                ) AS found
                WHERE entry.legs IS DISTINCT FROM found.legs OR total IS DISTINCT FROM 0{nonsense}
                   OR NOT EXISTS (
                       SELECT FROM public.account
                       WHERE account.community_id = fresh.community_id
                         AND account.number = fresh.account
                   )
            ) THEN
                RAISE EXCEPTION 'an entry has two or more postings that sum to zero'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        END $$
        """


def entries_have_postings(exempt: str, checks: dict[str, str]) -> str:
    """The function that judges new entries at the end of their statement."""
    nonsense = "".join(f" OR NOT ({rule})" for rule in checks.values())
    return f"""
        CREATE OR REPLACE FUNCTION entries_have_postings() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN{exempt}
            IF EXISTS (
                SELECT FROM fresh WHERE NOT EXISTS (
                    SELECT FROM public.posting WHERE posting.community_id = fresh.community_id
                                                 AND posting.entry_id = fresh.id
                ) OR reverses IS NOT NULL AND NOT EXISTS (
                    SELECT FROM public.entry WHERE entry.community_id = fresh.community_id
                                               AND entry.id = fresh.reverses
                ){nonsense}
            ) THEN
                RAISE EXCEPTION 'an entry has a kind and postings, and reverses one that exists'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        END $$
        """


ASKED = "bigint, bigint, bigint, bigint, bigint, text, date, bigint, bytea, text, bytea"

POST_ENTRY = f"""
    CREATE FUNCTION post_entry(
        of_community bigint, low bigint, high bigint, gain bigint, earliest bigint, of_kind text,
        on_day date, by_actor bigint, memo bytea, key text, print bytea
    ) RETURNS bigint[] LANGUAGE plpgsql SECURITY DEFINER AS $$
    DECLARE
        l record;
        h record;
        l_after bigint;
        h_after bigint;
        may boolean;
        at bigint;
        fresh bigint;
    BEGIN
        IF low >= high OR gain = 0 OR of_kind NOT IN ('trade', 'decision', 'contribution') THEN
            RETURN NULL;
        END IF;
        SELECT balance, floor, ceiling, last_seq, not_before, status INTO l FROM public.account
            WHERE community_id = of_community AND number = low FOR NO KEY UPDATE;
        SELECT balance, floor, ceiling, last_seq, not_before, status INTO h FROM public.account
            WHERE community_id = of_community AND number = high FOR NO KEY UPDATE;
        l_after := l.balance + gain;
        h_after := h.balance - gain;
        IF gain < 0 THEN
            may := l.status = 'open' AND l_after >= l.floor
                AND h.status <> 'closed' AND h_after <= coalesce(h.ceiling, {LARGEST});
        ELSE
            may := h.status = 'open' AND h_after >= h.floor
                AND l.status <> 'closed' AND l_after <= coalesce(l.ceiling, {LARGEST});
        END IF;
        IF may IS NOT TRUE THEN
            RETURN NULL;
        END IF;
        at := greatest(earliest, l.not_before, h.not_before);
        INSERT INTO public.entry (community_id, id, kind, booked_at, occurred_on, actor,
                                  memo_digest, request_key, fingerprint, reverses, legs)
            VALUES (of_community, nextval('public.entry_id'), of_kind, at, on_day, by_actor,
                    memo, key, print, NULL, 2)
            ON CONFLICT (community_id, actor, request_key) DO NOTHING RETURNING id INTO fresh;
        IF fresh IS NULL THEN
            RETURN NULL;
        END IF;
        INSERT INTO public.posting (community_id, account, seq, entry_id, amount, balance)
            VALUES (of_community, low, l.last_seq + 1, fresh, gain, l_after),
                   (of_community, high, h.last_seq + 1, fresh, -gain, h_after);
        UPDATE public.account
            SET balance = CASE number WHEN low THEN l_after ELSE h_after END,
                last_seq = last_seq + 1, not_before = at
            WHERE community_id = of_community AND number IN (low, high);
        RETURN ARRAY[fresh, at, l.last_seq + 1, l_after, h.last_seq + 1, h_after];
    END $$
"""
"""Lock in number order, judge, write the entry, lay its postings, move the accounts.

`gain` is what `low` receives and `high` sends, negative the other way. The answer is the
entry's id and instant and each account's new seq and balance; NULL when a rule says no,
an account is missing or the request key is on record: somebody else then says why. The
judgement is `rules.entries.ensure_may_post`; a property test holds the two together.
"""
