"""Nobody is ever lost: a way back on every page, and the bar on every page of a member."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ledger.text.templates import TEMPLATES
from tests.access.conftest import Prepared
from tests.access.test_access import ROWS, fill

WAY_UP = re.compile(r'<p class="up no-print"><a href="([^"]+)" rel="up">')
BAR = re.compile(r'<nav class="ways ways-phone".*?</nav>', re.DOTALL)
HEADING = re.compile(r"<h1")

BEGINNINGS = {
    "portal/first.html", "portal/choose.html", "portal/home.html", "identity/sign_in.html",
}  # fmt: skip
IN_THE_BAR = {"trades/gave.html", "trades/got.html"}
WITH_A_WAY_TO_CHANGE = {
    "trades/gave_confirm.html", "trades/got_confirm.html", "trades/plan_confirm.html",
}  # fmt: skip
"""Whoever went back from these by a link would lose what they typed."""

FIRST_OF_OFFICERS = {"/c/SB/"}
"""Where those arrive who have a role and no cell."""


def test_every_template_names_the_way_back() -> None:
    lost = set()
    for file in TEMPLATES.glob("*/*.html"):
        text, name = file.read_text("utf-8"), file.relative_to(TEMPLATES).as_posix()
        if 'extends "base.html"' in text and "{% set up = " not in text:
            lost.add(name)
    errors = {name for name in lost if name.startswith("errors/")}
    assert lost - errors == BEGINNINGS | IN_THE_BAR | WITH_A_WAY_TO_CHANGE


def test_every_way_back_leads_to_a_page(prepared: Prepared) -> None:
    known = prepared.app.view_functions.keys()
    for file in TEMPLATES.glob("*/*.html"):
        for line in re.findall(r"set up = .*", file.read_text("utf-8")):
            for endpoint in re.findall(r'url_for\("([\w.]+)"', line):
                full = f"{file.parent.name}{endpoint}" if endpoint[0] == "." else endpoint
                assert full in known, file


@pytest.mark.parametrize("standing", ["stranger", "member", "coordinator", "steward", "auditor"])
def test_a_way_back_that_one_may_go(prepared: Prepared, standing: str) -> None:
    client, seen = prepared.world.browser(prepared.app, standing), 0
    for address, page in pages(prepared, client, standing):
        up = WAY_UP.search(page.text)
        if up is None:
            assert 'aria-current="page"' in page.text or is_a_beginning(address, standing), address
            continue
        heading = HEADING.search(page.text)
        assert heading is not None
        assert up.start() < heading.start(), address
        back = client.get(up[1].replace("&amp;", "&"))
        assert back.status_code in {200, 303}, f"{address} → {up[1]}"
        assert up[1] != address
        seen += 1
    assert seen > 5


def is_a_beginning(address: str, standing: str) -> bool:
    """Whether this standing begins here, with nothing above."""
    return address in {"/", "/sign-in"} or (standing != "member" and address in FIRST_OF_OFFICERS)


def test_the_bar_is_on_every_page_of_a_member(prepared: Prepared) -> None:
    client = prepared.world.browser(prepared.app, "member")
    for address, page in pages(prepared, client, "member"):
        bar = BAR.search(page.text)
        assert bar, address
        assert 'href="/c/SB/SB001/got"' in bar[0]
    nowhere = client.get("/c/SB/nowhere", follow_redirects=True)
    assert nowhere.status_code == 404
    assert BAR.search(nowhere.text)


def test_who_acts_for_no_cell_has_no_bar(prepared: Prepared) -> None:
    for standing in ("stranger", "auditor"):
        client = prepared.world.browser(prepared.app, standing)
        assert not BAR.search(client.get("/verify").text)


def test_one_page_is_marked_and_not_the_main_thing_to_do(prepared: Prepared) -> None:
    client = prepared.world.browser(prepared.app, "member")
    for ending, marked in (("/", 1), ("/history", 1), ("/got", 1), ("/statements", 0)):
        bar = BAR.search(client.get(f"/c/SB/SB001{ending}").text)
        assert bar is not None
        assert bar[0].count('aria-current="page"') == marked, ending
        assert bar[0].count("way-main") == 1


def pages(
    prepared: Prepared, client: FlaskClient, standing: str
) -> Iterator[tuple[str, TestResponse]]:
    """Every page that this standing can open, with its address."""
    for row in sorted(ROWS):
        method, rule = row.split()
        if method != "GET":
            continue
        address = fill(rule, prepared.world, standing)
        page = client.get(address)
        assert page.status_code < 500, address
        if page.status_code == 200 and page.mimetype == "text/html":
            yield address, page
