"""The bar of a person with several cells stays with the one they acted for last."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ledger.kernel import clock
from ledger.members.queries import Acting
from ledger.members.service import let_act_for
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.web.runtime import EXTENSION
from tests.communities import ACommunity, a_cell, a_community
from tests.databases import Databases
from tests.pages import an_app, browser

GOT = re.compile(r'<nav class="ways ways-phone".*?href="([^"]+)/history"', re.DOTALL)


@pytest.fixture
def app(databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    with databases.fresh("sqlite") as database, an_app(database, tmp_path) as app:
        yield app


@pytest.fixture
def home(app: Flask) -> ACommunity:
    return a_community(app.extensions[EXTENSION].engine, clock.now(), "SB")


def bar_of(client: FlaskClient, address: str) -> str | None:
    """The cell whose bar the page shows."""
    found = GOT.search(client.get(address).text)
    return found[1] if found else None


def act_for(home: ACommunity, cell: Acting, person: int, kind: str = "holder") -> None:
    in_unit_of_work(
        home.engine,
        lambda db: let_act_for(db, home.view.id, cell.account, person, kind, home.now),
    )


def test_the_bar_stays_with_the_cell_last_acted_for(app: Flask, home: ACommunity) -> None:
    one, two = home.enrol(a_cell("Satu"), 1), home.enrol(a_cell("Dua"), 2)
    act_for(home, two, one.person_id)
    client = browser(app, home, one)
    assert bar_of(client, "/me") == "/c/SB/SB001"
    client.get("/c/SB/SB002/")
    for address in ("/me", "/verify", "/c/SB/", "/c/SB/closings", "/c/SB/proposals"):
        assert bar_of(client, address) == "/c/SB/SB002", address


def test_a_receipt_has_the_bar_of_the_side_one_acts_for(app: Flask, home: ACommunity) -> None:
    one, two = home.enrol(a_cell("Satu"), 1), home.enrol(a_cell("Dua"), 2)
    other = home.enrol(a_cell("Tiga"), 3)
    act_for(home, two, one.person_id)
    receipt = home.pay(two, other, 5).token
    client = browser(app, home, one)
    assert bar_of(client, f"/r/{receipt}") == "/c/SB/SB002"


def test_the_bar_is_of_the_community_of_the_page(app: Flask, home: ACommunity) -> None:
    abroad = a_community(home.engine, home.now, "XX")
    one, far = home.enrol(a_cell("Satu"), 1), abroad.enrol(a_cell("Jauh"), 1)
    act_for(abroad, far, one.person_id)
    client = browser(app, home, one)
    assert bar_of(client, "/me") is None, "which of the two cells would it be?"
    client.get("/c/XX/XX001/")
    assert bar_of(client, "/c/SB/closings") == "/c/SB/SB001"
    assert bar_of(client, "/c/XX/closings") == "/c/XX/XX001"
    assert bar_of(client, "/me") == "/c/XX/XX001"


def test_who_only_looks_finds_nothing_to_record(app: Flask, home: ACommunity) -> None:
    one, viewer = home.enrol(a_cell("Satu"), 1), home.a_person()
    act_for(home, one, viewer, "viewer")
    client = browser(app, home, viewer)
    assert bar_of(client, "/me") == "/c/SB/SB001"
    assert "/c/SB/SB001/got" not in client.get("/me").text
