"""All members decide: an election seats a committee, and the constitution changes once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from ledger.governance import queries, service
from ledger.governance.rules.log import Choice
from ledger.governance.verify import verify
from ledger.jobs.service import run_due
from ledger.journal import service as journal
from ledger.kernel import clock
from ledger.kernel.identifiers import new_request_key
from ledger.members import queries as members
from ledger.members import service as member_service
from ledger.members.service.voting import seat_voter
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.web.runtime import EXTENSION
from tests.journeys.member import Member
from tests.journeys.phones import on_a_phone

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]


@dataclass
class Town:
    """Siti's community: she is a steward, every cell has a voter, and time can pass."""

    app: Flask
    member: Member
    patch: pytest.MonkeyPatch
    voters: dict[int, int]

    def pass_time(self, **passing: float) -> None:
        """Let time pass, with everything done that is due, and the books sealed."""
        later = timedelta(**passing)
        before = clock.now
        self.patch.setattr(clock, "now", lambda: before() + later)
        self.do_what_is_due()
        self.do(lambda s, community, now: journal.seal(s, community.id, now))
        self.patch.setattr(clock, "now", lambda: before() + later + timedelta(minutes=2))
        self.do_what_is_due()

    def do_what_is_due(self) -> None:
        parts = self.app.extensions[EXTENSION]
        while run_due(parts.engine, parts.job_handlers, clock.now()).done:
            pass

    def do(self, work: Callable) -> object:
        engine, view = self.app.extensions[EXTENSION].engine, self.member.community.view
        return in_unit_of_work(engine, lambda s: work(s, view, clock.now()))

    def others_vote(self, vote: int, choice: Choice) -> None:
        """Everybody but Siti votes, each on a phone that we need not see."""
        for cell, person in self.voters.items():
            if cell != 1:
                self.do(
                    lambda s, view, now, person=person: cast(s, view, now, person, vote, choice)
                )


def cast(session, view, now, person: int, vote: int, choice: Choice) -> None:
    standing = members.find_standing(session, person, view.code, now)
    service.cast_secret(session, standing, service.CastSecret(vote, choice, new_request_key()), now)


@pytest.fixture
def town(app: Flask, member: Member, monkeypatch: pytest.MonkeyPatch) -> Town:
    home, engine = member.community, app.extensions[EXTENSION].engine

    def work(session) -> dict[int, int]:
        found = {}
        for cell in range(1, 5):
            (holder,) = members.people_of_cell(session, home.view.id, cell)
            seat_voter(session, home.view.id, cell, holder.person_id, home.now)
            found[cell] = holder.person_id
        member_service.grant_role(
            session, home.view.id, member.siti.person_id, "steward", "founding", home.now
        )
        return found

    return Town(app, member, monkeypatch, in_unit_of_work(engine, work))


@on_a_phone
def test_an_election_seats_a_committee(town: Town, ensure_accessible: Check) -> None:
    member = town.member
    member.sign_in()
    member.page.goto("/c/SB/seats")
    member.sees("The committee's seats")
    ensure_accessible(member.page)
    member.press("Call an election")
    member.sees("Election of the committee")
    member.press("I stand")
    expect(member.page.locator("#words-error")).to_be_visible()
    member.fill("A few words about yourself", "Saya terbiasa memegang buku")
    member.press("I stand")
    member.sees("You stand")
    ensure_accessible(member.page)
    name_another(town, town.voters[2])
    town.do(lambda s, view, now: accept(s, view, now, town.voters[2]))

    town.pass_time(days=7)
    town.others_vote(1, (0, 1))
    member.page.goto("/c/SB/SB001/")
    member.follow("Elect the committee")
    ensure_accessible(member.page)
    member.page.get_by_role("checkbox", name=re.compile("memegang buku")).check()
    member.press("Cast this vote")
    member.sees("Your vote is in the box")
    ensure_accessible(member.page)
    key = member.page.locator("code.seal").inner_text()
    member.follow("Done")
    expect(
        member.page.get_by_text(member.speaker.gettext("%(cell)s has voted.", cell="Warung Siti"))
    ).to_be_visible()
    expect(member.page.locator("input[type=checkbox]")).to_have_count(0)

    town.pass_time(days=5)
    member.page.reload()
    member.sees("The committee is elected.")
    ensure_accessible(member.page)
    expect(member.page.locator(".ballot-keys code", has_text=key)).to_have_count(1)
    assert verify(download(member, "/c/SB/member-votes/1/record.json")) == []
    member.page.goto("/c/SB/seats")
    expect(member.page.locator(".entries").get_by_role("link", name="SB/M1")).to_have_count(2)
    ensure_accessible(member.page)


