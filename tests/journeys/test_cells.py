"""A new cell: asked for, vouched for, its first holder invited, and its first *I got*."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from ledger.members import service
from ledger.members.service import acts
from ledger.persistence.unit_of_work import in_unit_of_work
from tests.communities import a_cell
from tests.identity.people import PASSWORD
from tests.journeys.member import PHONE, Member, let_sign_in

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]

on_a_phone = pytest.mark.parametrize(
    ("page", "member"), [(PHONE, "id"), (PHONE, "en")], indirect=True, ids=["id", "en"]
)


@contextmanager
def another_phone(member: Member) -> Iterator[Member]:
    """Somebody else, with a phone of their own, who speaks Siti's language."""
    browser = member.page.context.browser
    assert browser
    base = "{0.scheme}://{0.netloc}".format(urlsplit(member.page.url))
    context = browser.new_context(base_url=base, viewport=PHONE, locale="id-ID")
    page = context.new_page()
    page.goto("/")
    if member.speaker.language != "id":
        page.get_by_role("button", name="English").click()
    yield replace(member, page=page)
    context.close()


def a_coordinator(member: Member) -> None:
    """Somebody who serves, and signs in as wati@example.org."""
    home = member.community
    person = home.a_person()
    in_unit_of_work(
        home.engine,
        lambda s: service.grant_role(s, home.view.id, person, "coordinator", "founding", home.now),
    )
    let_sign_in(home.engine, person, "wati@example.org")


def enter(member: Member, email: str) -> None:
    member.follow("Sign in")
    member.fill("E-mail, phone or member number", email)
    member.fill("Password", PASSWORD)
    member.press("Sign in")
    expect(member.page.locator(".switch")).to_be_visible()


@on_a_phone
def test_from_a_name_to_the_first_trade(member: Member, ensure_accessible: Check) -> None:
    a_coordinator(member)
    member.sign_in()
    with another_phone(member) as wati:
        enter(wati, "wati@example.org")
        ask_for_a_cell(wati, ensure_accessible)
        siti_vouches(member, ensure_accessible)
        another_cell_vouches(member)
        address = invitation(wati, ensure_accessible)
    with another_phone(member) as newcomer:
        joins(newcomer, address, ensure_accessible)
        gets_something(newcomer)
        looks_at_their_cell(newcomer, ensure_accessible)


def ask_for_a_cell(wati: Member, ensure_accessible: Check) -> None:
    wati.open_switch()
    ensure_accessible(wati.page)
    wati.follow("Desk")
    wati.follow("Enrol a cell")
    ensure_accessible(wati.page)
    wati.fill("Name of the cell", "Warung 5iti")
    wati.fill("What it does", "Sayur")
    wati.fill("How do you know them?", "Tetangga kami")
    wati.press("Ask for it")
    expect(wati.page.locator("#name-error")).to_contain_text("Warung Siti")
    expect(wati.page.locator("#line_of_business")).to_have_value("Sayur")
    ensure_accessible(wati.page)
    wati.fill("Name of the cell", "Kebun Mawar")
    wati.press("Ask for it")
    expect(wati.page.locator(".sentence")).to_contain_text("Kebun Mawar")


def siti_vouches(siti: Member, ensure_accessible: Check) -> None:
    siti.page.reload()
    ensure_accessible(siti.page)
    siti.page.get_by_role("link", name="Kebun Mawar").click()
    ensure_accessible(siti.page)
    siti.press("I know them and vouch")
    expect(siti.page.locator(".notice-good")).to_be_visible()
    siti.page.goto("/")
    expect(siti.page.get_by_role("link", name="Kebun Mawar")).to_have_count(0)


def another_cell_vouches(member: Member) -> None:
    """A fourth cell beside Siti's, by the service: its page is like hers."""
    home = member.community
    acting = home.enrol(a_cell("Tahu Bu Yem"), 9)
    in_unit_of_work(home.engine, lambda s: acts.vouch(s, acting, 1, home.now))


def invitation(wati: Member, ensure_accessible: Check) -> str:
    """The address on the invitation that the coordinator makes."""
    wati.page.reload()
    wati.follow("Invite the first holder")
    wati.sees("Invite the first holder")
    ensure_accessible(wati.page)
    wati.fill("Which cell?", "Kebun Mawar")
    wati.press("Make an invitation")
    wati.sees("Invitation")
    expect(wati.page.locator(".qr")).to_be_visible()
    ensure_accessible(wati.page)
    return wati.page.locator("a.address").inner_text()


def joins(newcomer: Member, address: str, ensure_accessible: Check) -> None:
    page = newcomer.page
    page.goto(address)
    newcomer.sees("You are invited")
    expect(page.locator(".facts")).to_contain_text("Kebun Mawar")
    ensure_accessible(page)
    newcomer.fill("Your name", "Bu Mawar")
    newcomer.fill("Password", "12345678")
    newcomer.press("Agree and join")
    expect(page.locator("#password-error")).to_be_visible()
    expect(page.get_by_label(newcomer.say("Your name"))).to_have_value("Bu Mawar")
    ensure_accessible(page)
    newcomer.fill("Password", PASSWORD)
    newcomer.press("Agree and join")
    expect(page.locator(".figures dd")).to_have_count(3)
    ensure_accessible(page)
    page.goto(address)
    expect(page.get_by_role("alert")).to_be_visible()
    page.goto("/")


def gets_something(newcomer: Member) -> None:
    newcomer.follow("I got")
    newcomer.fill("Who gave it?", "SB001")
    newcomer.fill("How much?", "5")
    newcomer.fill("What for?", "Sayur")
    newcomer.press("Continue")
    newcomer.press("Confirm")
    newcomer.page.wait_for_url("**/r/*")
    assert newcomer.community.balance(newcomer.siti) == 500


def looks_at_their_cell(newcomer: Member, ensure_accessible: Check) -> None:
    newcomer.page.goto("/")
    newcomer.open_switch()
    newcomer.follow("My cell")
    ensure_accessible(newcomer.page)
    newcomer.follow("People of the cell")
    expect(newcomer.page.locator(".panel")).to_contain_text("Bu Mawar")
    ensure_accessible(newcomer.page)
    newcomer.open_switch()
    newcomer.follow("Members")
    expect(newcomer.page.locator(".entries li")).to_have_count(6)
    ensure_accessible(newcomer.page)
    newcomer.fill("Name, number, activity or place", "sayur")
    newcomer.press("Search")
    expect(newcomer.page.locator(".entries li")).to_have_count(1)
