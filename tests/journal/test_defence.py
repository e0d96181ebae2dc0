"""The database defends the books itself: every way around is tried and refused."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from ledger.kernel.amounts import LARGEST
from ledger.persistence.engine import begin_writing, make_engine
from tests.bookkeeping import Bookkeeper, proven
from tests.databases import connected

APPEND_ONLY = ["book", "entry", "posting", "account_change", "attestation", "seal", "sealed"]
TABLES = [*APPEND_ONLY, "account"]

ENTRY = (
    "entry (community_id, id, kind, booked_at, occurred_on, actor, memo_digest, request_key,"
    " fingerprint, reverses, legs)"
)
POSTING = "posting (community_id, account, seq, entry_id, amount, balance)"
NOTHING = "0" * 64


@pytest.fixture
def books(engine: Engine) -> Bookkeeper:
    """Three cells and a fund of rows: something in every table."""
    books = Bookkeeper(engine).with_accounts(1, 2, 3)
    trade = books.pay(1, 2, 40)
    books.pay(2, 3, 10)
    books.reverse(trade.entry_id)
    books.attest(b"\x07" * 32)
    books.seal()
    return books


def attempt(engine: Engine, *statements: str) -> None:
    """Run `statements` in one writing transaction and commit it."""
    with begin_writing(engine) as connection:
        for statement in statements:
            connection.execute(text(statement))


def refused(engine: Engine, *statements: str) -> str:
    """Run `statements` in one transaction, which must fail; return the reason."""
    with pytest.raises(DBAPIError) as failure:
        attempt(engine, *statements)
    return str(failure.value.orig)


def columns(engine: Engine, table: str) -> list[str]:
    """The names of a table's columns."""
    with engine.connect() as connection:
        return list(connection.execute(text(f"SELECT * FROM {table} LIMIT 0")).keys())


def an_entry(number: int, *, legs: int = 2) -> str:
    """A statement that writes the bare row of an entry."""
    digest = f"x'{NOTHING}'"
    return (
        f"INSERT INTO {ENTRY} VALUES (1, {number}, 'trade', 5, '2026-11-23', 1, NULL,"
        f" 'key-{number}', {digest}, NULL, {legs})"
    )


def postings(number: int, *lines: tuple[int, int, int]) -> str:
    """A statement that writes postings as account, seq and amount."""
    values = ", ".join(
        f"(1, {account}, {seq}, {number}, {amount}, 0)" for account, seq, amount in lines
    )
    return f"INSERT INTO {POSTING} VALUES {values}"


def written(engine: Engine, number: int, *lines: tuple[int, int, int]) -> list[str]:
    """The statements for an entry, as the engine's journal writes them."""
    if engine.dialect.name == "sqlite":
        return [postings(number, *lines), an_entry(number, legs=len(lines))]
    return [by_the_function(number, *((number, account, amount) for account, _, amount in lines))]


def by_the_function(number: int, *lines: tuple[int, int, int]) -> str:
    """PostgreSQL's statement for an entry; its postings as entry, account and amount."""
    columns = list(zip(*lines, strict=True)) or [()] * 3
    entries, accounts, amounts = (f"ARRAY{list(column)}::bigint[]" for column in columns)
    return (
        f"SELECT post_entries(1, ARRAY[{number}]::bigint[], ARRAY['trade'], ARRAY[5]::bigint[],"
        f" ARRAY['2026-11-23']::date[], ARRAY[1]::bigint[], ARRAY[NULL]::bytea[],"
        f" ARRAY['key-{number}'], ARRAY[decode('{NOTHING}', 'hex')],"
        f" ARRAY[NULL]::bigint[], {entries}, {accounts}, {amounts})"
    )


@pytest.mark.parametrize("table", TABLES)
def test_no_row_is_deleted(books: Bookkeeper, table: str) -> None:
    refused(books.engine, f"DELETE FROM {table}")
    proven(books.engine)


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_no_row_is_changed(books: Bookkeeper, table: str) -> None:
    for column in columns(books.engine, table):
        refused(books.engine, f"UPDATE {table} SET {column} = {column}")
    proven(books.engine)


