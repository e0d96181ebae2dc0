"""Limits as people ask for them, vote on them and read of them, in the browser."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from ledger.members import service as members
from tests.communities import a_cell, number_of
from tests.databases import Databases
from tests.governance.halls import Hall, a_hall
from tests.governance.test_losing import run_jobs

EVERYTHING = 15_000
"""150 whole units, which the subject asks for."""


@pytest.fixture
def hall(
    databases: Databases,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
    request: pytest.FixtureRequest,
) -> Iterator[Hall]:
    level = getattr(request, "param", "members")
    with (
        databases.fresh("sqlite") as database,
        a_hall(database, tmp_path, monkeypatch, now, transparency=level) as hall,
    ):
        yield hall


def words(page: str) -> str:
    """A page's text, for what is said on it."""
    text = re.sub(r"<(script|style|template).*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", text.replace("&#39;", "'"))


def ballot_in(page: str) -> tuple[str, str]:
    """The choice and the reason that the ballot on a page begins with."""
    form = page.split('aria-labelledby="ballot"')[1].split("</form>", maxsplit=1)[0]
    ticked = re.search(r'name="choice" value="([^"]*)" checked', form)
    reason = re.search(r"<textarea[^>]*>([^<]*)</textarea>", form)
    assert reason
    return ticked[1] if ticked else "", reason[1]


def before_in(page: str) -> list[tuple[str, ...]]:
    """Version, figure and words of what was proposed before, as a page shows it."""
    shown = page.split('<details class="earlier">')[1].split("</details>", maxsplit=1)[0]
    one = r'<strong>([^<]*)</strong>.*?class="figure">([^<]*)<.*?"words-said">([^<]*)<'
    return [
        tuple(part.replace("\xa0", " ") for part in found)
        for found in re.findall(one, shown, re.DOTALL)
    ]


class TestAsking:
    def test_from_the_limit_to_the_proposal(self, hall: Hall) -> None:
        subject = hall.council.subject
        assert 'href="/c/SB/SB001/limit/ask"' in hall.get(subject, "/SB001/limit")
        assert "at most 150.00" in words(hall.get(subject, "/SB001/limit/ask"))
        address = hall.post(
            subject, "/SB001/limit/ask", figure="150", reasons="We sell more\nthan we did"
        )
        assert address == "/c/SB/proposals/1"
        page = words(hall.get(hall.council.stewards[0], "/proposals/1"))
        assert "In discussion" in page
        assert "We sell more than we did" in page
        assert "26 November 2026" in page
        assert "Look at it" in hall.get(subject, "/SB001/limit/ask")
        listed = words(hall.get(subject, "/proposals"))
        assert "Credit limit of Pemohon" in listed
        assert "100.00 poin → becomes 150.00 poin" in listed

    def test_what_may_come_of_it_is_said_by_an_example(self, hall: Hall) -> None:
        """Steps of 50 from 100 on, up to half as much again: nothing lies on the way to 150."""
        page = words(hall.get(hall.council.subject, "/SB001/limit/ask"))
        assert "Write the limit that you need." in page
        assert "For example" not in page
        other = hall.council.community.enrol(a_cell().with_limit(200))
        page = words(hall.get(other, f"/{number_of(other)}/limit/ask"))
        assert "you have 200.00 poin and ask for 300.00 poin; they may choose 250.00 poin" in page

    def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(self, hall: Hall) -> None:
        for figure, reasons, wrong in (
            ("", "Because", "figure"),
            ("many", "Because", "figure"),
            ("150", "", "reasons"),
            ("100", "Because", "figure"),
            ("50", "Because", "figure"),
        ):
            form = {"figure": figure, "reasons": reasons}
            page = hall.post(hall.council.subject, "/SB001/limit/ask", 422, **form)
            assert f'id="{wrong}-error"' in page
            assert reasons in page
        assert "Nothing is proposed" in hall.get(hall.council.subject, "/proposals")

    def test_a_double_tap_asks_once(self, hall: Hall) -> None:
        for _ in range(2):
            hall.post(hall.council.subject, "/SB001/limit/ask", figure="150", reasons="Because")
        assert hall.get(hall.council.subject, "/proposals").count("In discussion") == 1

    def test_a_steward_proposes_and_the_cell_replies(self, hall: Hall) -> None:
        steward, subject = hall.council.stewards[0], hall.council.subject
        assert 'id="cell-error"' in hall.post(
            steward, "/proposals/new", 422, cell="Nobody", figure="150", reasons="Because"
        )
        hall.post(steward, "/proposals/new", cell="SB001", figure="150", reasons="They grew")
        assert "read it and reply" in hall.get(subject, "/SB001/")
        hall.post(subject, "/proposals/1/say", text="We would rather wait")
        home = hall.get(subject, "/SB001/")
        assert "read it and reply" not in home
        assert "Being decided: Credit limit of Pemohon" in home
        hall.council.pass_time(hours=72)
        hall.council.run_jobs()
        evidence = hall.get(hall.council.stewards[1], "/proposals/1").split('id="evidence"')[1]
        assert "We would rather wait" in evidence.split('id="timeline"')[0]

    def test_one_changes_and_withdraws_only_ones_own(self, hall: Hall) -> None:
        hall.council.propose(150)
        subject, other = hall.council.subject, hall.council.stewards[0]
        assert 'value="150.00"' in hall.get(subject, "/proposals/1/amend")
        hall.post(subject, "/proposals/1/amend", figure="200", reasons="A harvest more")
        page = hall.get(other, "/proposals/1")
        assert "A harvest more" in page
        assert before_in(page) == [("version 1", "150.00 poin", "We sell more than we did")]
        hall.post(subject, "/proposals/1/amend", figure="250", reasons="Two harvests more")
        newest, oldest = before_in(hall.get(other, "/proposals/1"))
        assert newest == ("version 2", "200.00 poin", "A harvest more")
        assert oldest == ("version 1", "150.00 poin", "We sell more than we did")
        hall.post(other, "/proposals/1/amend", 403, figure="100", reasons="No")
        hall.post(other, "/proposals/1/withdraw", 403)
        hall.post(subject, "/proposals/1/withdraw")
        assert hall.council.state(1) == "canceled"


