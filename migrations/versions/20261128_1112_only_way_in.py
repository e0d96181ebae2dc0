"""The only way in on PostgreSQL: functions of `simpul_books` write entries and move balances.

Nobody else does: the service has no right to, and triggers stop the owner's own hand, at the
statement's beginning. To judge what was written, at its end, cost each posting more, for
PostgreSQL collects the new rows even for those it lets pass. On both databases an account
begins at zero.
"""

from alembic import op

revision = "20261128_1112_only_way_in"
down_revision = "20261128_1056_acceptance_stays"
branch_labels = None
depends_on = None

LARGEST = 10**15
JUDGED = {"entry": "entry_has_postings", "posting": "posting_is_whole"}
"""The triggers that judged, and went."""

GUARDED = {
    "entry": "INSERT ON entry",
    "posting": "INSERT ON posting",
    "account": "UPDATE OF balance, last_seq ON account",
}
BEGINS_ELSEWHERE = "NEW.balance <> 0 OR NEW.last_seq <> 0"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER account_begins_at_zero BEFORE INSERT ON account"
            f" WHEN {BEGINS_ELSEWHERE} BEGIN"
            f" SELECT RAISE(ABORT, 'an account begins at zero'); END"
        )
        return
    for table, trigger in JUDGED.items():
        op.execute(f"DROP TRIGGER {trigger} ON {table}")
    op.execute("DROP FUNCTION entries_are_whole, entries_have_postings")
    op.execute("ALTER TABLE account DROP CONSTRAINT ck_account_balance")
    op.execute(
        f"CREATE TRIGGER account_begins_at_zero BEFORE INSERT ON account"
        f" FOR EACH ROW WHEN ({BEGINS_ELSEWHERE}) EXECUTE FUNCTION account_makes_no_sense()"
    )
    op.execute(BOOKS_ONLY)
    for table, what in GUARDED.items():
        op.execute(
            f"CREATE TRIGGER {table}_by_the_books BEFORE {what}"
            " FOR EACH STATEMENT EXECUTE FUNCTION written_by_the_books()"
        )
    op.execute("REVOKE INSERT ON entry, posting FROM simpul_service")
    op.execute("REVOKE UPDATE (balance, last_seq) ON account FROM simpul_service")
    op.execute(POST_ENTRIES)
    op.execute("GRANT CREATE ON SCHEMA public TO simpul_books")
    op.execute(f"ALTER FUNCTION post_entries({ASKED}) OWNER TO simpul_books")
    op.execute("REVOKE CREATE ON SCHEMA public FROM simpul_books")
    op.execute(f"REVOKE ALL ON FUNCTION post_entries({ASKED}) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION post_entries({ASKED}) TO simpul_service")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER account_begins_at_zero")
        return
    op.execute(f"DROP FUNCTION post_entries({ASKED})")
    for table in GUARDED:
        op.execute(f"DROP TRIGGER {table}_by_the_books ON {table}")
    op.execute("DROP FUNCTION written_by_the_books")
    op.execute("DROP TRIGGER account_begins_at_zero ON account")
    op.execute(
        f"ALTER TABLE account ADD CONSTRAINT ck_account_balance"
        f" CHECK (balance BETWEEN -{LARGEST} AND {LARGEST})"
    )
    op.execute("GRANT INSERT ON entry, posting TO simpul_service")
    op.execute("GRANT UPDATE (balance, last_seq) ON account TO simpul_service")
    op.execute(ENTRIES_ARE_WHOLE)
    op.execute(ENTRIES_HAVE_POSTINGS)
    for table, trigger in JUDGED.items():
        function = "entries_are_whole" if table == "posting" else "entries_have_postings"
        op.execute(
            f"CREATE TRIGGER {trigger} AFTER INSERT ON {table} REFERENCING NEW TABLE AS fresh"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
        )


BOOKS_ONLY = """
    CREATE FUNCTION written_by_the_books() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF current_user = session_user THEN
            RAISE EXCEPTION '% is written by post_entry and post_entries alone', TG_TABLE_NAME
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NULL;
    END $$
"""
"""Whoever signed in writes by no right but that of a function.

That of `simpul_books`; or of the owner, where a dump was restored that may not give it away.
"""

ASKED = (
    "bigint, bigint[], text[], bigint[], date[], bigint[], bytea[], text[], bytea[], bigint[],"
    " bigint[], bigint[], bigint[]"
)

