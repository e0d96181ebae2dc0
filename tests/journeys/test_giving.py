"""I gave and what follows, history, plans and QR codes, as people meet them on their phones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from ledger.members.queries import Acting
from ledger.persistence.engine import pool_of
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.trades.rules.plans import Rhythm
from ledger.trades.rules.states import Event, State
from ledger.trades.service import run_plan
from ledger.web import patience
from tests.communities import POIN, a_cell
from tests.identity.people import PASSWORD
from tests.journeys.member import PHONE, Member, everywhere, let_sign_in
from tests.turns import held

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]

on_a_phone = pytest.mark.parametrize(
    ("page", "member"),
    [(PHONE, "id"), (PHONE, "en")],
    indirect=True,
    ids=["phone-id", "phone-en"],
)


@pytest.fixture
def rani(member: Member) -> Acting:
    """Who acts for `Sari Rasa` (SB005, limit 100) and can sign in."""
    rani = member.community.enrol(a_cell("Sari Rasa").with_limit(100))
    let_sign_in(member.community.engine, rani.person_id, "rani@example.org")
    return rani


@pytest.fixture
def ranis_phone(member: Member, rani: Acting) -> Iterator[Member]:
    """Rani, signed in on a phone of her own, in the same language."""
    context = member.page.context.browser.new_context(  # type: ignore[union-attr]
        viewport=PHONE,  # type: ignore[arg-type]
        locale="id-ID",
    )
    page = context.new_page()
    phone = Member(page, member.speaker, member.community, rani)
    yield phone
    context.close()


def sign_in_rani(phone: Member, site: str) -> None:
    phone.page.goto(f"{site}/sign-in")
    if phone.speaker.language != "id":
        phone.page.get_by_role("button", name="English").click()
    phone.fill("E-mail, phone or member number", "rani@example.org")
    phone.fill("Password", PASSWORD)
    phone.press("Sign in")
    phone.page.wait_for_url("**/c/SB/SB005/")


def fill_what_i_gave(member: Member, amount: str = "20") -> None:
    member.fill("Who got it?", "sari")
    member.fill("How much?", amount)
    member.fill("What for?", "Tempe mendoan")


@everywhere
def test_i_gave_is_confirmed_on_the_other_phone(
    member: Member, rani: Acting, ranis_phone: Member, site: str, ensure_accessible: Check
) -> None:
    page = member.page
    member.sign_in()
    member.follow("I gave")
    member.sees("What I gave")
    ensure_accessible(page)
    fill_what_i_gave(member)
    member.press("Continue")
    member.sees("Is this right?")
    expect(page.locator(".sentence")).to_contain_text("Sari Rasa")
    expect(page.locator(".facts")).to_contain_text(member.speaker.figure(12000, POIN))
    ensure_accessible(page)
    member.press("Ask for confirmation")
    page.wait_for_url("**/r/*")
    expect(page.locator(".notice-warning")).to_contain_text("Sari Rasa")
    ensure_accessible(page)
    assert member.community.balance(rani) == 0

    theirs = ranis_phone.page
    sign_in_rani(ranis_phone, site)
    ensure_accessible(theirs)
    theirs.locator(".choice-due").click()
    ranis_phone.sees("Did you get this?")
    expect(theirs.locator(".facts")).to_contain_text(member.speaker.figure(8000, POIN))
    ensure_accessible(theirs)
    theirs.locator(".deed .btn-primary").click()
    expect(theirs.locator(".happened")).to_contain_text("Sari Rasa")
    ensure_accessible(theirs)
    assert member.community.balance(rani) == -2000

    page.reload()
    expect(page.locator(".notice-good")).to_be_visible()
    expect(page.locator(".receipt-proof")).to_contain_text(
        member.speaker.gettext("Not sealed yet: waiting for the next seal.")
    )
    ensure_accessible(page)


@on_a_phone
def test_declining_needs_a_reason_and_the_asker_reads_it(
    member: Member, rani: Acting, ensure_accessible: Check
) -> None:
    page = member.page
    token = member.community.ask(rani, member.siti, 30, "Kerupuk").token
    member.sign_in()
    page.locator(".choice-due").click()
    page.locator("summary").filter(has_text=member.say("Decline")).click()
    ensure_accessible(page)
    decline = page.locator("details").filter(has=page.get_by_role("button", name=re.compile(".")))
    decline.get_by_role("button").click()
    expect(page.locator("#reason-error, #problem").first).to_be_visible()
    ensure_accessible(page)
    page.fill("#reason", "Belum sampai")
    page.locator("details[open] button").click()
    expect(page.locator(".happened")).to_contain_text("Belum sampai")
    assert member.community.seen(rani, token).state is State.DECLINED
    assert member.community.balance(member.siti) == 0


@on_a_phone
def test_a_reversal_is_asked_for_and_given(
    member: Member, rani: Acting, ensure_accessible: Check
) -> None:
    page = member.page
    token = member.community.pay(rani, member.siti, 30, "Kerupuk").token
    member.community.answer(rani, token, Event.ASK_REVERSAL, "Melempem")
    member.sign_in()
    page.locator(".choice-due").click()
    member.sees("Will you give this back?")
    expect(page.locator("main")).to_contain_text("Melempem")
    ensure_accessible(page)
    page.locator(".deed .btn-primary").click()
    expect(page.locator(".happened li")).to_have_count(2)
    assert member.community.balance(rani) == 0
    member.follow("Receipt")
    expect(page.locator(".notice-warning")).to_be_visible()
    ensure_accessible(page)


@on_a_phone
def test_a_refusal_names_what_i_have_left(member: Member, rani: Acting) -> None:
    token = member.community.pay(rani, member.siti, 90, "Kerupuk").token
    member.community.pay(member.siti, rani, 100, "Kain")
    member.community.pay(member.siti, member.community.enrol(a_cell()), 50, "Gula")
    member.sign_in()
    page = member.page
    page.goto(f"/c/SB/SB001/trades/{token}")
    page.locator("summary").filter(has_text=member.say("Give it back")).click()
    page.locator("details[open] button").click()
    expect(page.locator("#problem")).to_contain_text(member.speaker.figure(4000, POIN))
    assert member.community.balance(member.siti) == -6000


@on_a_phone
def test_without_signal_i_gave_and_confirm_are_sent_once(member: Member, rani: Acting) -> None:
    page = member.page
    member.sign_in()
    member.follow("I gave")
    fill_what_i_gave(member)
    page.context.set_offline(True)
    member.press("Continue")
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.input_value("#what") == "Tempe mendoan"
    page.context.set_offline(False)
    member.press("Continue")
    member.sees("Is this right?")
    page.context.set_offline(True)
    member.press("Ask for confirmation")
    expect(page.get_by_role("alert")).to_be_visible()
    page.context.set_offline(False)
    member.press("Ask for confirmation")
    page.wait_for_url("**/r/*")

    token = member.community.ask(rani, member.siti, 30, "Kerupuk").token
    page.goto(f"/c/SB/SB001/trades/{token}")
    page.context.set_offline(True)
    page.locator(".deed .btn-primary").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert member.community.balance(member.siti) == 0
    page.context.set_offline(False)
    page.locator(".deed .btn-primary").dblclick()
    expect(page.locator(".happened li")).to_have_count(1)
    assert member.community.balance(member.siti) == -3000


@on_a_phone
def test_when_the_answer_is_lost_on_the_way_sending_again_books_nothing_new(
    member: Member, rani: Acting
) -> None:
    token = member.community.ask(rani, member.siti, 30, "Kerupuk").token
    page = member.page
    member.sign_in()
    page.goto(f"/c/SB/SB001/trades/{token}")
    lost: list[str] = []

    def lose_once(route) -> None:  # type: ignore[no-untyped-def]
        if not lost:
            lost.append(route.request.url)
            route.fetch(max_redirects=0)
            route.abort()
        else:
            route.continue_()

    page.route("**/confirm", lose_once)
    page.locator(".deed .btn-primary").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert member.community.balance(member.siti) == -3000
    page.locator(".deed .btn-primary").click()
    expect(page.locator(".happened li")).to_have_count(1)
    assert member.community.balance(member.siti) == -3000


@on_a_phone
def test_whoever_meets_busy_books_sends_the_same_again_with_one_button(
    member: Member, rani: Acting, monkeypatch: pytest.MonkeyPatch, ensure_accessible: Check
) -> None:
    token = member.community.ask(rani, member.siti, 30, "Kerupuk").token
    turn = pool_of(member.community.engine).queue
    assert turn is not None
    member.sign_in()
    member.page.goto(f"/c/SB/SB001/trades/{token}")
    monkeypatch.setattr(patience, "SECONDS", 0.01)
    with held(turn):
        member.press_first(".deed .btn-primary")
        member.sees("Please try again in a moment")
        ensure_accessible(member.page)
    member.press("Send again")
    expect(member.page.locator(".happened li")).to_have_count(1)
    assert member.community.balance(member.siti) == -3000


@on_a_phone
@pytest.mark.usefixtures("rani")
def test_a_qr_code_leads_to_both_ways_of_recording(
    member: Member, ensure_accessible: Check
) -> None:
    page = member.page
    member.sign_in()
    member.follow("My QR")
    expect(page.locator("svg.qr")).to_be_visible()
    expect(page.locator(".address")).to_have_text(re.compile("/c/SB/to/SB001$"))
    ensure_accessible(page)
    page.goto("/c/SB/to/SB005")
    ensure_accessible(page)
    member.follow("I gave")
    assert page.input_value("#other") == "SB005 Sari Rasa"
    page.goto("/c/SB/to/SB005")
    member.follow("I got")
    assert page.input_value("#other") == "SB005 Sari Rasa"


@everywhere
def test_history_is_searched_taken_away_and_repeated(
    member: Member, rani: Acting, ensure_accessible: Check
) -> None:
    page = member.page
    member.community.pay(member.siti, rani, 30, "=Kerupuk udang")
    member.community.pay(rani, member.siti, 12, "Tempe")
    member.sign_in()
    page.goto("/c/SB/SB001/history")
    expect(page.locator(".entries > li")).to_have_count(2)
    expect(page.locator("svg.chart")).to_be_visible()
    page.locator("main summary").click()
    ensure_accessible(page)
    page.fill("#q", "UDANG")
    member.press("Search")
    expect(page.locator(".entries > li")).to_have_count(1)
    ensure_accessible(page)
    with page.expect_download() as table:
        member.follow("Download this as a table (CSV)")
    lines = table.value.path().read_text("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "'=Kerupuk udang" in lines[1]
    page.locator(".again").click()
    member.sees("What I got")
    assert page.input_value("#what") == "=Kerupuk udang"
    assert page.input_value("#amount") == member.speaker.entry(3000, POIN)


@on_a_phone
@pytest.mark.usefixtures("rani")
def test_a_plan_is_made_paused_resumed_and_ended(member: Member, ensure_accessible: Check) -> None:
    page = member.page
    member.sign_in()
    member.follow("Planned")
    member.follow("Plan something")
    ensure_accessible(page)
    member.fill("Who will give it?", "SB005")
    member.fill("How much?", "5")
    member.fill("What for?", "Iuran air")
    page.select_option("#rhythm", "monthly")
    member.press("Continue")
    member.sees("Is this right?")
    expect(page.locator(".sentence")).to_contain_text("Sari Rasa")
    ensure_accessible(page)
    member.press("Confirm")
    expect(page.locator(".plans li")).to_have_count(1)
    ensure_accessible(page)
    member.press("Pause")
    member.press("Resume")
    page.goto("/c/SB/SB001/")
    expect(page.locator(".pending")).to_contain_text("Iuran air")
    ensure_accessible(page)
    page.goto("/c/SB/SB001/plans")
    member.press("End")
    expect(page.locator(".plans")).to_have_count(0)
    assert member.community.balance(member.siti) == 0


@on_a_phone
def test_what_was_missed_stands_on_home_until_it_is_noted(
    member: Member, rani: Acting, ensure_accessible: Check
) -> None:
    first = member.community.now.date() + timedelta(days=2)
    plan = member.community.plan(member.siti, rani, 500, Rhythm.MONTHLY, first, "Sewa kios")
    later = member.community.now + timedelta(days=3)
    in_unit_of_work(member.community.engine, lambda session: run_plan(session, plan, first, later))
    page = member.page
    member.sign_in()
    expect(page.locator(".choice-missed")).to_contain_text("Sewa kios")
    page.locator(".choice-missed").click()
    expect(page.locator(".notice-wrong")).to_contain_text(member.speaker.figure(10000, POIN))
    ensure_accessible(page)
    member.follow("Record it now")
    assert page.input_value("#what") == "Sewa kios"
    page.goto("/c/SB/SB001/plans")
    member.press("Noted")
    expect(page.locator(".notice-wrong")).to_have_count(0)
