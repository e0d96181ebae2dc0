"""How much the page of earlier books takes, from whom, and what it says of too much."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ledger.kernel import clock
from ledger.kernel.identifiers import new_request_key
from ledger.members import service
from ledger.trades.pages import moving_in
from ledger.trades.service import intake_work
from ledger.trades.service.importing import Way
from ledger.web.runtime import EXTENSION
from tests.communities import a_community
from tests.databases import Databases
from tests.members.office import Office
from tests.pages import an_app, browser
from tests.trades.moving import (
    CYCLOS,
    SIMPUL_MEMBERS,
    SIMPUL_TRADES,
    files,
    received,
    rows,
    taken,
    upload,
)

KB = 1024


@pytest.fixture
def app(databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    with databases.fresh("sqlite") as database, an_app(database, tmp_path) as app:
        yield app


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(a_community(app.extensions[EXTENSION].engine, clock.now()), clock.now())


def sent(client: FlaskClient, kilobytes: int, address: str = "/c/SB/moving-in") -> TestResponse:
    """Upload a file of trades of about this size."""
    line = b"T1,2026-01-01,SB007,SB008,1.00," + b"x" * 900 + b",\n"
    content = SIMPUL_TRADES.encode() + line * (kilobytes * KB // len(line))
    form = {
        "layout": "simpul",
        "days": "iso",
        "decimal": "point",
        "members_file": (BytesIO(SIMPUL_MEMBERS.encode()), "m.csv"),
        "trades_file": (BytesIO(content), "t.csv"),
    }
    headers = {"Accept": "text/html"}
    return client.post(address, data=form, headers=headers)


def test_large_files_are_taken_here_from_people_who_are_signed_in_and_nowhere_else(
    app: Flask, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert app.config["MAX_CONTENT_LENGTH"] < moving_in.LARGEST
    # The same in small, so that the test stays quick.
    app.config["MAX_CONTENT_LENGTH"] = 100 * KB
    monkeypatch.setattr(moving_in.receive, "takes", 200 * KB)
    engine = app.extensions[EXTENSION].engine
    client = browser(app, office.community, office.citra)
    assert sent(client, 150).status_code == 303

    before = rows(engine)
    too_much = sent(client, 250)
    assert too_much.status_code == 413
    assert "This is too much at once" in too_much.text
    assert sent(client, 150, "/c/SB/enrol").status_code == 413
    app.config["WTF_CSRF_ENABLED"] = True  # it looks into forms before anything else does
    assert sent(app.test_client(), 150).status_code == 413
    assert rows(engine) == before


def test_the_cells_beyond_their_limits_are_a_table_to_take_away(app: Flask, office: Office) -> None:
    cells = SIMPUL_MEMBERS + "".join(
        f"SB{n},Sel {n},,,,,,,,,,2025-11-01,0,\n" for n in range(20, 40)
    )
    trades = SIMPUL_TRADES + "".join(f"T{n},2026-01-01,SB{n},SB020,1,,\n" for n in range(21, 40))
    number = received(office.community, office.citra, upload(cells, trades))
    intake_work.look(office.community.engine, number, office.now)
    client = browser(app, office.community, office.ana)
    page = client.get(f"/c/SB/moving-in/{number}").text
    assert "and 7 more" in page
    text = client.get(f"/c/SB/moving-in/{number}/outside.csv").text.splitlines()
    assert text[1:] == [f"SB0{n},Sel {n},-1.00" for n in range(21, 40)]


def test_a_page_under_way_looks_again_by_itself(app: Flask, office: Office) -> None:
    number = received(office.community, office.citra, upload(SIMPUL_MEMBERS, SIMPUL_TRADES))
    response = browser(app, office.community, office.citra).get(f"/c/SB/moving-in/{number}")
    assert response.headers["Refresh"] == "5"
    assert "<progress" in response.text


def test_a_file_that_is_missing_is_said_at_its_field(app: Flask, office: Office) -> None:
    client = browser(app, office.community, office.citra)
    form = {"layout": "simpul", "days": "iso", "decimal": "point"}
    response = client.post("/c/SB/moving-in", data=form)
    assert response.status_code == 422
    assert 'id="members_file-error"' in response.text


def test_an_opening_balance_is_read_and_not_answered(app: Flask, office: Office) -> None:
    home = office.community
    taken(home, Way("cyclos3"), files(CYCLOS + "Warung,busri,,,,10,,\nKebun,jo,,,,-5,,\n"))
    for cell, amount in ((9, "+10.00"), (10, "−5.00")):
        person = home.a_person()
        office.do(lambda s: service.let_act_for(s, home.view.id, cell, person, "holder", home.now))  # noqa: B023
        client = browser(app, home, person)
        history = client.get(f"/c/SB/SB{cell:03}/history?with=kas+saldo+awal").text
        assert amount in history
        assert "again=" not in history
        token = re.search(r"/trades/([^/\"]+)", history)
        assert token is not None
        page = client.get(f"/c/SB/SB{cell:03}/trades/{token[1]}")
        assert page.status_code == 200
        assert "Kas saldo awal" in page.text
        assert "again=" not in page.text
        for event in ("give_back", "ask_reversal"):
            answer = client.post(
                f"/c/SB/SB{cell:03}/trades/{token[1]}/{event}",
                data={"request_key": new_request_key(), "reason": "Begitulah"},
            )
            assert answer.status_code == 403