@on_a_phone
def test_the_constitution_changes_once(town: Town, ensure_accessible: Check) -> None:
    member = town.member
    member.sign_in()
    member.page.goto("/c/SB/member-votes")
    ensure_accessible(member.page)
    member.follow("The constitution")
    ensure_accessible(member.page)
    member.follow("Propose a change")
    ensure_accessible(member.page)
    member.fill("Alternates", "12")
    member.fill("Why?", "Kita bertambah banyak")
    member.press("Compare")
    expect(member.page.locator("#alternates-error")).to_be_visible()
    ensure_accessible(member.page)
    member.fill("Alternates", "4")
    member.page.locator("#newcomers").fill(member.speaker.entry(15_000, member.community.view.unit))
    member.press("Compare")
    member.sees("What would change")
    ensure_accessible(member.page)
    member.press("Put it to all members")
    member.sees("A new constitution")

    town.pass_time(days=3)
    town.others_vote(1, 1)
    member.page.goto("/c/SB/SB001/")
    member.follow("Vote on a new constitution")
    ensure_accessible(member.page)
    member.press("Cast this vote")
    expect(member.page.locator("#choice-error")).to_be_visible()
    member.page.get_by_role("radio", name=member.say("Yes")).check()
    member.press("Cast this vote")
    member.sees("Your vote is in the box")

    town.pass_time(days=5)
    member.page.goto("/c/SB/member-votes/1")
    member.sees("The new constitution is in force.")
    member.page.goto("/c/SB/constitution")
    expect(member.page.locator(".lead")).to_contain_text("SB/M1")
    ensure_accessible(member.page)
    assert download(member, "/c/SB/constitution/2.json")["constitution"]["newcomers"] == 15_000
    found = town.do(lambda s, view, _now: queries.constitutions(s, view))
    assert [one.version for one in found] == [2, 1]


@on_a_phone
def test_a_petition_for_a_recall(town: Town, ensure_accessible: Check) -> None:
    member = town.member
    town.do(
        lambda s, view, now: member_service.grant_role(
            s, view.id, town.voters[2], "steward", "founding", now
        )
    )
    member.sign_in()
    member.page.goto("/c/SB/seats")
    member.follow("Recall")
    ensure_accessible(member.page)
    member.fill("Why?", "Tidak pernah datang")
    member.press("Begin the petition")
    # Four cells: one is a tenth of them, so it is discussed at once.
    expect(member.page.get_by_text("Tidak pernah datang")).to_be_visible()
    expect(member.page.get_by_role("button", name=member.say("Withdraw"))).to_be_visible()
    ensure_accessible(member.page)


def name_another(town: Town, person: int) -> None:
    """Siti names somebody by their name."""
    names = town.do(lambda s, view, now: members.people_of(s, view.id, now))
    town.member.fill("Name, e-mail, phone or member number", names[person])
    town.member.press("Name them")
    town.member.sees("You stand")


def accept(session, view, now, person: int) -> None:
    standing = members.find_standing(session, person, view.code, now)
    service.accept(session, standing, 1, "I sell mats", now)


def download(member: Member, address: str) -> dict:
    answer = member.page.request.get(address)
    assert answer.ok
    return json.loads(answer.body())
