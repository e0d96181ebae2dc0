"""A member's day: sign in, see where they stand, record what they got, show the receipt."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from ledger.text.speaker import Speaker
from tests.communities import POIN, a_cell
from tests.journeys.member import Member, everywhere

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]


@everywhere
def test_from_signing_in_to_a_receipt(member: Member, ensure_accessible: Check) -> None:
    page = member.page
    page.goto("/")
    ensure_accessible(page)
    page.goto("/sign-in")
    ensure_accessible(page)
    member.sign_in()
    expect(page.locator(".figures dd")).to_have_count(3)
    ensure_accessible(page)

    member.follow("I got")
    member.sees("What I got")
    ensure_accessible(page)
    member.fill("Who gave it?", "batik")
    member.fill("How much?", "nine")
    member.fill("What for?", "Kain batik")
    member.press("Continue")
    expect(page.locator("#amount-error")).to_be_visible()
    assert page.input_value("#what") == "Kain batik"
    ensure_accessible(page)

    member.fill("How much?", "12,50" if member.speaker.language == "id" else "12.50")
    member.press("Continue")
    expect(page.locator("button.choice")).to_have_count(2)
    ensure_accessible(page)
    page.get_by_role("button", name="Batik Lestari").click()
    member.sees("Is this right?")
    expect(page.locator(".sentence")).to_contain_text("Batik Lestari")
    expect(page.locator(".facts")).to_contain_text(member.speaker.figure(8750, POIN))
    ensure_accessible(page)

    member.press("Confirm")
    page.wait_for_url("**/r/*")
    ensure_accessible(page)
    assert member.community.balance(member.siti) == -1250
    ensure_strangers_see_the_receipt(member, ensure_accessible)


def ensure_strangers_see_the_receipt(member: Member, ensure_accessible: Check) -> None:
    address = member.page.url
    stranger = member.page.context.browser.new_context(locale="id-ID")  # type: ignore[union-attr]
    page = stranger.new_page()
    page.goto(address)
    expect(page.locator(".notice-good")).to_be_visible()
    expect(page.locator(".facts")).to_contain_text("Kain batik")
    ensure_accessible(page)
    stranger.close()


@everywhere
def test_beyond_the_limit_nothing_is_lost(member: Member, ensure_accessible: Check) -> None:
    page = member.page
    member.sign_in()
    member.follow("I got")
    member.fill("Who gave it?", "SB004")
    member.fill("How much?", "101")
    member.fill("What for?", "Jamu sebulan")
    member.press("Continue")

    expect(page.locator("#amount-error")).to_contain_text("100")
    assert page.input_value("#what") == "Jamu sebulan"
    assert member.community.balance(member.siti) == 0
    ensure_accessible(page)


@everywhere
def test_looking_around(member: Member, ensure_accessible: Check) -> None:
    page = member.page
    yem = member.community.enrol(a_cell("Tahu Bu Yem"))
    member.community.pay(member.siti, yem, 30, "Tahu")
    member.community.pay(yem, member.siti, 45, "Beras")
    member.sign_in()
    expect(page.locator(".moved-in")).to_contain_text("+45")

    member.follow("Why is my limit this?")
    member.sees("Why is my limit this?")
    ensure_accessible(page)
    page.go_back()
    member.follow("The books of %(community)s")
    expect(page.get_by_role("heading", name="Komunitas SB")).to_be_visible()
    ensure_accessible(page)
    page.go_back()
    member.follow("The whole history")
    expect(page.locator(".entries li")).to_have_count(2)
    for line, balance in enumerate((1500, -3000)):
        shown = member.speaker.figure(balance, POIN)
        expect(page.locator(".entries li .when", has_text=shown).nth(0)).to_be_visible()
        expect(page.locator(".entries li").nth(line)).to_contain_text(shown)
    ensure_accessible(page)
    with page.expect_download() as table:
        member.follow("Download this as a table (CSV)")
    assert "Tahu" in table.value.path().read_text("utf-8-sig")
    member.open_switch()
    ensure_accessible(page)
    member.follow("My account")
    member.sees("My account")
    ensure_accessible(page)
    member.follow("Where I am signed in")
    member.sees("Where I am signed in")
    ensure_accessible(page)
    member.press("Sign out")
    page.goto("/c/SB/SB001/history")
    expect(page).to_have_url(re.compile("/sign-in"))


@everywhere
def test_the_language_is_switched_on_the_spot_and_kept(
    member: Member, ensure_accessible: Check
) -> None:
    page, mine = member.page, member.speaker.language
    member.sign_in()
    page.goto("/c/SB/SB001/got")
    other = replace(member, speaker=Speaker("en" if mine == "id" else "id"))
    page.locator(f".tongues button[lang={other.speaker.language}]").click()
    other.sees("What I got")
    assert page.url.endswith("/c/SB/SB001/got")
    expect(page.locator("html")).to_have_attribute("lang", other.speaker.language)
    ensure_accessible(page)

    page.context.clear_cookies()
    page.goto("/sign-in")
    replace(member, speaker=Speaker("id")).enter()  # a fresh browser of this locale
    other.sees("Last movements")