class TestEvidence:
    def test_the_gist_stands_above_groups_that_fold(self, hall: Hall) -> None:
        """Each line leads into its group: there a browser unfolds it by itself."""
        hall.council.opened()
        page = hall.get(hall.council.stewards[0], "/proposals/1")
        gist = page.split('class="gist"')[1].split("</nav>", maxsplit=1)[0]
        for said in ("Days below zero", "Turnover", "Cover by the fund"):
            assert said in gist
        groups = re.findall(r'href="#(evidence-[a-z]+)"', gist)
        assert groups == [f"evidence-{one}" for one in ("balance", "trade", "community", "futures")]
        fold = re.compile(r'<details class="fold"( open)?>.*?id="(evidence-[a-z]+)"', re.DOTALL)
        folds = fold.findall(page)
        assert folds == [(" open", groups[0]), *(("", one) for one in groups[1:])]


class TestDiscussing:
    def test_words_are_said_and_taken_back(self, hall: Hall) -> None:
        hall.council.propose(150)
        one, two = hall.council.stewards[:2]
        assert 'id="text-error"' in hall.post(one, "/proposals/1/say", 422, text=" ")
        hall.post(one, "/proposals/1/say", text="Who buys it?")
        hall.post(two, "/proposals/1/say/1/erase", 404)
        assert "Who buys it?" in hall.get(two, "/proposals/1")
        hall.post(one, "/proposals/1/say/1/erase")
        page = hall.get(two, "/proposals/1")
        assert "Who buys it?" not in page
        assert "taken back" in page

    def test_an_auditor_reads_and_says_nothing(self, hall: Hall) -> None:
        hall.council.propose(150)
        auditor = hall.serving("auditor")
        assert 'id="evidence"' in hall.get(auditor, "/proposals/1")
        hall.post(auditor, "/proposals/1/say", 403, text="I think")

    def test_an_objection_with_support_sends_the_proposal_back(self, hall: Hall) -> None:
        number = hall.council.opened()
        one, two = hall.council.stewards[:2]
        assert 'id="ground-error"' in hall.post(one, "/proposals/1/objections", 422, ground="")
        for _ in range(2):
            hall.post(one, "/proposals/1/objections", ground="Show the orders first")
        assert len(hall.council.seen(number).objections) == 1
        hall.post(one, "/proposals/1/objections/1/support", 422)
        hall.post(two, "/proposals/1/objections/1/support")
        assert hall.council.state(number) == "discussion"
        assert "sent back into discussion" in hall.get(one, "/proposals/1")


