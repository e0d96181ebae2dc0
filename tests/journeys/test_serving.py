"""Those who serve: two sign what one may not do, each on their own phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.member import Member, let_sign_in
from tests.journeys.phones import Phones, on_a_phone

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]


@on_a_phone
def test_a_freeze_is_asked_for_signed_published_and_ended(
    member: Member, site: str, ensure_accessible: Check
) -> None:
    phones = Phones(member, site)
    coordinator = phones.serving("coordinator", "citra@example.org")
    steward = phones.serving("steward", "ana@example.org")

    coordinator.page.goto("/c/SB/desk")
    ensure_accessible(coordinator.page)
    coordinator.follow("Freeze an account")
    coordinator.press("Ask for a second signature")
    expect(coordinator.page.locator("#reason-error")).to_be_visible()
    coordinator.fill("Which cell?", "SB001")
    coordinator.fill("Why?", "Tiga kuitansi yang sama")
    ensure_accessible(coordinator.page)
    coordinator.press("Ask for a second signature")
    coordinator.page.wait_for_url("**/desk")
    expect(coordinator.page.get_by_role("button", name=coordinator.say("Withdraw"))).to_be_visible()

    steward.page.goto("/c/SB/desk")
    ensure_accessible(steward.page)
    steward.press_first(".deed .btn-primary")
    steward.sees("Frozen accounts")

    member.sign_in()
    expect(member.page.locator(".notice-warning").first).to_be_visible()
    member.page.goto("/c/SB/")
    expect(member.page.get_by_text("Tiga kuitansi yang sama")).to_be_visible()
    ensure_accessible(member.page)

    steward.follow("End the freeze")
    steward.fill("Why?", "Sudah jelas")
    steward.press("Ask for a second signature")
    steward.page.wait_for_url("**/desk")
    coordinator.page.goto("/c/SB/desk")
    coordinator.press_first(".deed .btn-primary")
    member.page.goto("/c/SB/SB001/")
    expect(member.page.locator(".notice-warning")).to_have_count(0)


@on_a_phone
def test_a_role_is_granted_by_two_stewards_and_ended(
    member: Member, site: str, ensure_accessible: Check
) -> None:
    phones = Phones(member, site)
    ana = phones.serving("steward", "ana@example.org")
    budi = phones.serving("steward", "budi@example.org")
    let_sign_in(member.community.engine, member.siti.person_id, "siti@example.org")

    ana.page.goto("/c/SB/roles/new")
    ensure_accessible(ana.page)
    ana.fill("Who?", "siti@example.org")
    ana.page.get_by_label(ana.say("Which role?")).select_option("coordinator")
    ana.fill("Why?", "Membantu pendaftaran")
    ana.press("Ask for a second signature")
    ana.page.wait_for_url("**/desk")
    budi.page.goto("/c/SB/desk")
    budi.press_first(".deed .btn-primary")

    member.sign_in()
    member.page.goto("/c/SB/desk")
    member.sees("Desk")
    member.page.goto("/c/SB/roles")
    ensure_accessible(member.page)

    budi.page.goto("/c/SB/roles")
    budi.page.get_by_role("link", name=budi.say("End the service")).last.click()
    budi.fill("Why?", "Masa tugas selesai")
    ensure_accessible(budi.page)
    budi.press("Ask for a second signature")
    budi.page.wait_for_url("**/desk")
    ana.page.goto("/c/SB/desk")
    ensure_accessible(ana.page)
    ana.press_first(".deed .btn-primary")
    assert member.page.goto("/c/SB/desk").status == 403  # type: ignore[union-attr]


@on_a_phone
def test_a_code_on_paper_lets_somebody_back_in(
    member: Member, site: str, ensure_accessible: Check
) -> None:
    phones = Phones(member, site)
    coordinator = phones.serving("coordinator", "citra@example.org")
    auditor = phones.serving("auditor", "rita@example.org")
    coordinator.page.goto("/c/SB/desk")
    coordinator.follow("Hand out a code on paper")
    ensure_accessible(coordinator.page)
    coordinator.fill("Who?", "SB001")
    coordinator.fill("Why?", "Ponselnya hilang")
    coordinator.press("Ask for a second signature")
    coordinator.page.wait_for_url("**/desk")
    auditor.page.goto("/c/SB/desk")
    auditor.press_first(".deed .btn-primary")
    coordinator.page.goto("/c/SB/desk")
    coordinator.press("Write the code down")
    code = coordinator.page.locator(".slip-code").inner_text()
    ensure_accessible(coordinator.page)

    lost = phones.new()
    lost.page.goto("/code")
    ensure_accessible(lost.page)
    lost.fill("E-mail, phone or member number", "SB001")
    lost.fill("Code", code.lower())
    lost.fill("New password", "angin sore di sawah")
    lost.press("Set the password")
    ensure_accessible(lost.page)
    lost.fill("E-mail, phone or member number", "SB001")
    lost.fill("Password", "angin sore di sawah")
    lost.press("Sign in")
    lost.page.wait_for_url("**/c/SB/SB001/")


@on_a_phone
def test_one_changes_the_password_and_asks_for_a_link(
    member: Member, site: str, ensure_accessible: Check
) -> None:
    member.sign_in()
    page = member.page
    page.goto("/me")
    ensure_accessible(page)
    member.follow("Change the password")
    member.fill("Present password", "salah sekali")
    member.fill("New password", "angin sore di sawah")
    member.press("Set the password")
    expect(page.locator("#present-error")).to_be_visible()
    ensure_accessible(page)

    stranger = Phones(member, site).new()
    stranger.page.goto("/reset")
    ensure_accessible(stranger.page)
    stranger.fill("E-mail", "siti@example.org")
    stranger.press("Send the link")
    stranger.sees("Look into your mail")
    ensure_accessible(stranger.page)
