"""A connection is kept with its session between units of work, and never keeps anybody out."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger.kernel.errors import Away
from ledger.persistence.desks import _REST
from ledger.persistence.engine import make_engine, pool_of
from ledger.persistence.unit_of_work import in_unit_of_work
from tests.databases import Database


def driver_of(session: Session) -> object:
    """The driver's connection under the session."""
    return session.connection().connection.driver_connection


def test_units_of_work_in_a_row_share_a_connection(engine: Engine) -> None:
    first, second = (in_unit_of_work(engine, driver_of) for _ in range(2))
    assert first is second


def test_nothing_of_one_unit_is_left_in_the_session_of_the_next(engine: Engine) -> None:
    in_unit_of_work(engine, lambda session: session.execute(text("SELECT 1")))
    assert in_unit_of_work(engine, lambda session: session.in_transaction()) is False


def test_an_error_gives_the_connection_up_and_rolls_back(engine: Engine) -> None:
    def fail(session: Session) -> None:
        session.execute(text("INSERT INTO book (community_id, opened_at) VALUES (9, 0)"))
        raise LookupError

    with pytest.raises(LookupError):
        in_unit_of_work(engine, fail)
    assert pool_of(engine).checkedout() == 0
    found = in_unit_of_work(engine, lambda s: s.scalar(text("SELECT count(*) FROM book")))
    assert found == 0


@pytest.mark.parametrize("begun", [False, True])
def test_what_the_driver_wrote_is_committed_whether_or_not_the_session_was_used(
    engine: Engine, begun: bool
) -> None:
    def write(session: Session) -> None:
        driver = session.bind.connection.driver_connection  # type: ignore[union-attr]
        driver.execute("INSERT INTO book (community_id, opened_at) VALUES (9, 0)")
        if begun:
            session.begin()

    in_unit_of_work(engine, write)
    with engine.connect() as other:
        assert other.scalar(text("SELECT count(*) FROM book")) == 1


@pytest.mark.parametrize("first", ["driver", "session"])
@pytest.mark.parametrize(("fails", "found"), [(True, 0), (False, 2)])
def test_the_session_and_the_driver_share_one_transaction(
    engine: Engine, first: str, fails: bool, found: int
) -> None:
    def write(session: Session) -> None:
        insert = "INSERT INTO book (community_id, opened_at) VALUES ({}, 0)"
        driver = session.bind.connection.driver_connection  # type: ignore[union-attr]
        ways = [driver.execute, lambda statement: session.execute(text(statement))]
        for number, way in enumerate(ways if first == "driver" else ways[::-1]):
            way(insert.format(number + 1))
        if fails:
            raise LookupError

    with suppress(LookupError):
        in_unit_of_work(engine, write)
    with engine.connect() as other:
        assert other.scalar(text("SELECT count(*) FROM book")) == found


def test_more_threads_than_connections_all_have_their_turn(database: Database) -> None:
    engine = make_engine(database.url, pool_size=2)
    together = threading.Barrier(2)

    def read(_number: int) -> int:
        return in_unit_of_work(engine, lambda s: s.scalar(text("SELECT 1")), write=False)

    def read_at_once(session: Session) -> int:
        together.wait(10)
        return session.scalar(text("SELECT 1"))

    with ThreadPoolExecutor(8) as threads:
        both = [
            threads.submit(in_unit_of_work, engine, read_at_once, write=False) for _ in range(2)
        ]
        assert [each.result(20) for each in both] == [1, 1]
        assert list(threads.map(read, range(40), timeout=20)) == [1] * 40
    with engine.connect() as connection:  # one was left for whoever wants no desk
        assert connection.scalar(text("SELECT 1")) == 1
    engine.dispose()


def test_disposing_of_an_engine_closes_the_kept_connections(database: Database) -> None:
    engine = make_engine(database.url)
    kept = in_unit_of_work(engine, driver_of)
    engine.dispose()
    if isinstance(kept, psycopg.Connection):
        assert kept.closed
    assert in_unit_of_work(engine, driver_of) is not kept
    engine.dispose()


@pytest.mark.postgresql
def test_a_connection_that_died_while_it_rested_is_replaced(postgres_engine: Engine) -> None:
    kept = in_unit_of_work(postgres_engine, driver_of)
    assert isinstance(kept, psycopg.Connection)
    with postgres_engine.connect() as other:
        other.execute(
            text("SELECT pg_terminate_backend(CAST(:pid AS int))"), {"pid": kept.info.backend_pid}
        )
    for desk in pool_of(postgres_engine)._free:
        desk.left_at -= _REST
    assert in_unit_of_work(postgres_engine, lambda s: s.scalar(text("SELECT 1"))) == 1


