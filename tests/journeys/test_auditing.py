"""An auditor reads a cell's account from the desk on; and what is checked and asked beside it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from ledger.persistence.unit_of_work import in_unit_of_work
from tests.communities import a_cell
from tests.journeys.member import PHONE, Member
from tests.journeys.phones import Phones
from tests.members.test_accepting import rise

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]
once = pytest.mark.parametrize(("page", "member"), [(PHONE, "id")], indirect=True)


@once
def test_an_auditor_reads_an_account_from_the_desk_on(
    member: Member, site: str, ensure_accessible: Check
) -> None:
    home = member.community
    home.pay(member.siti, home.enrol(a_cell("Penjahit")), 30)
    auditor = Phones(member, site).serving("auditor", "rita@example.org")
    ensure_accessible(auditor.page)
    auditor.follow("Desk")
    auditor.sees("What you can read here")
    ensure_accessible(auditor.page)
    auditor.follow("Accounts of the cells")
    ensure_accessible(auditor.page)
    auditor.page.get_by_role("link", name="Warung Siti").click()
    ensure_accessible(auditor.page)
    auditor.follow("History")
    expect(auditor.page.locator(".entries").get_by_text("Penjahit")).to_be_visible()
    ensure_accessible(auditor.page)


@once
def test_a_mistyped_receipt_and_a_question_at_home_are_clear(
    member: Member, ensure_accessible: Check
) -> None:
    member.page.goto("/verify?receipt=nobody")
    expect(member.page.locator("#receipt-error")).to_be_visible()
    ensure_accessible(member.page)
    home = member.community
    rise(home, lambda work: in_unit_of_work(home.engine, work))
    member.sign_in()
    question = member.page.locator("form.deed", has_text=member.say("You can go on all the same"))
    ensure_accessible(member.page)
    member.press("I have read this and agree")
    expect(question).to_have_count(0)
