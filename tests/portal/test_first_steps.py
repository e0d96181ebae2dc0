"""A young community is shown what it does first, as far as the reader may do it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from ledger.kernel import clock
from ledger.members.service import grant_role
from ledger.persistence.unit_of_work import in_unit_of_work
from tests.communities import ACommunity, a_cell, a_community
from tests.databases import Database
from tests.pages import an_app, browser


@pytest.fixture
def app(
    database: Database, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    monkeypatch.setattr(clock, "now", lambda: now)
    with an_app(database, tmp_path) as app:
        yield app


def serving(home: ACommunity, role: str) -> int:
    person, community = home.a_person(), home.view.id
    in_unit_of_work(
        home.engine, lambda s: grant_role(s, community, person, role, "founding", home.now)
    )
    return person


def test_those_who_serve_see_the_first_steps_until_the_first_trade(
    app: Flask, engine: Engine, now: datetime
) -> None:
    home = a_community(engine, now)
    steward, coordinator = serving(home, "steward"), serving(home, "coordinator")
    seen = {one: browser(app, home, person) for one, person in (("s", steward), ("c", coordinator))}
    page = seen["s"].get("/c/SB/").text
    assert "First steps" in page
    assert "/c/SB/roles/new?role=coordinator" in page
    assert "/c/SB/enrol" not in page
    assert "/c/SB/enrol" in seen["c"].get("/c/SB/").text

    one, two = home.enrol(a_cell()), home.enrol(a_cell())
    assert "First steps" not in browser(app, home, one).get("/c/SB/").text
    serving(home, "coordinator")
    page = seen["s"].get("/c/SB/").text
    assert page.count("is-done") == 3
    assert "roles/new" not in page
    home.pay(one, two, 1)
    assert "First steps" not in seen["s"].get("/c/SB/").text