@pytest.mark.postgresql
def test_what_failed_unseen_is_never_said_to_be_committed(postgres_engine: Engine) -> None:
    """PostgreSQL answers such a COMMIT with ROLLBACK and no error."""

    def swallow(session: Session) -> None:
        session.execute(text("INSERT INTO book (community_id, opened_at) VALUES (9, 0)"))
        with pytest.raises(psycopg.errors.DivisionByZero):
            driver_of(session).execute("SELECT 1 / 0")  # type: ignore[attr-defined]

    with pytest.raises(DBAPIError, match="nothing is committed"):
        in_unit_of_work(postgres_engine, swallow)


def lose(engine: Engine, session: Session) -> None:
    """End the session's connection at the server, as a restart or a failover does."""
    driver = session.bind.connection.driver_connection  # type: ignore[union-attr]
    kill = text("SELECT pg_terminate_backend(CAST(:pid AS int), 5000)")
    with engine.connect() as other:
        assert other.scalar(kill, {"pid": driver.info.backend_pid})


def by_the_driver(session: Session) -> int:
    """As the journal asks."""
    return session.bind.connection.driver_connection.execute("SELECT 1").fetchone()[0]  # type: ignore[union-attr]


def by_the_session(session: Session) -> int:
    """As every room asks."""
    return session.scalar(text("SELECT 1"))


@pytest.mark.postgresql
@pytest.mark.parametrize("ask", [by_the_driver, by_the_session])
def test_work_whose_connection_is_lost_before_the_commit_is_done_on_another(
    postgres_engine: Engine, ask: Callable[[Session], int]
) -> None:
    tries = []

    def work(session: Session) -> int:
        session.execute(text("INSERT INTO book (community_id, opened_at) VALUES (9, 0)"))
        tries.append(session)
        if len(tries) == 1:
            lose(postgres_engine, session)
        return ask(session)

    assert in_unit_of_work(postgres_engine, work) == 1
    assert len(tries) == 2
    assert pool_of(postgres_engine).checkedout() == 1  # the desk that is kept
    found = in_unit_of_work(postgres_engine, lambda s: s.scalar(text("SELECT count(*) FROM book")))
    assert found == 1


@pytest.mark.postgresql
@pytest.mark.parametrize("used", [False, True])
def test_work_whose_commit_may_have_come_through_is_not_done_again(
    postgres_engine: Engine, used: bool
) -> None:
    tries = []

    def work(session: Session) -> None:
        (by_the_session if used else by_the_driver)(session)
        tries.append(session)
        lose(postgres_engine, session)

    with pytest.raises((DBAPIError, psycopg.Error), match="server closed the connection"):
        in_unit_of_work(postgres_engine, work)
    assert len(tries) == 1
    assert pool_of(postgres_engine).checkedout() == 0


@pytest.mark.postgresql
def test_connections_that_are_lost_five_times_mean_that_it_is_away(postgres_engine: Engine) -> None:
    tries = []

    def work(session: Session) -> None:
        tries.append(session)
        lose(postgres_engine, session)
        by_the_driver(session)

    with pytest.raises(Away) as failure:
        in_unit_of_work(postgres_engine, work)
    assert isinstance(failure.value.__cause__, psycopg.OperationalError)
    assert len(tries) == 5


@pytest.mark.postgresql
def test_a_restart_of_the_server_fails_nobody_who_comes_after(postgres_engine: Engine) -> None:
    """Each desk that was kept had lost its connection: each would have failed somebody."""
    together = threading.Barrier(4)

    def meet(session: Session) -> int:
        together.wait(10)
        return driver_of(session).info.backend_pid  # type: ignore[attr-defined]

    with ThreadPoolExecutor(4) as threads:
        backends = list(threads.map(lambda _: in_unit_of_work(postgres_engine, meet), range(4)))
    assert len(pool_of(postgres_engine)._free) == 4
    with postgres_engine.connect() as other:
        kill = text("SELECT pg_terminate_backend(CAST(pid AS int), 5000) FROM unnest(:pids) AS pid")
        assert other.scalars(kill, {"pids": backends}).all() == [True] * 4
    assert [in_unit_of_work(postgres_engine, by_the_driver) for _ in range(6)] == [1] * 6
