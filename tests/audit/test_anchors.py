"""What only the file outside the database can know: a cut chain, a rewritten history."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from ledger.journal.service import seal_all
from ledger.persistence.engine import begin_writing
from tests.bookkeeping import Bookkeeper, audited, proven
from tests.databases import Databases, connected


@pytest.fixture
def anchors(tmp_path: Path) -> Path:
    """An anchor file that is not there yet, in a folder that is not there yet."""
    return tmp_path / "outside" / "anchors"


@pytest.fixture
def books(engine) -> Bookkeeper:
    """A community with a trade in its books."""
    books = Bookkeeper(engine).with_accounts(1, 2)
    books.pay(1, 2, 10)
    return books


def lines(anchors: Path) -> list[dict[str, object]]:
    """What the file says."""
    return [json.loads(line) for line in anchors.read_text().splitlines()]


def test_each_seal_is_one_line(books: Bookkeeper, anchors: Path) -> None:
    assert books.anchor(anchors) == 1
    assert books.anchor(anchors) == 0
    books.later(minutes=1).pay(2, 1, 5)
    assert books.anchor(anchors) == 1

    (totals,) = proven(books.engine, anchors)
    assert totals.unanchored == 0
    first, second = lines(anchors)
    assert (first["community"], first["number"]) == (1, 1)
    assert second == {
        "community": 1,
        "number": 2,
        "hash": totals.head.hex() if totals.head else None,
        "sealed_at": books.now.isoformat(),
    }


def test_every_community_is_sealed(books: Bookkeeper, anchors: Path) -> None:
    Bookkeeper(books.engine, community=2).with_accounts(1)
    assert books.anchor(anchors) == 2
    assert [line["community"] for line in lines(anchors)] == [1, 2]
    proven(books.engine, anchors)


def test_lines_missing_after_a_crash_are_written_by_the_next(
    books: Bookkeeper, anchors: Path
) -> None:
    books.anchor(anchors)
    books.pay(2, 1, 5)
    books.seal()  # the crash came before the file was written
    with anchors.open("a") as file:
        file.write('{"community":1,"num')  # … or in the midst of it
    assert proven(books.engine, anchors)[0].unanchored == 1
    books.anchor(anchors)
    assert [line["number"] for line in lines(anchors)] == [1, 2]
    assert proven(books.engine, anchors)[0].unanchored == 0


def test_sealers_at_the_same_time_write_each_line_once(books: Bookkeeper, anchors: Path) -> None:
    def run() -> None:
        for _ in range(5):
            seal_all(books.engine, anchors, books.now)

    sealers = [threading.Thread(target=run) for _ in range(4)]
    for sealer in sealers:
        sealer.start()
    for _ in range(20):
        books.pay(1, 2, 1)
        books.pay(2, 1, 1)
    for sealer in sealers:
        sealer.join()
    books.anchor(anchors)
    numbers = [line["number"] for line in lines(anchors)]
    assert numbers == list(range(1, len(numbers) + 1))
    (totals,) = proven(books.engine, anchors)
    assert (totals.waiting, totals.unanchored) == (0, 0)


def test_a_cut_chain_is_found(books: Bookkeeper, owner_engine, anchors: Path) -> None:
    """The newest seal is taken away with its leaves and marks, as if it never was."""
    books.anchor(anchors)
    books.attest(b"\x01" * 32)
    books.anchor(anchors)
    with begin_writing(owner_engine) as connection:
        without_triggers(connection, "sealed", "seal", "attestation")
        connection.execute(text("DELETE FROM sealed WHERE seal = 2"))
        connection.execute(text("DELETE FROM seal WHERE number = 2"))
        connection.execute(text("DELETE FROM attestation"))

    assert audited(books.engine).wrong is None
    wrong = audited(books.engine, anchors).wrong
    assert wrong is not None
    assert (wrong.table, wrong.key) == ("seal", "community 1, number 2")


def without_triggers(connection, *tables: str) -> None:
    """What the owner of the tables can do."""
    for table in tables:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        else:
            connection.execute(text(f"DROP TRIGGER {table}_no_delete"))


def test_a_rewritten_history_is_found(
    books: Bookkeeper, anchors: Path, databases: Databases
) -> None:
    """Other books, made by the same rules and sealed as well, in the place of the first."""
    books.anchor(anchors)
    with databases.fresh("sqlite") as database, connected(database.url) as engine:
        forged = Bookkeeper(engine).with_accounts(1, 2)
        forged.pay(1, 2, 11)
        forged.seal()
        assert audited(engine).wrong is None
        wrong = audited(engine, anchors).wrong
    assert wrong is not None
    assert str(wrong) == (
        "seal (community 1, number 1): the anchor file knows another seal of this number"
    )


def test_a_vanished_community_is_found(
    books: Bookkeeper, anchors: Path, databases: Databases
) -> None:
    books.anchor(anchors)
    with databases.fresh("sqlite") as database, connected(database.url) as engine:
        wrong = audited(engine, anchors).wrong
    assert wrong is not None
    assert wrong.table == "book"


@pytest.mark.parametrize(
    "line", ["hello", "{}", '{"community":1,"number":7,"hash":"00"}', '{"community":1}']
)
def test_a_line_that_no_sealer_wrote_is_found(books: Bookkeeper, anchors: Path, line: str) -> None:
    books.anchor(anchors)
    with anchors.open("a") as file:
        file.write(f"{line}\n")
    wrong = audited(books.engine, anchors).wrong
    assert wrong is not None
    assert (wrong.table, wrong.key) == ("anchor file", "line 2")
