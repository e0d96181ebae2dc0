"""`flask audit` and `flask seal`, as the operator meets them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, text

from ledger.audit.commands import audit_command
from ledger.journal.commands import seal_command
from ledger.persistence.engine import begin_writing
from tests.bookkeeping import MORNING, Bookkeeper


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the day is on which the tests are run."""
    monkeypatch.setattr("ledger.kernel.clock.now", lambda: MORNING)


@pytest.fixture
def books(engine: Engine) -> Bookkeeper:
    """Two communities, of which the first has trades."""
    Bookkeeper(engine, community=2).with_accounts(1)
    books = Bookkeeper(engine).with_accounts(1, 2)
    books.pay(1, 2, 10)
    return books


def test_sound_books_exit_with_0_and_the_totals(books: Bookkeeper, tmp_path: Path) -> None:
    anchors = tmp_path / "anchors"
    sealing = CliRunner().invoke(seal_command(books.engine, anchors))
    assert (sealing.exit_code, sealing.output[:13]) == (0, "2 seals made;")

    result = CliRunner().invoke(audit_command(books.engine, anchors))
    assert result.exit_code == 0
    assert "community 1: 2 accounts, 1 entries, 2 postings, sum 0, 1 seals, 0 waiting" in (
        result.output
    )
    assert anchors.read_text().split('"hash":"')[1][:64] in result.output
    assert "not in the anchor file" not in result.output


def test_one_community_by_itself(books: Bookkeeper, tmp_path: Path) -> None:
    audit = audit_command(books.engine, tmp_path / "anchors")
    result = CliRunner().invoke(audit, ["--community", "2", "--progress"])
    assert result.exit_code == 0
    assert "community 2: 1 accounts" in result.output
    assert "community 1:" not in result.output
    assert CliRunner().invoke(audit, ["--community", "XX"]).exit_code == 2


def test_wrong_books_exit_with_1_and_the_name(
    books: Bookkeeper, owner_engine: Engine, tmp_path: Path
) -> None:
    with begin_writing(owner_engine) as connection:
        if connection.dialect.name == "postgresql":  # as its owner can
            connection.execute(text("ALTER TABLE account DISABLE TRIGGER USER"))
        connection.execute(text("UPDATE account SET balance = 11 WHERE community_id = 1"))
    result = CliRunner().invoke(audit_command(books.engine, tmp_path / "anchors"))
    assert result.exit_code == 1
    assert "WRONG  account (community 1, number 1): balance is 11, its postings say -10" in (
        result.output
    )


def test_books_ahead_of_the_clock_are_wrong(
    books: Bookkeeper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.kernel.clock.now", lambda: MORNING - timedelta(days=2))
    result = CliRunner().invoke(audit_command(books.engine, tmp_path / "anchors"))
    assert result.exit_code == 1
    assert "WRONG  account (community 1, number 1): it books in the future" in result.output
