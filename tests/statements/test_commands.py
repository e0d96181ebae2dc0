"""`flask statements`: closed once, proven, written out and verified; words that go with a cell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app import create_app
from config import Settings
from ledger.kernel import clock
from ledger.persistence.engine import begin_writing
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.statements.rules.months import month_at
from ledger.statements.service import job_handlers
from ledger.web.runtime import EXTENSION
from tests.communities import ACommunity, a_cell, a_community
from tests.databases import Database, connected
from tests.statements.closing import closed_all, stated

UNDEFENDED = {
    "sqlite": "DROP TRIGGER closing_line_no_update",
    "postgresql": "ALTER TABLE closing_line DISABLE TRIGGER USER",
}


@pytest.fixture
def app(database: Database, tmp_path: Path) -> Iterator[Flask]:
    app = create_app(
        Settings.from_environment(
            {
                "SIMPUL_ENVIRONMENT": "test",
                "SIMPUL_DATABASE_URL": database.url,
                "SIMPUL_VAR": str(tmp_path),
            }
        )
    )
    yield app
    app.extensions[EXTENSION].engine.dispose()


@pytest.fixture
def community(app: Flask) -> ACommunity:
    """A trade in a month that is over."""
    began = clock.now() - timedelta(days=40)
    made = a_community(app.extensions[EXTENSION].engine, began)
    dewi, budi = (made.enrol(a_cell(name).with_limit(100)) for name in ("Setia", "Rukun"))
    made.pay(dewi, budi, 5, "Jamu")
    return made


def test_from_closing_to_verifying(app: Flask, community: ACommunity, tmp_path: Path) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        result = app.test_cli_runner().invoke(args=["statements", *arguments])
        return result.exit_code, result.output

    month = str(month_at(community.now, community.view.zone))
    code, said = run("close")
    assert code == 0
    assert not said.startswith("0 ")
    assert run("close", "--community", "SB") == (0, "0 months closed.\n")
    assert run("prove", "--community", "SB", "--month", month) == (
        0,
        "2 statements say what the books say.\n",
    )
    roots, file = tmp_path / "roots.json", tmp_path / "file.json"
    roots.write_text(run("roots", "--community", "SB")[1])
    file.write_text(run("file", "--community", "SB", "--account", "1", "--month", month)[1])
    code, said = run("verify", str(file), "--roots", str(roots))
    assert (code, said.split(":")[0]) == (0, f"SB001-{month}")
    file.write_text(file.read_text().replace("Jamu", "Jami"))
    assert run("verify", str(file), "--roots", str(roots))[0] == 1
    assert run("file", "--community", "SB", "--account", "9", "--month", month)[0] == 1
    assert run("close", "--community", "ZZ")[0] == 1
    assert run("prove", "--community", "SB", "--month", "2026-13")[0] == 2


def test_what_a_closing_says_wrong_is_found(
    app: Flask, community: ACommunity, database: Database
) -> None:
    """Whoever owns the database changes what no posting says."""
    later = community.later(days=40)
    closed_all(later)
    with (
        connected(database.owner_url) as owner,
        begin_writing(owner) as connection,
    ):
        connection.execute(text(UNDEFENDED[database.kind]))
        connection.execute(text("UPDATE closing_line SET incoming = 3 WHERE account = 2"))
    result = app.test_cli_runner().invoke(args=["statements", "prove", "--community", "SB"])
    assert result.exit_code == 1
    assert "account 2" in result.output


def test_a_cell_that_leaves_takes_its_frozen_name_along(community: ACommunity) -> None:
    later = community.later(days=40)
    closed_all(later)
    month = month_at(community.now, community.view.zone)
    left = {"community": community.view.id, "cell": 2, "erase": True}
    handler = job_handlers()["cell_left"]
    in_unit_of_work(community.engine, lambda s: handler(s, left, later.now))

    said = stated(later, 1, month)
    assert said.name_of(2) == ""
    assert said.name_of(1) == "Setia"
    assert said.is_genuine
