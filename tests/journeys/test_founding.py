"""A community begins: found on an empty server, and a steward's first look at it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from ledger.text.speaker import Speaker
from ledger.web import invited
from tests.journeys.member import PHONE

pytestmark = pytest.mark.browser

WRITTEN = {
    "name": "Kebun Bersama", "place": "Sragen", "code": "kb", "unit_name": "Rupiah",
    "amount": "200", "steward_1": "Ana", "contact_1": "ana@example.org", "steward_2": "Budi",
    "contact_2": "0812 3456 789", "steward_3": "Citra", "contact_3": "citra@example.org",
}  # fmt: skip


@pytest.mark.parametrize(
    ("page", "language"),
    [(PHONE, "id"), (PHONE, "en")],
    indirect=["page"],
    ids=["phone-id", "phone-en"],
)
def test_from_an_empty_server_to_the_first_steps(
    app: Flask, page: Page, site: str, language: str, ensure_accessible: Callable[[Page], None]
) -> None:
    say = Speaker(language).gettext
    page.context.add_cookies([{"name": "language", "value": language, "url": site}])
    page.goto(f"/first-run/{invited.sign(app.secret_key, 'first-run')}")
    ensure_accessible(page)
    for name, value in WRITTEN.items():
        page.fill(f"[name={name}]", value)
    page.get_by_role("button", name=say("Found it")).click()
    expect(page.locator("#unit_name-error")).to_contain_text("Rupiah")
    ensure_accessible(page)
    page.fill("[name=unit_name]", "jam")
    page.get_by_role("button", name=say("Found it")).click()
    links = page.locator("a.address")
    expect(links).to_have_count(3)
    ensure_accessible(page)
    link = links.nth(1).inner_text()

    page.goto(link)
    expect(page.locator("main")).to_contain_text("+628123456789")
    ensure_accessible(page)
    page.fill("[name=password]", "angin sore di sawah")
    page.get_by_role("button", name=say("Set the password")).click()
    page.wait_for_url("**/c/KB/")
    expect(page.get_by_role("heading", name=say("First steps"))).to_be_visible()
    ensure_accessible(page)
