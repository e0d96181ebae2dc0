"""One's own account: another phone number, a new address, and the way out."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from ledger.jobs.model import Job
from ledger.members.service import let_act_for
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.web.runtime import EXTENSION
from tests.identity.people import PASSWORD
from tests.journeys.member import Member
from tests.journeys.phones import on_a_phone

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]


@on_a_phone
def test_contacts_are_changed_and_a_new_address_confirmed(
    app: Flask, member: Member, ensure_accessible: Check
) -> None:
    page = member.page
    member.sign_in()
    page.goto("/me")
    member.follow("Change name or contacts")
    member.fill("Phone", "12")
    member.fill("E-mail", "baru@example.org")
    member.fill("Present password", PASSWORD)
    member.press("Keep it")
    expect(page.locator("#phone-error")).to_be_visible()
    ensure_accessible(page)
    member.fill("Phone", "0812 3456 789")
    member.fill("Present password", PASSWORD)
    member.press("Keep it")
    expect(page.locator(".notice-warning")).to_contain_text("baru@example.org")
    ensure_accessible(page)
    page.goto(confirmation(app))
    ensure_accessible(page)
    member.press("Yes, it is mine")
    expect(page.locator("main")).to_contain_text("+628123456789")
    expect(page.locator("main")).to_contain_text("baru@example.org")
    page.goto("/me/sessions")
    expect(page.get_by_text(member.say("Link to confirm an e-mail address"))).to_be_visible()
    ensure_accessible(page)


def confirmation(app: Flask) -> str:
    """The address of the link that was mailed last."""
    mails = select(Job.payload).where(Job.kind == "mail").order_by(Job.id)
    with app.extensions[EXTENSION].engine.connect() as connection:
        found = re.findall(r"/confirm/[\w-]+", " ".join(connection.scalars(mails)))
    return str(found[-1])


@on_a_phone
def test_an_account_is_removed_once_nothing_hangs_on_it(
    member: Member, ensure_accessible: Check
) -> None:
    page, community = member.page, member.community
    member.sign_in()
    page.goto("/me")
    member.follow("Remove my account")
    expect(page.locator("main")).to_contain_text("SB001")
    ensure_accessible(page)
    other = community.a_person()
    in_unit_of_work(
        community.engine,
        lambda s: let_act_for(s, community.view.id, 1, other, "holder", community.now),
    )
    page.reload()
    ensure_accessible(page)
    page.check("[name=sure]")
    member.press("Remove my account")
    expect(page.get_by_role("status")).to_be_visible()
    page.goto("/me")
    expect(page).to_have_url(re.compile("/sign-in"))
