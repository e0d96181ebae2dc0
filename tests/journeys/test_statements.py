"""A month on a phone: read, taken away, objected to, answered, settled; and mail by choice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from ledger.jobs.service import run_due
from ledger.kernel import clock
from ledger.members import service as membership
from ledger.members.queries import Acting
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.statements import service
from ledger.statements.rules.months import Month, month_at
from ledger.statements.service import later
from ledger.trades.rules.states import Event
from ledger.web.runtime import EXTENSION
from tests.communities import ACommunity, a_cell, a_community
from tests.journeys.member import PHONE, Member, let_sign_in
from tests.journeys.phones import Phones, on_a_phone

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]


class LastMonth:
    """Yem got something from Wati on the last day of the month before this one."""

    def __init__(self, engine: Engine) -> None:
        now = clock.now()
        first = clock.start_of(clock.day_of(now, "Asia/Jakarta").replace(day=1), "Asia/Jakarta")
        there = a_community(engine, first - timedelta(hours=12), "ST")
        self.yem = there.enrol(a_cell("Jamu Ibu Yem").with_limit(100), 1)
        self.wati: Acting = there.enrol(a_cell("Dapur Wati").with_limit(100), 2)
        self.trade = there.pay(self.yem, self.wati, 30, "Beras 5 kg").token
        self.month: Month = month_at(there.now, "Asia/Jakarta")
        self.community: ACommunity = replace(there, now=now)
        service.close_due(engine, now)
        let_sign_in(engine, self.yem.person_id, "yem@example.org")
        citra = there.a_person()
        in_unit_of_work(
            engine,
            lambda s: membership.grant_role(
                s, there.view.id, citra, "coordinator", "founding", there.now
            ),
        )
        let_sign_in(engine, citra, "citra@example.org")


@on_a_phone
def test_an_objection_goes_its_whole_way(
    member: Member, site: str, ensure_accessible: Check
) -> None:
    last, phones = LastMonth(member.community.engine), Phones(member, site)
    yem, citra = phones.of("yem@example.org"), phones.of("citra@example.org")

    yem.page.goto("/c/ST/ST001/")
    yem.follow("Statements")
    ensure_accessible(yem.page)
    yem.page.locator(".st-month").first.click()
    expect(yem.page.get_by_text("Beras 5 kg").first).to_be_visible()
    assert yem.page.evaluate("document.documentElement.scrollWidth") <= 360
    ensure_accessible(yem.page)
    with yem.page.expect_download() as taken:
        yem.page.locator("summary", has_text=yem.say("Other forms")).click()
        yem.follow("Table (CSV)")
    assert taken.value.suggested_filename == f"ST001-{last.month}.csv"

    yem.follow("Something is wrong")
    yem.press("Send the objection")
    expect(yem.page.locator("#words-error")).to_be_visible()
    ensure_accessible(yem.page)
    yem.page.get_by_label(yem.say("What is it about?")).select_option("1")
    yem.fill("What is wrong?", "Beras itu tidak pernah datang")
    yem.press("Send the objection")
    yem.sees("Objection")
    ensure_accessible(yem.page)

    citra.page.goto("/c/ST/desk")
    citra.follow("Statements")
    ensure_accessible(citra.page)
    citra.follow("Objections")
    ensure_accessible(citra.page)
    citra.page.locator(".choice-due").click()
    expect(citra.page.get_by_text("Beras itu tidak pernah datang")).to_be_visible()
    ensure_accessible(citra.page)
    last.community.answer(last.wati, last.trade, Event.GIVE_BACK)
    citra.fill("What do you answer?", "Benar, sudah dikembalikan")
    citra.fill("Number of the transaction that reverses it", "1")
    citra.press("Send the answer")
    expect(citra.page.locator("#reversal-error")).to_be_visible()
    citra.fill("Number of the transaction that reverses it", "2")
    citra.press("Send the answer")
    expect(citra.page.get_by_text("Benar, sudah dikembalikan")).to_be_visible()

    yem.page.reload()
    expect(yem.page.get_by_text("Benar, sudah dikembalikan")).to_be_visible()
    ensure_accessible(yem.page)
    yem.page.locator("summary", has_text=yem.say("It is not settled: ask on")).click()
    yem.fill("What is still wrong?", "Dan yang kemarin?")
    yem.press("Send")
    expect(yem.page.get_by_text("Dan yang kemarin?")).to_be_visible()
    citra.page.reload()
    citra.fill("What do you answer?", "Itu benar adanya")
    citra.press("Send the answer")
    expect(citra.page.get_by_text("Itu benar adanya")).to_be_visible()
    yem.page.reload()
    yem.press("It is settled")
    expect(yem.page.get_by_role("button", name=yem.say("It is settled"))).to_have_count(0)


@pytest.mark.parametrize(("page", "member"), [(PHONE, "id")], indirect=True, ids=["phone-id"])
def test_mail_is_sent_again_from_the_desk_and_ended_by_one_tap(
    member: Member, site: str, ensure_accessible: Check
) -> None:
    last, phones = LastMonth(member.community.engine), Phones(member, site)
    engine, view = last.community.engine, last.community.view
    in_unit_of_work(engine, lambda s: service.begin(s, view, last.month, clock.now()))
    citra = phones.of("citra@example.org")
    citra.page.goto(f"/c/ST/desk/statements/{last.month}")
    expect(citra.page.get_by_text("yem@example.org")).to_be_visible()
    ensure_accessible(citra.page)

    yem = phones.of("yem@example.org")
    yem.page.goto("/me")
    yem.follow("Statements by mail")
    ensure_accessible(yem.page)
    yem.press("No more statements by mail")
    expect(yem.page.locator(".notice-good")).to_be_visible()
    yem.press("Send them to me again")
    expect(yem.page.locator(".notice-good")).to_have_count(0)

    token = in_unit_of_work(engine, lambda s: service.wish_token(s, last.yem.person_id))
    stranger = phones.new()
    stranger.page.goto(f"/unsubscribe/{token}")
    ensure_accessible(stranger.page)
    stranger.press("No more statements by mail")
    expect(stranger.page.locator(".notice-good")).to_be_visible()


@on_a_phone
def test_a_long_statement_is_drawn_beside_and_the_page_says_when_it_is_ready(
    member: Member,
    site: str,
    app: Flask,
    ensure_accessible: Check,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(later, "LONG", 1)
    last = LastMonth(member.community.engine)
    yem = Phones(member, site).of("yem@example.org")
    yem.page.clock.install()
    yem.page.goto(f"/c/ST/ST001/statements/{last.month}")
    yem.follow("Download as PDF")
    waits = yem.page.locator("[data-again]")
    expect(waits).to_be_visible()
    ensure_accessible(yem.page)
    waits.evaluate("place => { place.dataset.same = '1' }")
    for _ in range(2):
        with yem.page.expect_response("**/drawing"):
            yem.page.clock.run_for(5000)
    expect(yem.page.locator("[data-same]")).to_be_visible()
    handlers = app.extensions[EXTENSION].job_handlers
    run_due(member.community.engine, {later.JOB: handlers[later.JOB]}, clock.now())
    with yem.page.expect_response("**/drawing"):
        yem.page.clock.run_for(5000)
    expect(yem.page.locator(".notice-good")).to_be_visible()
    ensure_accessible(yem.page)
    with yem.page.expect_download() as taken:
        yem.follow("Download as PDF")
    assert taken.value.suggested_filename == f"ST001-{last.month}.pdf"