POST_ENTRIES = f"""
    CREATE FUNCTION post_entries(
        of_community bigint,
        ids bigint[], kinds text[], instants bigint[], days date[], actors bigint[],
        memos bytea[], keys text[], prints bytea[], undone bigint[],
        entries bigint[], accounts bigint[], amounts bigint[]
    ) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
    DECLARE
        legs bigint[] := '{{}}';
        booked bigint[] := '{{}}';
        line int := 1;
        first int;
        total bigint;
        rows bigint;
        moved bigint;
    BEGIN
        FOR head IN 1 .. cardinality(ids) LOOP
            first := line;
            total := 0;
            WHILE entries[line] = ids[head] LOOP
                IF amounts[line] = 0 THEN
                    RAISE EXCEPTION 'a posting moves something' USING ERRCODE = 'check_violation';
                END IF;
                total := total + amounts[line];
                booked := booked || instants[head];
                line := line + 1;
            END LOOP;
            IF total IS DISTINCT FROM 0 OR line - first < 2 THEN
                RAISE EXCEPTION 'an entry has two or more postings that sum to zero'
                    USING ERRCODE = 'check_violation';
            END IF;
            IF (kinds[head] IN ('trade', 'reversal', 'history', 'decision', 'contribution')
                AND (kinds[head] = 'reversal') = (undone[head] IS NOT NULL)) IS NOT TRUE
            THEN
                RAISE EXCEPTION 'an entry has a kind, and a reversal reverses'
                    USING ERRCODE = 'check_violation';
            END IF;
            legs := legs || (line - first)::bigint;
        END LOOP;
        INSERT INTO public.entry (community_id, id, kind, booked_at, occurred_on, actor,
                                  memo_digest, request_key, fingerprint, reverses, legs)
            SELECT of_community, asked.*
            FROM unnest(ids, kinds, instants, days, actors, memos, keys, prints, undone, legs)
                 AS asked;
        IF EXISTS (
            SELECT FROM unnest(undone) AS reversed
            WHERE reversed IS NOT NULL AND NOT EXISTS (
                SELECT FROM public.entry WHERE community_id = of_community AND id = reversed
            )
        ) THEN
            RAISE EXCEPTION 'no such entry to reverse' USING ERRCODE = 'check_violation';
        END IF;
        INSERT INTO public.posting (community_id, account, seq, entry_id, amount, balance)
            SELECT of_community, number,
                   last_seq + row_number() OVER along, entry, amount,
                   balance + sum(amount) OVER along
            FROM unnest(entries, accounts, amounts) WITH ORDINALITY
                 AS asked (entry, account, amount, place)
            JOIN public.account ON community_id = of_community AND number = account
            WINDOW along AS (PARTITION BY number ORDER BY place);
        GET DIAGNOSTICS rows = ROW_COUNT;
        UPDATE public.account
            SET balance = balance + gain, last_seq = last_seq + postings,
                not_before = greatest(not_before, at)
            FROM (
                SELECT account, sum(amount) AS gain, count(*) AS postings, max(instant) AS at
                FROM unnest(accounts, amounts, booked) AS asked (account, amount, instant)
                GROUP BY account
            ) AS asked
            WHERE community_id = of_community AND number = asked.account
              AND balance + gain BETWEEN -{LARGEST} AND {LARGEST};
        GET DIAGNOSTICS moved = ROW_COUNT;
        IF line <= cardinality(entries) OR rows <> cardinality(entries)
           OR moved <> (SELECT count(DISTINCT account) FROM unnest(accounts) AS account)
        THEN
            RAISE EXCEPTION 'a posting is of an entry and an account, and moves it within bounds'
                USING ERRCODE = 'check_violation';
        END IF;
    END $$
"""
"""Write entries and their postings, and move the accounts, which the caller has locked.

`entries`, `accounts` and `amounts` are the postings, in the order of `ids`. Seq and balance
of each follow from the accounts. Limits are judged by the caller.
"""

ENTRIES_ARE_WHOLE = """
    CREATE OR REPLACE FUNCTION entries_are_whole() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF current_user = 'simpul_books' THEN
            RETURN NULL;
        END IF;
        IF EXISTS (
            SELECT FROM fresh
            LEFT JOIN public.entry ON entry.community_id = fresh.community_id
                                  AND entry.id = fresh.entry_id
            CROSS JOIN LATERAL (
                SELECT count(*) AS legs, sum(amount) AS total FROM public.posting
                WHERE posting.community_id = fresh.community_id
                  AND posting.entry_id = fresh.entry_id
            ) AS found
            WHERE entry.legs IS DISTINCT FROM found.legs OR total IS DISTINCT FROM 0
               OR fresh.amount = 0 OR fresh.seq <= 0
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
"""As it stood before: it judged new postings at the end of their statement."""

ENTRIES_HAVE_POSTINGS = """
    CREATE OR REPLACE FUNCTION entries_have_postings() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF current_user = 'simpul_books' THEN
            RETURN NULL;
        END IF;
        IF EXISTS (
            SELECT FROM fresh WHERE NOT EXISTS (
                SELECT FROM public.posting WHERE posting.community_id = fresh.community_id
                                             AND posting.entry_id = fresh.id
            ) OR reverses IS NOT NULL AND NOT EXISTS (
                SELECT FROM public.entry WHERE entry.community_id = fresh.community_id
                                           AND entry.id = fresh.reverses
            ) OR kind NOT IN ('trade', 'reversal', 'history', 'decision', 'contribution')
              OR (kind = 'reversal') <> (reverses IS NOT NULL) OR legs < 2
        ) THEN
            RAISE EXCEPTION 'an entry has a kind and postings, and reverses one that exists'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
"""
"""As it stood before, for new entries."""
