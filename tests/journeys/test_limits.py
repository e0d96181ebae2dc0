"""A limit from the member's phone to its execution, with three stewards in three browsers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.clocks import Clock
from tests.journeys.member import Member
from tests.journeys.phones import Phones, on_a_phone

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]


@on_a_phone
def test_a_request_becomes_a_limit(
    member: Member, moving: Clock, site: str, ensure_accessible: Check
) -> None:
    phones = Phones(member, site)
    ana, budi, citra = (
        phones.serving("steward", f"{name}@example.org") for name in ("ana", "budi", "citra")
    )

    member.sign_in()
    member.follow("Why is my limit this?")
    member.follow("Ask for another limit")
    ensure_accessible(member.page)
    member.press("Ask for it")
    expect(member.page.locator("#figure-error")).to_be_visible()
    member.fill("Which limit?", "150")
    member.fill("Why?", "Dua warung memesan jamu setiap minggu")
    ensure_accessible(member.page)
    member.press("Ask for it")
    member.page.wait_for_url("**/proposals/1")
    ensure_accessible(member.page)

    ana.page.goto("/c/SB/committee")
    ensure_accessible(ana.page)
    ana.follow("Credit limit of %(cell)s")
    ana.fill("What do you think?", "Siapa yang memesan?")
    ana.press("Say it")
    expect(ana.page.get_by_text("Siapa yang memesan?", exact=True)).to_be_visible()
    ensure_accessible(ana.page)
    member.page.goto("/c/SB/proposals/1")
    member.fill("Your reply to what is asked and shown", "Warung Bu Tini dan Pak Joko")
    member.press("Say it")
    expect(member.page.locator(".saying-reply")).to_be_visible()

    moving.move(hours=72)
    ana.page.goto("/c/SB/proposals/1")
    ana.page.locator(".gist a", has_text=ana.say("What it means for all")).click()
    expect(ana.page.locator("#evidence-community")).to_be_visible()
    expect(ana.page.locator("#evidence-trade")).to_be_hidden()
    ensure_accessible(ana.page)
    for steward, choice in ((ana, "Approve"), (budi, "Approve"), (citra, "Reject: it stays")):
        steward.page.goto("/c/SB/committee")
        steward.follow("Please vote: credit limit of %(cell)s")
        steward.page.get_by_role("radio", name=steward.say(choice)).check()
        steward.fill("Why?", "Pesanannya nyata")
        steward.press("Cast my ballot")
        expect(steward.page.locator(".ballot .notice-good")).to_be_visible()
    ensure_accessible(citra.page)
    expect(citra.page.get_by_label(citra.say("Why?"))).to_have_value("Pesanannya nyata")
    ana.page.reload()
    ana.page.get_by_label(ana.say("What would this limit mean?")).select_option("15000")
    ana.press("Show")
    expect(ana.page.locator("#what-if + form + .figures-told")).to_be_visible()
    expect(ana.page.get_by_role("radio", name=ana.say("Approve"))).to_be_checked()
    ensure_accessible(ana.page)
    expect(member.page.get_by_text("Pesanannya nyata")).to_have_count(0)

    moving.move(days=5)
    member.page.goto("/c/SB/SB001/")
    expect(member.page.locator(".figures").get_by_text("100", exact=False).first).to_be_visible()
    moving.move(hours=48)
    member.page.reload()
    expect(member.page.locator(".figures").get_by_text("150", exact=False).first).to_be_visible()

    member.follow("Why is my limit this?")
    ensure_accessible(member.page)
    member.follow("Decision %(number)s")
    member.page.wait_for_url("**/decisions/1")
    ensure_accessible(member.page)
    expect(member.page.get_by_text("Pesanannya nyata")).to_have_count(3)
    with member.page.expect_download() as record:
        member.follow("The record (JSON)")
    assert record.value.suggested_filename == "SB-1-1.json"


@on_a_phone
def test_two_stewards_send_a_proposal_back(
    member: Member, moving: Clock, site: str, ensure_accessible: Check
) -> None:
    phones = Phones(member, site)
    ana, budi, _citra = (
        phones.serving("steward", f"{name}@example.org") for name in ("ana", "budi", "citra")
    )
    ana.page.goto("/c/SB/proposals/new")
    ensure_accessible(ana.page)
    ana.fill("Which cell?", "SB001")
    ana.fill("Which limit?", "150")
    ana.fill("Why?", "Mereka menjual lebih banyak")
    ana.press("Propose it")
    ana.page.wait_for_url("**/proposals/1")
    member.sign_in()
    member.follow("A limit is proposed for %(cell)s: read it and reply")
    ensure_accessible(member.page)
    moving.move(hours=72)
    ana.page.reload()
    ana.page.locator("details.deed > summary").click()
    ana.fill("Ground", "Tunggu panen dulu")
    ana.page.locator("details.deed form button").click()
    ana.answered()
    budi.page.goto("/c/SB/proposals/1")
    ensure_accessible(budi.page)
    budi.press("Support it: back into discussion")
    expect(budi.page.locator(".badge-discussion")).to_be_visible()
    ensure_accessible(budi.page)