class TestVoting:
    def test_a_ballot_its_receipt_and_a_change(self, hall: Hall) -> None:
        number = hall.council.opened()
        one, two = hall.council.stewards[:2]
        page = words(hall.get(one, "/proposals/1"))
        assert "counts as the present limit of 100.00" in page
        hall.post(one, "/proposals/1/vote", choice="15000", reason="They deliver")
        own = words(hall.get(one, "/proposals/1"))
        assert own.index("You voted: 150.00") < own.index("We sell more")
        link = hall.council.cast(number, two, 100).link
        assert link in hall.get(two, "/proposals/1")
        seen = words(hall.get(two, "/proposals/1"))
        assert "2 of 5 have voted" in seen
        assert "They deliver" not in seen
        hall.post(
            one, "/proposals/1/vote", choice="abstain", reason="Not sure", request_key="n" * 22
        )
        assert "You abstained" in hall.get(one, "/proposals/1")

    def test_who_no_longer_votes_counts_no_more(self, hall: Hall) -> None:
        hall.council.opened()
        gone, stays = hall.council.stewards[:2]
        hall.post(gone, "/roles/resign", role="steward")
        thanks = "You no longer serve as steward. Thank you for your service."
        assert thanks in words(hall.get(gone, "/roles?left=steward"))
        assert thanks not in words(hall.get(stays, "/roles?left=steward"))
        run_jobs(hall.council)
        for path in ("/proposals/1", "/committee"):
            assert "0 of 4 have voted" in words(hall.get(stays, path))
        assert "The quorum is 3." in words(hall.get(stays, "/committee"))

    def test_changing_a_ballot_begins_with_the_one_that_counts(self, hall: Hall) -> None:
        hall.council.opened()
        one, two = hall.council.stewards[:2]
        hall.post(one, "/proposals/1/vote", choice="10000", reason="Wait for\nthe harvest")
        for path in ("/proposals/1", "/proposals/1?figure=15000"):
            assert ballot_in(hall.get(one, path)) == ("10000", "Wait for\nthe harvest")
        assert ballot_in(hall.get(two, "/proposals/1")) == ("", "")
        refused = hall.post(
            one, "/proposals/1/vote", 422, choice="abstain", reason="", request_key="n" * 22
        )
        assert ballot_in(refused) == ("abstain", "")
        elsewhere = hall.post(one, "/proposals/1/say", 422, text="")
        assert ballot_in(elsewhere) == ("10000", "Wait for\nthe harvest")

    def test_what_is_wrong_with_a_ballot(self, hall: Hall) -> None:
        hall.council.opened()
        for choice, figure, reason, wrong in (
            ("", "", "Because", "choice"),
            ("other", "", "Because", "figure"),
            ("other", "many", "Because", "figure"),
            ("12345", "", "Because", ""),
            ("15000", "", "", "reason"),
        ):
            form = {"choice": choice, "figure": figure, "reason": reason}
            page = hall.post(hall.council.stewards[0], "/proposals/1/vote", 422, **form)
            assert reason in page
            assert not wrong or f'id="{wrong}-error"' in page
        assert hall.council.seen(1).voters[0].has_voted is False

    def test_who_is_not_on_the_roster_does_not_vote(self, hall: Hall) -> None:
        hall.council.opened()
        for person in (hall.council.subject, hall.serving("coordinator")):
            assert "Cast my ballot" not in hall.get(person, "/proposals/1")
            hall.post(person, "/proposals/1/vote", 403, choice="15000", reason="Please")

    def test_what_if_for_the_figure_one_is_about_to_choose(self, hall: Hall) -> None:
        hall.council.opened()
        one = hall.council.stewards[0]
        page = hall.get(one, "/proposals/1?figure=15000")
        told = words(page.split('id="what-if"')[1].split('id="ballot"')[0])
        assert "+50.00" in told
        assert "650.00 poin with this limit" in told
        assert re.search(r'value="15000" checked', page)
        for strange in ("12345", "x", "9" * 40, "-1"):
            assert (
                "with this limit"
                not in hall.get(one, f"/proposals/1?figure={strange}")
                .split('id="what-if"')[1]
                .split('id="ballot"')[0]
            )

    def test_a_lapsed_vote_is_opened_once_more(self, hall: Hall) -> None:
        number = hall.council.decided([150])
        assert hall.council.state(number) == "lapsed"
        hall.post(hall.council.stewards[0], "/proposals/1/reopen")
        assert hall.council.state(number) == "active"

    def test_the_desk_shows_who_has_voted_and_not_how(self, hall: Hall) -> None:
        number = hall.council.opened()
        one, two = hall.council.stewards[:2]
        assert "Please vote" in hall.get(one, "/SB002/")
        hall.post(one, "/proposals/1/vote", choice="15000", reason="They deliver")
        assert "Please vote" not in hall.get(one, "/SB002/")
        assert "Please vote" in hall.get(two, "/")
        desk = words(hall.get(two, "/committee"))
        assert "1 of 5 have voted" in desk
        assert "They deliver" not in desk
        assert hall.council.seen(number).voters[0].name in desk.split("Not yet")[0]


