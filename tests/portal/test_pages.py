"""The first portal over HTTP: what it weighs, and where it leads."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ledger.kernel import clock
from ledger.members.queries import Acting
from ledger.web.runtime import EXTENSION
from tests.communities import ACommunity, a_cell, a_community
from tests.databases import Databases
from tests.pages import an_app, browser

KB = 1000
SMALL = {"Accept-Encoding": "gzip"}


@pytest.fixture(scope="module")
def app(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    var = tmp_path_factory.mktemp("portal")
    with databases.fresh("sqlite") as database, an_app(database, var) as app:
        yield app


@pytest.fixture(scope="module")
def community(app: Flask) -> ACommunity:
    return a_community(app.extensions[EXTENSION].engine, clock.now())


@pytest.fixture(scope="module")
def siti(community: ACommunity) -> Acting:
    """Somebody who traded forty times, in a community of a hundred and twenty."""
    siti = community.enrol(a_cell("Warung Siti").with_limit(1000), 1)
    names = ("Koperasi Tani Makmur", "Anyaman Bambu Ibu Sastro", "Bengkel Las Pak Karyo")
    others = [community.enrol(a_cell(f"{names[n % 3]} {n}"), n) for n in range(2, 121)]
    for number in range(40):
        what = f"Anyaman bambu untuk warung, pesanan ke-{number}"
        community.pay(siti, others[number], 3 + number % 7, what)
    return siti


@pytest.fixture(scope="module")
def client(app: Flask, community: ACommunity, siti: Acting) -> FlaskClient:
    return browser(app, community, siti)


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/sign-in",
        "/me",
        "/me/sessions",
        "/c/SB/",
        "/c/SB/about",
        "/c/SB/SB001/",
        "/c/SB/SB001/got",
        "/c/SB/SB001/gave",
        "/c/SB/SB001/history",
        "/c/SB/SB001/limit",
        "/c/SB/SB001/plans/new",
    ],
)
def test_a_page_weighs_under_100_kb_at_first_and_under_20_after(
    app: Flask, client: FlaskClient, address: str
) -> None:
    visitor = app.test_client() if address in {"/", "/sign-in"} else client
    page = visitor.get(address, headers=SMALL)
    assert page.status_code == 200
    after = on_the_wire(page.data, page.headers)
    first = after + sum(weighed(visitor, part) for part in parts(visitor, address))
    assert after < 20 * KB
    assert first < 100 * KB


def parts(visitor: FlaskClient, address: str) -> set[str]:
    """What the page fetches besides itself."""
    page = visitor.get(address, headers={"Accept-Encoding": "identity"}).text
    found = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
    assert len(found) >= 4
    return found


def weighed(visitor: FlaskClient, address: str) -> int:
    part = visitor.get(address, headers=SMALL)
    assert part.status_code == 200
    return on_the_wire(part.data, part.headers)


def on_the_wire(body: bytes, headers: object) -> int:
    return len(body) + len(str(headers).encode())


def test_the_longest_page_needs_its_packing(client: FlaskClient) -> None:
    """So that the bound above says something: plain, a page of history is beyond it."""
    assert len(client.get("/c/SB/SB001/history").data) > 20 * KB


def test_every_page_leads_to_ones_own_account(client: FlaskClient) -> None:
    for address in ("/c/SB/SB001/", "/c/SB/", "/me/sessions", "/no-such-page"):
        assert 'href="/me"' in client.get(address).text
    assert 'href="/me/sessions"' in client.get("/me").text


def test_strangers_are_shown_no_account(app: Flask) -> None:
    assert 'href="/me"' not in app.test_client().get("/").text


def test_the_number_of_a_cell_that_is_not_mine_is_as_unknown_as_one_that_is_nobodys(
    client: FlaskClient,
) -> None:
    for page in ("", "history", "history.csv", "got", "limit"):
        others, nobodys = client.get(f"/c/SB/SB002/{page}"), client.get(f"/c/SB/SB999/{page}")
        assert others.status_code == nobodys.status_code == 404
        assert others.text.replace("SB002", "SB999") == nobodys.text


def test_who_acts_for_one_cell_keeps_its_ways_in_the_community(client: FlaskClient) -> None:
    community = client.get("/c/SB/members").text
    for way in ("", "got", "gave", "history"):
        assert f'href="/c/SB/SB001/{way}"' in community
