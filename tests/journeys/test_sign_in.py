"""A person signs in on a phone and at a desk, and ends a session they don't know."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from ledger.kernel import clock
from ledger.web.runtime import EXTENSION
from tests.identity.people import PASSWORD, a_person, sign_in

pytestmark = pytest.mark.browser


def test_a_person_signs_in_and_ends_an_unknown_session(
    app: Flask, page: Page, ensure_accessible: Callable[[Page], None]
) -> None:
    engine, now = app.extensions[EXTENSION].engine, clock.now()
    a_person(engine, now).with_email("siti@example.org").who_knows(PASSWORD).registered()
    sign_in(engine, now, agent="Mozilla/5.0 (Windows NT 10.0) Firefox/132.0")

    page.goto("/me/sessions")
    expect(page.get_by_role("heading", name="Masuk")).to_be_visible()
    ensure_accessible(page)
    page.get_by_label("Email, telepon, atau nomor anggota").fill("siti@example.org")
    page.get_by_label("Kata sandi").fill("tebakan yang salah")
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("alert")).to_be_visible()
    ensure_accessible(page)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Lihat").click()
    expect(page.locator("#password")).to_have_attribute("type", "text")
    ensure_accessible(page)
    page.get_by_role("button", name="Masuk").click()

    expect(page.get_by_role("heading", name="Perangkat aktif")).to_be_visible()
    ensure_accessible(page)
    page.get_by_role("button", name="Akhiri sesi Firefox · Windows").click()
    expect(page.get_by_text("Firefox · Windows")).to_have_count(0)
    page.get_by_role("button", name="Keluar", exact=True).click()
    page.wait_for_url("**/sign-in")
    page.goto("/me/sessions")
    expect(page.get_by_role("heading", name="Masuk")).to_be_visible()
