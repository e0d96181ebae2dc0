"""A new cell: enrolled, vouched for, invited, and at home; and the way out again."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.communities import a_cell
from tests.journeys.member import Member, let_sign_in
from tests.journeys.phones import Phones, on_a_phone

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]


@on_a_phone
def test_from_enrolment_to_the_first_trade(
    member: Member, site: str, ensure_accessible: Check
) -> None:
    phones = Phones(member, site)
    rani = member.community.enrol(a_cell("Sari Rasa"))
    let_sign_in(member.community.engine, rani.person_id, "rani@example.org")
    coordinator = phones.serving("coordinator", "citra@example.org")
    enrol(coordinator, ensure_accessible)
    for email in ("siti@example.org", "rani@example.org"):
        neighbour = phones.of(email)
        number = "SB001" if email.startswith("siti") else "SB005"
        neighbour.page.goto(f"/c/SB/{number}/vouch")
        ensure_accessible(neighbour.page)
        neighbour.press("I know them and vouch")
    link = invite(coordinator, ensure_accessible)

    new = phones.new()
    new.page.goto(link)
    ensure_accessible(new.page)
    new.fill("Your name", "Wulan")
    new.fill("E-mail", "wulan@example.org")
    new.fill("Password", "angin sore di sawah")
    new.press("Agree and join")
    new.page.wait_for_url("**/c/SB/SB006/")
    new.page.goto("/c/SB/SB006/got?to=SB001")
    new.fill("How much?", "5")
    new.fill("What for?", "Bibit")
    new.press("Continue")
    new.press("Confirm")
    new.page.wait_for_url("**/r/*")

    stranger = phones.new()
    stranger.page.goto(link)
    expect(stranger.page.get_by_role("alert")).to_be_visible()
    ensure_accessible(stranger.page)


def enrol(coordinator: Member, ensure_accessible: Check) -> None:
    coordinator.page.goto("/c/SB/enrol")
    ensure_accessible(coordinator.page)
    coordinator.fill("Name of the cell", "Batik Le5tari")
    coordinator.fill("How do you know them?", "Tetangga kami")
    coordinator.press("Ask for it")
    expect(coordinator.page.locator("#name-error")).to_contain_text("Batik Lestari")
    ensure_accessible(coordinator.page)
    coordinator.fill("Name of the cell", "Kebun Wulan")
    coordinator.press("Ask for it")
    coordinator.sees("Waiting for a second signature")


def invite(coordinator: Member, ensure_accessible: Check) -> str:
    coordinator.page.goto("/c/SB/invite")
    coordinator.fill("Which cell?", "SB006")
    ensure_accessible(coordinator.page)
    coordinator.press("Make an invitation")
    ensure_accessible(coordinator.page)
    return coordinator.page.locator("a.address").inner_text()


@on_a_phone
def test_ones_own_cell_and_its_people(member: Member, ensure_accessible: Check) -> None:
    page = member.page
    member.sign_in()
    page.goto("/c/SB/SB001/cell")
    ensure_accessible(page)
    member.fill("What it does", "Warung kopi")
    member.fill("Phone", "0812 3456 789")
    page.check("[name=is_phone_shown]")
    member.press("Keep it")
    page.wait_for_url("**/c/SB/SB001/")
    page.goto("/c/SB/members?q=kopi")
    expect(page.locator("main")).to_contain_text("+62")
    ensure_accessible(page)

    page.goto("/c/SB/SB001/people")
    ensure_accessible(page)
    expect(page.get_by_text(member.say("votes for the cell")).first).to_be_visible()
    page.get_by_label(member.say("What may they do?")).select_option("clerk")
    member.press("Make an invitation")
    expect(page.locator(".qr")).to_be_visible()
    page.goto("/no-such-page")
    ensure_accessible(page)


@on_a_phone
def test_leaving_says_what_is_missing_and_then_lets_go(
    member: Member, ensure_accessible: Check
) -> None:
    page, community = member.page, member.community
    other = community.enrol(a_cell("Sari Rasa"))
    community.pay(member.siti, other, 5)
    member.sign_in()
    page.goto("/c/SB/SB001/leave")
    expect(page.locator(".notice-warning")).to_contain_text("5")
    ensure_accessible(page)
    community.pay(other, member.siti, 5)
    page.reload()
    ensure_accessible(page)
    page.check("[name=sure]")
    member.press("Leave")
    page.wait_for_url(lambda address: "/leave" not in address)
    page.goto("/c/SB/SB001/")
    expect(page).to_have_url(re.compile("/sign-in"))
