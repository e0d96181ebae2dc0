"""The pages of trades over HTTP: what is filled in, refused, and answered twice."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from ledger.kernel import clock
from ledger.kernel.identifiers import new_request_key
from ledger.members.queries import Acting
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.trades.model import Trade
from ledger.trades.rules.states import Event
from ledger.web.runtime import EXTENSION
from tests.communities import ACommunity, a_cell, a_community
from tests.databases import Database
from tests.pages import an_app, browser
from tests.trades.letters import let_in


@pytest.fixture
def app(database: Database, tmp_path: Path) -> Iterator[Flask]:
    with an_app(database, tmp_path) as app:
        yield app


@pytest.fixture
def community(app: Flask) -> ACommunity:
    return a_community(app.extensions[EXTENSION].engine, clock.now(), transparency="own")


@pytest.fixture
def seller(community: ACommunity) -> Acting:
    return community.enrol(a_cell("Penjual"))


@pytest.fixture
def buyer(community: ACommunity) -> Acting:
    return community.enrol(a_cell("Pembeli").with_limit(100))


def test_what_i_gave_asks_once_however_often_the_screen_is_sent(
    app: Flask, community: ACommunity, seller: Acting, buyer: Acting
) -> None:
    client = browser(app, community, seller)
    form = {
        "other": "SB002",
        "amount": "25.00",
        "what": "Beras",
        "occurred_on": clock.day_of(community.now, community.view.zone).isoformat(),
        "request_key": new_request_key(),
    }
    places = {client.post("/c/SB/SB001/gave/confirm", data=form).location for _ in range(3)}
    assert len(places) == 1
    assert places.pop().startswith("/r/")
    assert (
        client.post("/c/SB/SB001/gave/confirm", data={**form, "amount": "26.00"}).status_code == 409
    )
    with Session(community.engine) as session:
        assert session.query(Trade).count() == 1
    assert community.balance(buyer) == 0


def test_a_yes_sent_twice_books_once_and_a_late_no_is_a_conflict(
    app: Flask, community: ACommunity, seller: Acting, buyer: Acting
) -> None:
    token = community.ask(seller, buyer, 25).token
    client = browser(app, community, buyer)
    address = f"/c/SB/SB002/trades/{token}"
    form = {"request_key": new_request_key()}
    for _ in range(2):
        answered = client.post(f"{address}/confirm", data=form)
        assert (answered.status_code, answered.location) == (303, address)
    assert community.balance(buyer) == -2500
    late = client.post(
        f"{address}/decline", data={"request_key": new_request_key(), "reason": "Bukan"}
    )
    assert late.status_code == 409
    assert "not possible any more" in late.text


def test_refusals_come_back_on_the_page_with_the_reason_kept(
    app: Flask, community: ACommunity, seller: Acting, buyer: Acting
) -> None:
    token = community.ask(seller, buyer, 101).token
    client = browser(app, community, buyer)
    address = f"/c/SB/SB002/trades/{token}"
    refused = client.post(f"{address}/confirm", data={"request_key": new_request_key()})
    assert refused.status_code == 422
    assert "At most 100.00" in refused.text
    silent = client.post(f"{address}/decline", data={**form_key(), "reason": ""})
    assert silent.status_code == 422
    assert 'id="reason-error"' in silent.text
    long = "x" * 201
    too_long = client.post(
        f"{address}/decline", data={"request_key": new_request_key(), "reason": long}
    )
    assert too_long.status_code == 422
    assert long in too_long.text
    assert client.post(f"{address}/withdraw", data=form_key()).status_code == 403
    assert client.post(f"{address}/lapse", data=form_key()).status_code == 404
    assert client.post(f"{address}/correct", data=form_key()).status_code == 404


def form_key() -> dict[str, str]:
    return {"request_key": new_request_key()}


def test_the_receipt_of_what_is_asked_says_so_and_hides_the_reasons(
    app: Flask, community: ACommunity, seller: Acting, buyer: Acting
) -> None:
    token = community.ask(seller, buyer, 25, "Beras").token
    stranger = app.test_client()
    stranger.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    waiting = stranger.get(f"/r/{token}").text
    assert "Not booked yet: Pembeli has until" in waiting
    assert "Genuine" not in waiting
    assert f"https://simpul.example.org/r/{token}" in waiting
    community.answer(buyer, token, Event.DECLINE, "Rahasia antara kita")
    declined = stranger.get(f"/r/{token}").text
    assert "Not booked: Pembeli has declined it." in declined
    assert "Rahasia" not in declined
    assert "/trades/" not in declined
    assert "/trades/" in browser(app, community, seller).get(f"/r/{token}").text


def test_the_receipt_names_its_month_and_the_reversal(
    app: Flask, community: ACommunity, seller: Acting, buyer: Acting
) -> None:
    token = community.pay(buyer, seller, 25, "Beras").token
    stranger = app.test_client()
    stranger.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert "Statement of" in stranger.get(f"/r/{token}").text
    unread = stranger.get(f"/r/{token}").text
    assert "Genuine" in unread
    assert "Booked: " not in unread
    paid = browser(app, community, buyer).get(f"/r/{token}").text
    assert "Booked: Penjual has received 25.00" in paid
    assert "<strong>Komunitas SB</strong>" in paid
    assert "<strong>Komunitas SB</strong>" not in unread
    got = browser(app, community, seller).get(f"/r/{token}").text
    assert "Booked: you have received 25.00" in got
    community.answer(seller, token, Event.GIVE_BACK)
    reversed_ = stranger.get(f"/r/{token}").text
    assert "It no longer counts." in reversed_
    assert "Genuine" not in reversed_


def test_a_trade_of_others_fills_in_nothing(
    app: Flask, community: ACommunity, seller: Acting, buyer: Acting
) -> None:
    token = community.pay(buyer, seller, 25, "Rahasia").token
    stranger = browser(app, community, community.enrol(a_cell("Lain")))
    page = stranger.get(f"/c/SB/SB003/got?again={token}")
    assert page.status_code == 200
    assert "Rahasia" not in page.text
    assert "25" not in re.findall(r'id="amount"[^>]*value="([^"]*)"', page.text)
    own = browser(app, community, buyer).get(f"/c/SB/SB002/got?again={token}").text
    assert 'value="SB001 Penjual"' in own
    assert 'value="25.00"' in own


def test_a_query_that_is_no_day_is_refused_on_the_page_and_not_in_the_table(
    app: Flask, community: ACommunity, seller: Acting
) -> None:
    client = browser(app, community, seller)
    assert client.get("/c/SB/SB001/history?since=yesterday").status_code == 422
    sent_back = client.get("/c/SB/SB001/history.csv?since=yesterday&q=a")
    assert sent_back.status_code == 303
    assert sent_back.location == "/c/SB/SB001/history?q=a&since=yesterday"


def test_words_that_were_changed_make_no_genuine_receipt(
    app: Flask, community: ACommunity, seller: Acting, buyer: Acting
) -> None:
    token = community.pay(buyer, seller, 25, "Beras").token

    def change(session: Session) -> None:
        session.execute(update(Trade).values(what="Emas"))

    in_unit_of_work(community.engine, change)
    assert (
        "Not genuine"
        in app.test_client().get(f"/r/{token}", headers={"Accept-Language": "en"}).text
    )


def test_words_that_a_spreadsheet_would_run_are_taken_away_as_words(
    app: Flask, community: ACommunity, seller: Acting
) -> None:
    buyer = community.enrol(a_cell("@Pembeli"))
    community.pay(buyer, seller, 25, '=HYPERLINK("http://evil.example")')
    table = browser(app, community, seller).get("/c/SB/SB001/history.csv")
    assert table.content_type == "text/csv; charset=utf-8"
    assert table.headers["Content-Disposition"] == "attachment; filename=SB001.csv"
    (line,) = csv.DictReader(StringIO(table.data.decode("utf-8-sig")))
    assert line["what"] == """'=HYPERLINK("http://evil.example")"""
    assert line["name"] == "'@Pembeli"
    assert (line["amount"], line["balance"]) == ("25.00", "25.00")
    paid = browser(app, community, buyer).get("/c/SB/SB002/history.csv").data.decode("utf-8-sig")
    (line,) = csv.DictReader(StringIO(paid))
    assert (line["amount"], line["balance"]) == ("-25.00", "-25.00")


def test_who_only_looks_is_shown_no_way_to_record_and_finds_none(
    app: Flask, community: ACommunity, seller: Acting, buyer: Acting
) -> None:
    token = community.ask(seller, buyer, 25).token
    client = browser(app, community, let_in(community, buyer, "Cici", "viewer", "en"))
    home = client.get("/c/SB/SB002/").text
    assert "/SB002/history" in home
    assert re.findall("/SB002/(?:got|gave|plans)", home) == []
    form = {
        "other": "SB001",
        "amount": "25.00",
        "what": "Beras",
        "occurred_on": clock.day_of(community.now, community.view.zone).isoformat(),
        **form_key(),
    }
    for name in ("got", "gave"):
        assert client.get(f"/c/SB/SB002/{name}").status_code == 403
        assert client.post(f"/c/SB/SB002/{name}", data=form).status_code == 403
        assert client.post(f"/c/SB/SB002/{name}/confirm", data=form).status_code == 403
    assert client.post(f"/c/SB/SB002/trades/{token}/confirm", data=form_key()).status_code == 403
    assert community.balance(buyer) == 0
