"""A write-off from a fund, and an appeal with its lot and panel, before several browsers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from ledger.governance import queries, service
from ledger.governance.rules.panels import Answer
from ledger.journal import service as journal
from ledger.kernel.identifiers import new_request_key
from ledger.members import queries as members
from ledger.members import service as membership
from ledger.members.queries import Standing
from ledger.persistence.unit_of_work import in_unit_of_work
from tests.communities import a_cell
from tests.journeys.clocks import Clock
from tests.journeys.member import Member, let_sign_in
from tests.journeys.phones import Phones, on_a_phone

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]
PROMISED = "You have promised your number. From %(moment)s on you can reveal it here."


def standing(member: Member, person_id: int, moving: Clock) -> Standing:
    community = member.community
    found = in_unit_of_work(
        community.engine,
        lambda s: members.find_standing(s, person_id, community.view.code, moving.now),
        write=False,
    )
    assert found is not None
    return found


@on_a_phone
def test_a_fund_writes_off_what_a_cell_is_below_zero(
    member: Member, moving: Clock, site: str, ensure_accessible: Check
) -> None:
    community = member.community
    giver = community.enrol(a_cell("Penyumbang"))
    community.pay(member.siti, giver, 30)
    in_unit_of_work(
        community.engine,
        lambda s: service.found_fund(s, community.view, "Kas", "Masa sulit", moving.now),
    )
    let_sign_in(community.engine, giver.person_id, "giver@example.org")
    phones = Phones(member, site)
    other = phones.of("giver@example.org")
    other.page.goto("/c/SB/funds/900001")
    other.follow("Give to it from %(cell)s")
    other.press("Give it")
    expect(other.page.locator("#amount-error")).to_be_visible()
    ensure_accessible(other.page)
    other.fill("How much?", "50")
    other.press("Give it")
    other.page.wait_for_url("**/funds/900001")
    expect(other.page.get_by_text(other.say("Given to the fund")).first).to_be_visible()

    ana, budi, citra = (
        phones.serving("steward", f"{name}@example.org") for name in ("ana", "budi", "citra")
    )
    ana.page.goto("/c/SB/measures")
    ensure_accessible(ana.page)
    ana.follow("Write off what a cell is below zero")
    ana.fill("Which cell?", "SB001")
    ana.fill("How much?", "31")
    ana.fill("Why?", "Dapurnya terbakar")
    ana.press("Propose it")
    expect(ana.page.locator("#amount-error")).to_be_visible()
    ensure_accessible(ana.page)
    ana.fill("How much?", "30")
    ana.press("Propose it")
    ana.page.wait_for_url("**/proposals/1")
    ensure_accessible(ana.page)
    moving.move(hours=72)
    for steward in (ana, budi, citra):
        steward.page.goto("/c/SB/proposals/1")
        steward.page.get_by_role("radio", name=steward.say("Yes")).check()
        steward.fill("Why?", "Untuk inilah kas ada")
        steward.press("Cast my ballot")
        expect(steward.page.locator(".ballot .notice-good")).to_be_visible()
    ensure_accessible(citra.page)
    moving.move(days=5)
    moving.move(days=2)
    member.sign_in()
    member.page.goto("/c/SB/SB001/history")
    expect(member.page.get_by_text(member.say("By a decision of the community"))).to_be_visible()
    assert community.balance(member.siti) == 0
    member.page.goto("/c/SB/funds/900001")
    ensure_accessible(member.page)
    member.follow("Decision %(number)s")
    member.page.wait_for_url("**/decisions/1")
    expect(member.page.get_by_text("Untuk inilah kas ada")).to_have_count(3)
    ensure_accessible(member.page)


@on_a_phone
def test_five_drawn_by_lot_return_a_decision(
    member: Member, moving: Clock, site: str, ensure_accessible: Check
) -> None:
    community, phones = member.community, Phones(member, site)
    for _ in range(2):
        community.enrol(a_cell())
    ana = phones.serving("steward", "ana@example.org")
    decide(member, moving)
    member.sign_in()
    member.page.goto("/c/SB/decisions/1")
    member.follow("Appeal against it")
    ensure_accessible(member.page)
    member.fill("Why should they decide once more?", "Angka tahun lalu")
    member.press("Appeal")
    expect(member.page.locator(".badge-contested")).to_be_visible()

    moving.move(minutes=1)
    ana.page.goto("/c/SB/committee")
    ana.follow("Your part in the lot %(number)s")
    ensure_accessible(ana.page)
    ana.press("Promise my number")
    expect(ana.page.get_by_text(ana.say(PROMISED))).to_be_visible()
    moving.move(hours=12)
    ana.page.reload()
    ana.press("Reveal my number")
    expect(
        ana.page.get_by_text(ana.say("You have revealed your number. Thank you."))
    ).to_be_visible()
    moving.move(hours=12)
    in_unit_of_work(community.engine, lambda s: journal.seal(s, community.view.id, moving.now))
    moving.move(minutes=1)
    ana.page.reload()
    ensure_accessible(ana.page)
    with ana.page.expect_download() as lot:
        ana.follow("The lot (JSON)")
    assert lot.value.suggested_filename == "SB-L1.json"

    panel = in_unit_of_work(
        community.engine,
        lambda s: queries.appeal_of(s, community.view, 1, 0, moving.now).panel,
        write=False,
    )
    assert len(panel) == 5
    let_sign_in(community.engine, panel[0].person_id, "juror@example.org")
    juror = phones.of("juror@example.org")
    juror.follow("You judge an appeal: %(title)s")
    juror.press("Answer")
    expect(juror.page.locator(".ballot .form-error").first).to_be_visible()
    ensure_accessible(juror.page)
    juror.page.get_by_role("radio", name=juror.say("They decide once more")).check()
    juror.page.locator("#reasons").fill("Belum ada angka tahun ini")
    juror.press("Answer")
    expect(juror.page.get_by_role("button", name=juror.say("Change my answer"))).to_be_visible()
    for one in panel[1:3]:
        answer(member, one.person_id, moving)
    juror.page.reload()
    expect(juror.page.get_by_text("Belum ada angka tahun ini")).to_be_visible()
    expect(juror.page.locator(".badge-discussion")).to_be_visible()
    ensure_accessible(juror.page)


def decide(member: Member, moving: Clock) -> None:
    """Have two more stewards and Ana's vote raise the limit of Siti's cell, published."""
    community = member.community
    engine, view = community.engine, community.view
    for _ in range(3):
        person = community.a_person()
        in_unit_of_work(
            engine,
            lambda s, p=person: membership.grant_role(
                s, view.id, p, "steward", "founding", moving.now
            ),
        )
    siti = standing(member, member.siti.person_id, moving)
    asked = service.Propose(member.siti.account, 15_000, "Kurang", new_request_key())
    in_unit_of_work(engine, lambda s: service.propose(s, siti, asked, moving.now))
    moving.move(hours=72)
    stewards = in_unit_of_work(
        engine, lambda s: members.ids_of_role(s, view.id, ["steward"], moving.now), write=False
    )
    for person in stewards:
        ballot = service.CastBallot(1, 15_000, "Ya", new_request_key())
        who = standing(member, person, moving)
        in_unit_of_work(engine, lambda s, w=who, b=ballot: service.cast(s, w, b, moving.now))
    moving.move(days=5)


def answer(member: Member, person_id: int, moving: Clock) -> None:
    who = standing(member, person_id, moving)
    command = service.Judge(1, Answer.RETURN, "Setuju")
    in_unit_of_work(
        member.community.engine, lambda s: service.answer_appeal(s, who, command, moving.now)
    )