class TestFreezes:
    def test_an_account_frozen_by_a_vote_stands_on_the_desk(self, hall: Hall) -> None:
        council, steward = hall.council, hall.council.stewards[0]
        assert "until another decision" not in hall.get(steward, "/desk")
        place = (council.community.view.id, council.subject.account)
        council.do(lambda s: members.freeze_by_decision(s, *place, "decision:1", council.now))
        for path in ("/desk", "/"):
            page = words(hall.get(steward, path))
            assert "Frozen accounts" in page
            assert "until another decision" in page


class TestDecisions:
    def test_everybody_reads_why_and_the_limit_leads_there(self, hall: Hall) -> None:
        self.execute(hall)
        member = hall.council.subject
        assert 'href="/c/SB/decisions/1"' in hall.get(member, "/SB001/limit")
        page = words(hall.get(member, "/decisions/1"))
        for said in ("In effect", "I looked at it", "version 1", "Evidence as it stood", "3 of 5"):
            assert said in page
        assert hall.council.seen(1).decisions[0].digest in page

    def test_the_record_and_the_verifier_are_all_it_takes(self, hall: Hall, tmp_path: Path) -> None:
        self.execute(hall)
        member = hall.council.subject
        (tmp_path / "record.json").write_text(hall.get(member, "/decisions/1/record.json"))
        (tmp_path / "verify.py").write_text(hall.outside().get("/verify.py").text)
        digest = hall.council.seen(1).decisions[0].digest
        command = [sys.executable, "-I", "verify.py", "record.json", "--digest", digest]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b"")

    def test_an_erased_reply_leaves_the_record_sound(self, hall: Hall, tmp_path: Path) -> None:
        number = hall.council.propose(150)
        hall.post(hall.council.subject, "/proposals/1/say", text="Ask my buyers")
        hall.council.pass_time(hours=72)
        hall.council.run_jobs()
        for steward in hall.council.stewards:
            hall.council.cast(number, steward, 150)
        hall.council.pass_time(days=5)
        hall.council.run_jobs()
        assert "Ask my buyers" in hall.get(hall.council.stewards[0], "/decisions/1")
        hall.post(hall.council.subject, "/proposals/1/say/1/erase")
        assert "Ask my buyers" not in hall.get(hall.council.stewards[0], "/decisions/1")
        record = json.loads(hall.get(hall.council.subject, "/decisions/1/record.json"))
        assert record["evidence"]["replies"][0]["text"] is None
        hall.council.pass_time(hours=48)
        hall.council.run_jobs()
        assert hall.council.state(number) == "executed"

    @pytest.mark.parametrize(
        ("hall", "outsider", "member", "steward"),
        [("own", 1, 2, 3), ("members", 1, 3, 3), ("everyone", 3, 3, 3)],
        indirect=["hall"],
    )
    def test_sight_follows_the_transparency(
        self, hall: Hall, outsider: int, member: int, steward: int
    ) -> None:
        self.execute(hall)
        other = hall.council.community.enrol(a_cell())
        browsers = (hall.outside(), hall.of(other), hall.of(hall.council.stewards[0]))
        for browser, sight in zip(browsers, (outsider, member, steward), strict=True):
            response = browser.get("/c/SB/decisions/1")
            page = words(response.text)
            assert response.status_code == 200
            assert "How it was counted" in page
            assert ("Pemohon" in page, "I looked at it" in page) == (sight > 1, sight > 1)
            assert ("Evidence as it stood" in page) == (sight > 2)
            status = browser.get("/c/SB/decisions/1/record.json").status_code
            assert status == (200 if sight > 2 else 404)

    def test_coordinators_see_that_they_cannot_touch_a_limit(self, hall: Hall) -> None:
        self.execute(hall)
        coordinator = hall.serving("coordinator")
        for path in ("/proposals", "/proposals/1", "/desk"):
            assert "only a vote does" in hall.get(coordinator, path)

    @staticmethod
    def execute(hall: Hall) -> None:
        hall.council.decided([150, 150, 100, 150, 150])
        hall.council.pass_time(hours=48)
        hall.council.run_jobs()
        assert hall.council.state(1) == "executed"