@pytest.mark.parametrize("column", ["community_id", "number", "kind"])
def test_an_account_keeps_its_place(books: Bookkeeper, column: str) -> None:
    value = "'fund'" if column == "kind" else "99"
    refused(books.engine, f"UPDATE account SET {column} = {value} WHERE number = 3")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "verb", ["INSERT", "INSERT OR REPLACE", "INSERT OR IGNORE", "REPLACE", "upsert"]
)
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_sqlite_replaces_no_row(
    sqlite_engine: Engine, table: str, verb: str, recursive: str
) -> None:
    books = Bookkeeper(sqlite_engine).with_accounts(1, 2)
    trade = books.pay(1, 2, 40)
    books.reverse(trade.entry_id)
    books.attest(b"\x07" * 32)
    books.seal()
    first = columns(sqlite_engine, table)[-1]
    clause = f"ON CONFLICT DO UPDATE SET {first} = 0" if verb == "upsert" else ""
    verb = "INSERT" if verb == "upsert" else verb
    before = counted(sqlite_engine, table)
    with sqlite_engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql(f"PRAGMA recursive_triggers = {recursive}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        with pytest.raises(DBAPIError):
            connection.execute(
                text(f"{verb} INTO {table} SELECT * FROM {table} WHERE true {clause}")
            )
        connection.invalidate()
    assert counted(sqlite_engine, table) == before
    proven(sqlite_engine)


@pytest.mark.parametrize("key", ["request_key", "reverses"])
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_sqlite_replaces_no_entry_by_another_key(
    sqlite_engine: Engine, key: str, recursive: str
) -> None:
    books = Bookkeeper(sqlite_engine).with_accounts(1, 2)
    trade = books.pay(1, 2, 40, request_key="the-only-key-0001")
    books.reverse(trade.entry_id)
    stolen = {
        "request_key": "'trade', 5, '2026-11-23', 7001, NULL, 'the-only-key-0001', {d}, NULL, 2",
        "reverses": "'reversal', 5, '2026-11-23', 1, NULL, 'fresh-key', {d}, 1, 2",
    }[key].format(d=f"x'{NOTHING}'")
    with sqlite_engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql(f"PRAGMA recursive_triggers = {recursive}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        connection.exec_driver_sql(postings(9, (1, 3, -5), (2, 3, 5)))
        with pytest.raises(DBAPIError, match=f"entry has this {key}"):
            connection.exec_driver_sql(f"INSERT OR REPLACE INTO {ENTRY} VALUES (1, 9, {stolen})")
        connection.invalidate()
    proven(sqlite_engine)


def counted(engine: Engine, table: str) -> int:
    """How many rows `table` has."""
    with engine.connect() as connection:
        return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


@pytest.mark.parametrize(
    "lines", [[(1, 3, -5), (2, 4, 4)], [(1, 3, -5)], [(1, 3, -5), (2, 4, 3), (3, 2, 3)]]
)
def test_no_entry_is_written_that_is_not_whole(
    books: Bookkeeper, lines: list[tuple[int, int, int]]
) -> None:
    refused(books.engine, *written(books.engine, 9, *lines))
    proven(books.engine)


def test_a_whole_entry_is_written_so_that_the_refusals_mean_something(books: Bookkeeper) -> None:
    attempt(books.engine, *written(books.engine, 9, (1, 3, -5), (2, 4, 5)))


@pytest.mark.parametrize(("count", "legs"), [(2, 3), (3, 2), (2, 1)])
def test_sqlite_writes_no_entry_that_miscounts_its_postings(
    sqlite_engine: Engine, count: int, legs: int
) -> None:
    Bookkeeper(sqlite_engine).with_accounts(1, 2, 3)
    lines = [(1, 1, -5), (2, 1, 5 if count == 2 else 3), (3, 1, 2)][:count]
    refused(sqlite_engine, postings(9, *lines), an_entry(9, legs=legs))
    proven(sqlite_engine)


def test_no_entry_is_written_without_postings(books: Bookkeeper) -> None:
    sqlite = books.engine.dialect.name == "sqlite"
    refused(books.engine, an_entry(9) if sqlite else by_the_function(9))


def test_postings_without_an_entry_are_refused_at_commit(books: Bookkeeper) -> None:
    if books.engine.dialect.name == "sqlite":
        refused(books.engine, postings(9, (1, 3, -5), (2, 4, 5)))
        return
    mine, nobodys = [(9, 1, -5), (9, 2, 5)], [(8, 1, -5), (8, 2, 5)]
    for lines in (nobodys, mine + nobodys, nobodys + mine):
        refused(books.engine, by_the_function(9, *lines))
    proven(books.engine)


@pytest.mark.parametrize("lines", [[(1, 3, -5)], [(1, 3, -5), (2, 4, 5)], [(3, 2, -5), (2, 4, 5)]])
def test_no_posting_is_added_to_an_old_entry(
    books: Bookkeeper, lines: list[tuple[int, int, int]]
) -> None:
    if books.engine.dialect.name == "sqlite":
        refused(books.engine, postings(1, *lines))
    else:
        refused(books.engine, *written(books.engine, 1, *lines))
    proven(books.engine)


NONSENSE = {
    "number": "0",
    "kind": "'bank'",
    "status": "'lost'",
    "floor": "1",
    "ceiling": "-1",
    "balance": "1000000000000001",
}
SENSE = {"number": "8", "kind": "'cell'", "status": "'open'", "floor": "0", "ceiling": "NULL"}


@pytest.mark.parametrize(
    "bounds",
    [
        *[f"{name} = {NONSENSE[name]}" for name in ["status", "floor", "ceiling", "balance"]],
        "floor = -1000000000000001",
        "ceiling = 1000000000000001",
        "balance = -1000000000000001",
    ],
)
def test_no_account_leaves_the_bounds_of_sense(books: Bookkeeper, bounds: str) -> None:
    assert "account" in refused(books.engine, f"UPDATE account SET {bounds} WHERE number = 1")
    proven(books.engine)


@pytest.mark.parametrize("column", NONSENSE)
def test_no_account_is_opened_outside_the_bounds_of_sense(books: Bookkeeper, column: str) -> None:
    def opening(**values: str) -> str:
        moving = {"balance": "0", "last_seq": "0", "not_before": "0", "limit_version": "1"}
        row = {"community_id": "1"} | SENSE | moving | values
        return f"INSERT INTO account ({', '.join(row)}) VALUES ({', '.join(row.values())})"

    assert "account" in refused(books.engine, opening(**{column: NONSENSE[column]}))
    for elsewhere in ({"balance": "1"}, {"balance": "-1"}, {"last_seq": "1"}):
        assert "account" in refused(books.engine, opening(**elsewhere))
    attempt(books.engine, opening())


def test_no_posting_is_written_for_an_account_that_does_not_exist(books: Bookkeeper) -> None:
    refused(books.engine, *written(books.engine, 9, (1, 3, -5), (77, 1, 5)))
    proven(books.engine)


@pytest.mark.postgresql
@pytest.mark.parametrize("table", TABLES)
def test_postgresql_gives_the_service_no_way_around(postgres_engine: Engine, table: str) -> None:
    Bookkeeper(postgres_engine).with_accounts(1)
    for statement in [
        f"TRUNCATE {table} CASCADE",
        f"DELETE FROM {table}",
        f"ALTER TABLE {table} DISABLE TRIGGER ALL",
        f"DROP TABLE {table} CASCADE",
        f"ALTER TABLE {table} OWNER TO CURRENT_USER",
        f"ALTER TABLE {table} ADD COLUMN more bigint",
        f"CREATE TRIGGER mine BEFORE INSERT ON {table} EXECUTE FUNCTION journal_is_append_only()",
        f"CREATE RULE mine AS ON INSERT TO {table} DO INSTEAD NOTHING",
        "SET session_replication_role = 'replica'",
        "DROP FUNCTION written_by_the_books() CASCADE",
        "CREATE OR REPLACE FUNCTION written_by_the_books() RETURNS trigger LANGUAGE sql AS 'mine'",
        "ALTER SEQUENCE entry_id RESTART",
        "SELECT setval('entry_id', 1)",
    ]:
        assert any(
            reason in refused(postgres_engine, statement)
            for reason in ["permission denied", "must be owner", "append-only"]
        ), statement


@pytest.mark.postgresql
def test_the_service_does_not_become_the_role_that_posts(postgres_engine: Engine) -> None:
    assert "permission denied" in refused(postgres_engine, "SET ROLE simpul_books")
    assert "permission denied" in refused(postgres_engine, "SET SESSION AUTHORIZATION simpul_books")


@pytest.mark.postgresql
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_nobody_writes_entries_or_moves_balances_but_the_functions(
    engine: Engine, owner_engine: Engine
) -> None:
    """Neither the service, which has no right to, nor the owner, who has every right."""
    Bookkeeper(engine).with_accounts(1, 2, 3).pay(1, 2, 40)
    head, rows = an_entry(9), postings(9, (1, 2, -5), (2, 2, 5))
    head = head.replace(f"x'{NOTHING}'", f"decode('{NOTHING}', 'hex')")
    for statement in (
        f"WITH written AS ({head}) {rows}",
        head,
        rows,
        f"{rows} ON CONFLICT DO NOTHING",
        "INSERT INTO posting SELECT * FROM posting WHERE false",
        "UPDATE account SET balance = balance + 1",
        "UPDATE account SET last_seq = last_seq + 1 WHERE false",
    ):
        assert "permission denied" in refused(engine, statement)
        assert "by post_entry and post_entries alone" in refused(owner_engine, statement)
    proven(engine)


@pytest.mark.postgresql
@pytest.mark.parametrize("signed_in_as", ["simpul_owner", "postgres"])
@pytest.mark.parametrize("taken_on", ["simpul_owner", "simpul_books"])
def test_who_takes_on_another_role_writes_by_hand_all_the_same(
    postgres_engine: Engine, signed_in_as: str, taken_on: str
) -> None:
    """As operators do: they sign in as themselves, and then say who they are."""
    Bookkeeper(postgres_engine).with_accounts(1, 2).pay(1, 2, 40)
    url = postgres_engine.url.set(username=signed_in_as).render_as_string(hide_password=False)
    with connected(url) as hand:
        for statement in (
            postings(1, (1, 2, -5), (2, 2, 5)),
            "UPDATE account SET balance = balance + 1",
        ):
            why = refused(hand, f"SET LOCAL ROLE {taken_on}", statement)
            assert "by post_entry and post_entries alone" in why
    proven(postgres_engine)


@pytest.mark.postgresql
def test_a_service_that_takes_on_its_group_posts(postgres_engine: Engine) -> None:
    Bookkeeper(postgres_engine).with_accounts(1, 2)
    with postgres_engine.begin() as connection:
        connection.execute(text("SET LOCAL ROLE simpul_service"))
        right = POSTING_ENTRY.format(low=1, high=2, gain=5, kind="trade")
        assert connection.scalar(text(right)) is not None
        connection.execute(text(by_the_function(99, (99, 1, -5), (99, 2, 5))))
        connection.rollback()
    proven(postgres_engine)


@pytest.mark.postgresql
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_functions_that_a_restore_left_to_the_owner_post_and_keep_the_owner_out(
    engine: Engine, owner_engine: Engine
) -> None:
    """`pg_restore` may not hand them to a role that may create nothing."""
    books = Bookkeeper(engine).with_accounts(1, 2)
    with owner_engine.begin() as connection:
        names = "SELECT oid::regprocedure FROM pg_proc WHERE proname LIKE 'post_entr%'"
        for function in connection.execute(text(names)).scalars().all():
            connection.execute(text(f"ALTER FUNCTION {function} OWNER TO CURRENT_USER"))
    books.reverse(books.pay(1, 2, 40).entry_id)
    rows = postings(9, (1, 3, -5), (2, 3, 5))
    assert "permission denied" in refused(engine, rows)
    assert "by post_entry and post_entries alone" in refused(owner_engine, rows)
    proven(engine)


POSTING_ENTRY = (
    "SELECT post_entry(1, {low}, {high}, {gain}, 0, '{kind}', '2026-11-23', 7, NULL, 'a-key',"
    " decode('" + NOTHING + "', 'hex'))"
)


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "wrong",
    [
        {"low": 2, "high": 1},
        {"high": 1},
        {"high": 77},
        {"gain": 0},
        {"gain": 101},
        {"kind": "history"},
        {"kind": "reversal"},
        {"kind": "bank"},
    ],
)
def test_the_function_that_posts_judges_whatever_it_is_asked(
    postgres_engine: Engine, wrong: dict[str, object]
) -> None:
    Bookkeeper(postgres_engine).with_accounts(1, 2, floor=-100)
    right = {"low": 1, "high": 2, "gain": 100, "kind": "trade"}
    with postgres_engine.begin() as connection:
        assert connection.scalar(text(POSTING_ENTRY.format(**right | wrong))) is None
        assert connection.scalar(text("SELECT count(*) FROM entry")) == 0
        assert connection.scalar(text(POSTING_ENTRY.format(**right))) is not None
        connection.rollback()
    proven(postgres_engine)


@pytest.mark.postgresql
def test_temporary_tables_do_not_stand_in_for_the_books(postgres_engine: Engine) -> None:
    """The search path finds them first, for whoever leaves the schema out."""
    books = Bookkeeper(postgres_engine).with_accounts(1, 2)
    with postgres_engine.begin() as connection:
        for table in ("account", "entry", "posting"):
            connection.execute(text(f"CREATE TEMP TABLE {table} (LIKE public.{table})"))
        connection.execute(text("INSERT INTO account SELECT * FROM public.account"))
        right = POSTING_ENTRY.format(low=1, high=2, gain=5, kind="trade")
        assert connection.scalar(text(right)) is not None
        for table in ("entry", "posting"):
            assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0
        connection.rollback()
    with postgres_engine.begin() as connection:
        for table in ("account", "entry", "posting"):
            connection.execute(text(f"CREATE TEMP TABLE {table} (LIKE public.{table})"))
        connection.execute(text(by_the_function(99, (99, 1, -5), (99, 2, 5))))
        for table in ("entry", "posting"):
            assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0
        connection.rollback()
    proven(books.engine)


@pytest.mark.postgresql
def test_the_function_for_many_moves_no_account_beyond_what_is_counted(
    postgres_engine: Engine,
) -> None:
    Bookkeeper(postgres_engine).with_accounts(1, 2)
    whole = [
        by_the_function(number, (number, 1, -LARGEST), (number, 2, LARGEST)) for number in (1, 2)
    ]
    assert "within bounds" in refused(postgres_engine, *whole)
    proven(postgres_engine)


@pytest.mark.parametrize(
    ("before", "after"),
    [("'trade'", "'bank'"), ("'trade'", "'reversal'"), ("'trade'", "NULL"), ("NULL", "77")],
)
def test_no_entry_is_written_that_makes_no_sense(
    books: Bookkeeper, before: str, after: str
) -> None:
    whole = written(books.engine, 9, (1, 3, -5), (2, 4, 5))
    refused(books.engine, *(after.join(each.rsplit(before, 1)) for each in whole))
    proven(books.engine)


def test_no_entry_reverses_one_that_does_not_exist(books: Bookkeeper) -> None:
    *rest, last = written(books.engine, 9, (1, 3, -5), (2, 4, 5))
    last = "77".join(last.replace("'trade'", "'reversal'").rsplit("NULL", 1))
    assert "no such entry to reverse" in refused(books.engine, *rest, last)
    proven(books.engine)


@pytest.mark.parametrize("lines", [[(1, 3, 0), (2, 4, 0)], [(1, 3, -5), (2, 4, 5), (3, 2, 0)]])
def test_no_posting_is_written_that_moves_nothing(
    books: Bookkeeper, lines: list[tuple[int, int, int]]
) -> None:
    refused(books.engine, *written(books.engine, 9, *lines))
    proven(books.engine)


def test_sqlite_numbers_no_posting_zero(sqlite_engine: Engine) -> None:
    Bookkeeper(sqlite_engine).with_accounts(1, 2)
    refused(sqlite_engine, *written(sqlite_engine, 9, (1, 0, -5), (2, 1, 5)))
    proven(sqlite_engine)


def test_the_owner_is_stopped_too(owner_engine: Engine) -> None:
    Bookkeeper(owner_engine).with_accounts(1, 2).pay(1, 2, 5)
    for table in TABLES:
        if owner_engine.dialect.name == "postgresql":
            for attack in [f"TRUNCATE {table} CASCADE", f"DELETE FROM {table}"]:
                assert "append-only" in refused(owner_engine, attack)
    for table in ["book", "entry", "posting", "account_change"]:
        assert "append-only" in refused(
            owner_engine, f"UPDATE {table} SET community_id = community_id"
        )
    proven(owner_engine)


def test_sqlite_connections_are_as_they_must_be(sqlite_engine: Engine) -> None:
    """What the recipe promises is read back from a connection of the service."""
    with sqlite_engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ["journal_mode", "synchronous", "foreign_keys", "recursive_triggers"]
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
    }


def test_only_databases_with_a_defence_are_taken() -> None:
    with pytest.raises(ValueError, match="SQLite or PostgreSQL"):
        make_engine("mysql://localhost/simpul")
    assert sqlite3.sqlite_version_info >= (3, 37)  # STRICT
