"""`flask trades import`: three layouts, a dry run, and a complaint that names every line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from ledger.kernel import clock
from ledger.web.runtime import EXTENSION
from tests.communities import a_community
from tests.databases import Databases
from tests.pages import an_app
from tests.trades.moving import CYCLOS, rows


@pytest.fixture
def app(databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    """An application with one community and nobody in it."""
    with databases.fresh("sqlite") as database, an_app(database, tmp_path) as app:
        a_community(app.extensions[EXTENSION].engine, clock.now())
        yield app


def said(app: Flask, *words: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["trades", "import", "--community", "SB", *words])
    return result.exit_code, result.output


def test_each_layout_from_the_command_line(app: Flask, tmp_path: Path) -> None:
    users, transfers, cyclos = (tmp_path / f"{name}.csv" for name in ("u", "t", "c"))
    users.write_text("1,1/2/2015,Ana,,,,,,,\n2,1/2/2015,Pau,,,,,,,\n")
    transfers.write_text(
        "1,Member,2,Member,3600,2/3/2015,,\n0,Organization,1,Member,60,3/3/2015,,\n"
    )
    cyclos.write_text(CYCLOS + 'Budi,budi,geheim,,,"1,5",2,\n')
    engine = app.extensions[EXTENSION].engine
    before = rows(engine)
    hours = ("--layout", "timeoverflow", "--days", "dmy", str(users), str(transfers))

    code, text = said(app, *hours)
    assert (code, rows(engine)) == (1, before)
    assert "t.csv:2: 60 seconds do not come out even in a unit with 2 decimals." in text
    assert text.endswith("\n1 bad line; nothing was written.\n")
    assert text.startswith("Error: t.csv:2: ")

    code, text = said(app, "--dry-run", "--unit", "minute", *hours)
    assert (code, rows(engine)) == (0, before)
    assert "2 cells and 2 trades would be taken; 0 cells and 0 trades were here" in text

    code, text = said(app, "--unit", "minute", *hours)
    assert (code, "2 cells and 2 trades taken" in text) == (0, True)
    assert "Not kept: gender, birth_date, post_id." in text

    code, text = said(app, "--layout", "cyclos3", "--decimal", "comma", str(cyclos))
    assert code == 0
    assert text.startswith("1 cell and 1 trade taken; 0 cells and 0 trades were here already.\n")
    assert "1 cell with limits that nobody here has voted." in text
    assert "budi: SB003" in text
    assert "Kas saldo awal (SB900002): -1.50" in text


def test_what_does_not_fit_together_is_said(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "c.csv"
    file.write_text(CYCLOS)
    assert "simpul has a file of trades" in said(app, str(file))[1]
    assert (
        "cyclos3 has no file of trades" in said(app, "--layout", "cyclos3", str(file), str(file))[1]
    )
