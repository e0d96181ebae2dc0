"""A prepared statement below the driver keeps to the driver's transaction and errors."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine

from ledger.persistence.prepared import run_prepared
from ledger.persistence.unit_of_work import in_unit_of_work

pytestmark = pytest.mark.postgresql

DIVIDE = b"SELECT 10 / $1::bigint AS share, NULL::text"


@pytest.fixture
def driver(postgres_engine: Engine) -> Iterator[psycopg.Connection]:
    """A bare connection of the driver, in no transaction."""
    url = postgres_engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        yield connection


def status(driver: psycopg.Connection) -> TransactionStatus:
    """Where the driver believes its transaction to be."""
    return driver.info.transaction_status


def test_the_first_statement_begins_the_drivers_transaction(driver: psycopg.Connection) -> None:
    assert run_prepared(driver, b"divide", DIVIDE, [5]) == [(b"2", None)]
    assert status(driver) == TransactionStatus.INTRANS
    assert driver.execute("SELECT 1").fetchone() == (1,)
    assert run_prepared(driver, b"divide", DIVIDE, [2]) == [(b"5", None)]
    driver.commit()
    assert status(driver) == TransactionStatus.IDLE


def test_what_it_writes_is_rolled_back_with_the_transaction(driver: psycopg.Connection) -> None:
    insert = b"INSERT INTO book (community_id, opened_at) VALUES ($1::bigint, 0) RETURNING 1"
    assert run_prepared(driver, b"open_book", insert, [9]) == [(b"1",)]
    driver.rollback()
    assert driver.execute("SELECT count(*) FROM book").fetchone() == (0,)


@pytest.mark.parametrize("begun", [False, True])
def test_an_error_is_the_drivers_and_leaves_the_connection_usable(
    driver: psycopg.Connection, begun: bool
) -> None:
    if begun:
        driver.execute("SELECT 1")
    with pytest.raises(psycopg.errors.DivisionByZero) as failure:
        run_prepared(driver, b"divide", DIVIDE, [0])
    assert failure.value.sqlstate == "22012"
    assert status(driver) == TransactionStatus.INERROR
    driver.rollback()
    assert run_prepared(driver, b"divide", DIVIDE, [1]) == [(b"10", None)]


def test_a_server_that_went_away_is_an_operational_error(driver: psycopg.Connection) -> None:
    leave = b"SELECT pg_terminate_backend(pg_backend_pid())"
    for _ in range(2):
        with pytest.raises(psycopg.OperationalError):
            run_prepared(driver, b"leave", leave, [])


def test_a_wait_that_is_broken_off_leaves_no_connection_behind(
    postgres_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the server answered is unknown, so nobody may read it as the answer to more."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    def work(session) -> None:
        run_prepared(session.bind.connection.driver_connection, b"divide", DIVIDE, [5])

    monkeypatch.setattr("ledger.persistence.prepared._wait_for", interrupt)
    with pytest.raises(KeyboardInterrupt):
        in_unit_of_work(postgres_engine, work)
    monkeypatch.undo()
    in_unit_of_work(postgres_engine, work)


def test_more_than_a_socket_takes_at_once_arrives(driver: psycopg.Connection) -> None:
    long = "ibu jamu " * 1_000_000
    ((found,),) = run_prepared(driver, b"echo", b"SELECT $1::text", [long])
    assert found == long.encode()


def test_a_statement_is_prepared_again_after_the_driver_dropped_it(
    postgres_engine: Engine,
) -> None:
    """At a rollback the driver deallocates every statement, ours with its own."""
    with postgres_engine.connect() as connection:
        driver = connection.connection.driver_connection
        for _ in range(2):
            driver.execute("SELECT 1", prepare=True)
            assert run_prepared(driver, b"divide", DIVIDE, [5]) == [(b"2", None)]
            with connection.begin_nested() as savepoint:
                savepoint.rollback()
            assert run_prepared(driver, b"divide", DIVIDE, [5]) == [(b"2", None)]
            connection.rollback()


@pytest.mark.parametrize(
    "value",
    [
        "it's",
        "'); DROP TABLE entry; --",
        "C:\\",
        "\\'",
        "$1",
        "\n\t",
        "ibu jamu 🌿",
        "",
        b"\x00'\\",
        -7,
    ],
)
def test_a_value_comes_back_as_it_went(
    driver: psycopg.Connection, value: str | bytes | int
) -> None:
    kind = {str: b"text", bytes: b"bytea", int: b"bigint"}[type(value)]
    ((found,),) = run_prepared(driver, b"echo_" + kind, b"SELECT $1::" + kind, [value])
    written = found.decode() if isinstance(value, str) else found
    if isinstance(value, bytes):
        written = bytes.fromhex(found.decode().removeprefix("\\x"))
    assert (int(written) if isinstance(value, int) else written) == value


def test_a_text_is_never_cut_at_a_nul(driver: psycopg.Connection) -> None:
    with pytest.raises(psycopg.DataError, match="NUL"):
        run_prepared(driver, b"echo", b"SELECT $1::text", ["whole\0cut"])


def test_waiting_for_a_lock_lets_the_other_threads_work(postgres_engine: Engine) -> None:
    """The holder of the lock is a thread of this very process: it must get on to free it."""
    lock, held, seen = b"SELECT pg_advisory_xact_lock(7)::text", threading.Event(), []

    def hold(session) -> None:
        session.connection().exec_driver_sql(lock.decode())
        held.set()
        deadline = time.monotonic() + 20
        while not is_waited_for(postgres_engine) and time.monotonic() < deadline:
            time.sleep(0.01)
        seen.append(is_waited_for(postgres_engine))

    def take(session) -> None:
        run_prepared(session.connection().connection.driver_connection, b"lock", lock, [])

    holder = threading.Thread(target=in_unit_of_work, args=(postgres_engine, hold))
    holder.start()
    assert held.wait(10)
    in_unit_of_work(postgres_engine, take)
    holder.join(30)
    assert seen == [True]


def is_waited_for(engine: Engine) -> bool:
    """Whether anybody waits for an advisory lock."""
    waiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    with engine.connect() as connection:
        return connection.exec_driver_sql(waiting).first() is not None
