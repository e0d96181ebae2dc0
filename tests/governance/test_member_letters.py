"""Mail about appeals, lots, questions of yes or no, and votes of all members, as it arrives.

Everything is read from a test SMTP server: who got what, in which language, by when they
are to act; and every address that a mail gives is opened by whoever got it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from ledger.governance import service
from ledger.governance.rules.measures import Kind
from ledger.governance.rules.panels import Answer
from ledger.identity.model import Person
from ledger.jobs.model import Job
from ledger.jobs.service import Outside, SmtpMailer, mail_handler, run_due
from ledger.kernel import clock
from ledger.kernel.identifiers import new_request_key
from ledger.members.queries import Acting
from ledger.web.runtime import EXTENSION
from tests.communities import a_cell
from tests.databases import Databases
from tests.governance import test_alternates as alternates
from tests.governance import test_appeals as appeals
from tests.governance import test_challenges as challenges
from tests.governance import test_elections as elections
from tests.governance import test_measures as measures
from tests.governance.assemblies import Assembly, an_assembly
from tests.governance.councils import ONE, Council, a_council
from tests.governance.drawings import promise, reveal, seal
from tests.governance.test_motions import WIDER
from tests.jobs.test_mail import Letterbox, letterbox
from tests.pages import an_app, browser

__all__ = ["letterbox"]

SITE = "https://simpul.example.org"
MONEY_WORDS = re.compile(
    r"\b(uang|(mem)?bayar|pinjaman|utang|bunga|dompet|money|loan|interest|cash)\b", re.IGNORECASE
)


class Post:
    """Delivers the due mail of a community and reads it; people are known by short names."""

    def __init__(self, app: Flask, box: Letterbox, mailer: SmtpMailer) -> None:
        self.app, self.box, self.mailer = app, box, mailer
        self.people: dict[str, Acting] = {}
        self.browsers: dict[str, FlaskClient] = {}
        self.meeting: Any = None
        """A council or an assembly."""

    def attend(self, meeting: Council | Assembly, people: Mapping[str, Acting]) -> None:
        """Give everybody an address; whose name ends in an even digit reads Indonesian."""
        self.meeting = meeting
        for name, acting in people.items():
            self.people[name] = acting
            language = "id" if name[-1] in "02468" else "en"
            known = {"email": f"{name}@example.org", "language": language}
            meeting.do(
                lambda s, who=acting.person_id, known=known: s.execute(
                    update(Person).where(Person.id == who).values(known)
                )
            )

    def letters(self) -> dict[str, list[EmailMessage]]:
        """What is due now, by recipient; running again sends nothing more."""
        self.box.messages.clear()
        self._run()
        count = len(self.box.messages)
        self._run()
        assert len(self.box.messages) == count
        found: dict[str, list[EmailMessage]] = {}
        for one in self.box.messages:
            found.setdefault(one["To"].split("@")[0], []).append(one)
        return found

    def read(self, path: str) -> dict[str, tuple[str, str]]:
        """Subject and text of the mails that lead to `path`, at most one for each recipient.

        Whoever got it opens the page.
        """
        found = {}
        for name, letters in self.letters().items():
            for one in letters:
                text = one.get_content()
                assert not MONEY_WORDS.search(text), text
                assert "%(" not in text
                assert one["Content-Language"] in ("id", "en")
                (address,) = re.findall(rf"{re.escape(SITE)}(\S+)", text)
                if address == f"/c/SB{path}":
                    assert name not in found, f"{name} gets it twice"
                    found[name] = (one["Subject"], text)
                    assert self._browser(name).get(address).status_code == 200
        return found

    def _browser(self, name: str) -> FlaskClient:
        if name not in self.browsers:
            person, community = self.people[name], self.meeting.community
            today = replace(community, now=self.meeting.now)
            self.browsers[name] = browser(self.app, today, person)
        return self.browsers[name]

    def _run(self) -> None:
        handlers = {
            **service.handlers(SITE),
            **service.member_handlers(SITE),
            "act_mail": lambda *_: None,
            "mail": Outside(mail_handler(self.mailer, "simpul@example.org")),
        }
        engine = self.meeting.engine
        while run_due(engine, handlers, self.meeting.now).done:
            pass
        failed = select(Job.last_error).where(Job.last_error.is_not(None))
        assert self.meeting.do(lambda s: s.scalars(failed).all()) == []


@pytest.fixture
def post(
    databases: Databases,
    tmp_path: Path,
    letterbox: tuple[Letterbox, SmtpMailer],
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
) -> Iterator[Post]:
    with databases.fresh("sqlite") as database, an_app(database, tmp_path) as app:
        found = Post(app, *letterbox)
        monkeypatch.setattr(clock, "now", lambda: found.meeting.now if found.meeting else now)
        yield found


def a_meeting(post: Post, now: datetime) -> Council:
    """A subject (reads English), five stewards s1 to s5, and seven other cells c1 to c7."""
    council = a_council(post.app.extensions[EXTENSION].engine, now)
    cells = [council.community.enrol(a_cell()) for _ in range(7)]
    people = {"subject": council.subject}
    people |= {f"s{place}": one for place, one in enumerate(council.stewards, 1)}
    people |= {f"c{place}": one for place, one in enumerate(cells, 1)}
    post.attend(council, people)
    return council


STEWARDS = {"s1", "s2", "s3", "s4", "s5"}


def subjects(read: Mapping[str, tuple[str, str]]) -> set[str]:
    return {subject for subject, _ in read.values()}


class TestExpiring:
    @pytest.mark.parametrize("is_published", [True, False])
    def test_a_decision_that_nobody_put_into_effect_is_told_of(
        self, post: Post, now: datetime, is_published: bool
    ) -> None:
        """The runner was down; where it was so at the close already, nothing was published."""
        council = a_meeting(post, now)
        number = council.opened()
        for steward in council.stewards:
            council.cast(number, steward, 150)
        council.pass_time(days=5 if is_published else 4)
        post.letters()
        council.pass_time(days=20)
        told = post.read("/proposals/1")
        assert set(told) == STEWARDS | {"subject"}
        assert subjects(told) == {
            "Expired: credit limit of Pemohon (SB001)",
            "Kedaluwarsa: batas kredit Pemohon (SB001)",
        }
        assert (council.state(number), council.limit) == ("expired", 100)

    def test_what_stands_against_it_is_tried_until_it_expires(
        self, post: Post, now: datetime
    ) -> None:
        council = a_meeting(post, now)
        fund = measures.a_fund(council, given=0)
        number = measures.propose(council, Kind.PAY, fund=fund, amount=10 * ONE)
        measures.vote(council, number, [1] * 5)
        post.letters()
        for days in (3, 14):
            council.pass_time(days=days)
            told = post.letters()
        assert council.state(number) == "expired"
        assert "subject" in told
        assert {one["Subject"].split(":")[0] for letters in told.values() for one in letters} == {
            "Expired",
            "Kedaluwarsa",
        }


class TestAnAppeal:
    def test_from_the_signature_to_the_panels_word(self, post: Post, now: datetime) -> None:
        council = a_meeting(post, now)
        council.decided([150] * 5)
        post.letters()
        appeals.sign(council, council.subject)
        told = post.letters()
        assert set(told) == STEWARDS | {"subject"}
        # A steward is told of the appeal, and asked for a part in the lot.
        assert [one["Subject"] for one in told["subject"]] == ["The decision on SB/1 is appealed"]
        assert {one["Subject"] for one in told["s2"]} == {
            "Ada banding atas keputusan SB/1",
            "Bagian Anda dalam undian",
        }
        asked = next(one for one in told["s1"] if "lot" in one["Subject"]).get_content()
        assert "by 1 December 2026" in asked
        promise(council, 1, council.stewards[0])
        promise(council, 1, council.stewards[1])
        council.pass_time(hours=12)
        opened = post.read("/lots/1")
        assert set(opened) == {"s1", "s2"}
        assert opened["s2"][0] == "Ungkapkan bagian Anda dalam undian"
        assert "paling lambat 2 Desember 2026" in opened["s2"][1]
        reveal(council, 1, council.stewards[0])
        council.pass_time(hours=12)
        post.letters()
        seal(council)
        council.pass_time(minutes=2)
        drawn = post.read("/proposals/1/appeal")
        panel = appeals.view(council, council.subject).panel
        assert {post.people[name].person_id for name in drawn} == {one.person_id for one in panel}
        assert subjects(drawn) == {
            "You were drawn to judge an appeal",
            "Anda terundi untuk menilai banding",
        }
        assert all("8 De" in text for _, text in drawn.values())
        for name in sorted(drawn)[:3]:
            appeals.answer(council, post.people[name], Answer.RETURN)
        told_all = post.read("/proposals/1/appeal")
        assert set(told_all) == STEWARDS | {"subject"}
        assert subjects(told_all) == {
            "The decision on SB/1 is returned",
            "Keputusan atas SB/1 dikembalikan",
        }

    def test_a_panels_silence_is_told_when_it_has_upheld(self, post: Post, now: datetime) -> None:
        council = a_meeting(post, now)
        council.decided([150] * 5)
        post.letters()
        appeals.sign(council, council.subject)
        post.letters()
        council.pass_time(days=7, seconds=-1)
        assert post.read("/proposals/1/appeal") == {}
        council.pass_time(seconds=1)
        told = post.read("/proposals/1/appeal")
        assert set(told) == STEWARDS | {"subject"}
        assert subjects(told) == {
            "The decision on SB/1 stands",
            "Keputusan atas SB/1 tetap berlaku",
        }
        assert council.state(1) == "executed"

    def test_a_panel_that_spoke_was_not_silent(self, post: Post, now: datetime) -> None:
        council = a_meeting(post, now)
        council.decided([150] * 5)
        appeals.sign(council, council.subject)
        people = [one for name, one in post.people.items() if name not in STEWARDS]
        for judge in appeals.panel_of(council, people)[:3]:
            appeals.answer(council, judge, Answer.UPHOLD)
        post.letters()
        council.pass_time(days=7)
        assert post.read("/proposals/1/appeal") == {}
        assert council.state(1) == "executed"

    def test_nobody_is_asked_for_a_part_whose_time_is_over(self, post: Post, now: datetime) -> None:
        """The runner was down while stewards could promise."""
        council = a_meeting(post, now)
        council.decided([150] * 5)
        post.letters()
        appeals.sign(council, council.subject)
        council.pass_time(hours=12)
        told = post.letters()
        assert set(told) == STEWARDS | {"subject"}
        assert {len(letters) for letters in told.values()} == {1}


def say_yes(council: Council, number: int, by: Acting) -> None:
    standing = council.standing(by)
    ballot = service.CastBallot(number, 1, "I looked at it", new_request_key())
    council.do(lambda s: service.cast(s, standing, ballot, council.now))


class TestWhoVotes:
    @pytest.mark.parametrize("is_late", [False, True])
    def test_alternates_and_whoever_steps_in_are_told_once(
        self, post: Post, now: datetime, is_late: bool
    ) -> None:
        """However late the runner comes by."""
        council = a_council(post.app.extensions[EXTENSION].engine, now, stewards=2)
        cells = [council.community.enrol(a_cell()) for _ in range(7)]
        people = {f"c{place}": one for place, one in enumerate((council.subject, *cells))}
        people |= {f"s{place}": one for place, one in enumerate(council.stewards, 1)}
        post.attend(council, people)
        council.propose(150)
        assert set(post.read("/lots/1")) == {"s1", "s2"}
        lot = alternates.draw(council, 1)
        council.pass_time(hours=24)
        council.run_jobs()
        post.letters()
        ids = {acting.person_id: name for name, acting in people.items()}
        seated = {one.person_id for one in council.seen(1).voters}
        able = [one.person_id for one in lot.drawn if one.cell != council.subject.account]
        first, second = [ids[one] for one in able if one not in seated][:2]
        told = {}
        for gone, stepping_in in zip(council.stewards, (first, second), strict=True):
            alternates.lose(council, gone)
            council.pass_time(minutes=1)
            if not is_late:
                heard = post.read("/proposals/1")
                assert set(heard) == {stepping_in}
                told |= heard
        told |= post.read("/proposals/1")
        assert set(told) == {first, second}
        assert all("1 De" in text for _, text in told.values())
        assert subjects(told) <= {
            "You vote in a steward's place",
            "Anda memberi suara menggantikan pengurus",
        }

    def test_the_challenged_and_who_judges_are_told(self, post: Post, now: datetime) -> None:
        council = a_meeting(post, now)
        council.propose(150)
        challenges.say(council, council.stewards[0], council.stewards[1])
        told = post.read("/proposals/1/judges")
        assert "s2" in told
        assert set(told) <= STEWARDS
        assert told["s2"][0] == "Apakah seorang pengurus terlalu dekat untuk memberi suara?"
        assert told["s3"][0] == "Is a steward too close to vote?"


class TestYesOrNo:
    def test_a_freeze_from_the_proposal_to_its_effect(self, post: Post, now: datetime) -> None:
        council = a_meeting(post, now)
        number = measures.propose(council, Kind.FREEZE)
        title = "Freeze the account of Pemohon"
        told = post.read("/proposals/1")
        assert set(told) == STEWARDS - {"s2"} | {"subject"}
        assert told["subject"][0] == f"Proposed: {title}"
        assert told["s4"][0] == "Diusulkan: Bekukan rekening Pemohon"
        council.pass_time(hours=72)
        asked = post.read("/proposals/1")
        assert asked["s1"][0] == f"Please vote: {title}"
        assert asked["s2"][0] == "Mohon beri suara: Bekukan rekening Pemohon"
        assert "1 Desember 2026" in asked["s2"][1]
        assert asked["subject"][0] == f"Voting has opened: {title}"
        for steward in council.stewards[:3]:
            say_yes(council, number, steward)
        receipts = post.read("/proposals/1")
        assert set(receipts) == {"s1", "s2", "s3"}
        council.pass_time(days=4)
        last = post.read("/proposals/1")
        assert {name: subject for name, (subject, _) in last.items()} == {
            "s4": "Hari terakhir memberi suara: Bekukan rekening Pemohon",
            "s5": f"Last day to vote: {title}",
        }
        council.pass_time(days=1)
        outcome = post.read("/decisions/1")
        assert set(outcome) == STEWARDS | {"subject"}
        assert outcome["subject"][0] == f"Outcome: {title}"
        assert "appealed" in outcome["subject"][1]
        assert "Berlaku" in outcome["s2"][1]
        council.pass_time(days=7)
        done = post.read("/decisions/1")
        assert done["subject"][0] == f"In effect: {title}"
        assert done["s4"][0] == "Berlaku: Bekukan rekening Pemohon"

    @pytest.mark.parametrize("kind", [Kind.PAY, Kind.WRITE_OFF])
    def test_what_moves_units_is_told_to_whom_it_concerns(
        self, post: Post, now: datetime, kind: Kind
    ) -> None:
        council = a_meeting(post, now)
        fund = measures.a_fund(council)
        council.community.pay(council.subject, council.stewards[0], 40)
        measures.propose(council, kind, council.stewards[0], fund=fund, amount=1_000)
        assert set(post.read("/proposals/1")) == STEWARDS - {"s1"} | {"subject"}
        council.pass_time(hours=72)
        asked = post.read("/proposals/1")
        assert asked["s2"][0].startswith("Mohon beri suara: Peng")
        council.pass_time(days=5)
        assert "Too few voted" in post.read("/decisions/1")["subject"][1]

    def test_a_sponsor_is_asked_until_they_agree(self, post: Post, now: datetime) -> None:
        council = a_meeting(post, now)
        sponsor = post.people["c2"]
        council.community.pay(council.subject, council.stewards[0], 40)
        measures.propose(council, Kind.TAKE_OVER, sponsor=sponsor.account, amount=1_000)
        letters = post.letters()
        asked = [one for one in letters["c2"] if "Bersediakah" in one["Subject"]]
        assert len(asked) == 1
        assert "paling lambat 26 November 2026" in asked[0].get_content()
        assert f"{SITE}/c/SB/proposals/1" in asked[0].get_content()
        assert not any("step in" in one["Subject"] for one in letters["subject"])
        measures.TestTakingOver().answer(council, sponsor, 1)
        council.pass_time(hours=72)
        assert post.read("/proposals/1")["s1"][0].startswith("Please vote: Another cell takes over")


def an_assembled(post: Post, now: datetime, cells: int) -> Assembly:
    """Cells v1, v2 and so on; the first three serve."""
    assembly = an_assembly(post.app.extensions[EXTENSION].engine, now, cells=cells)
    for one in assembly.voters[:3]:
        assembly.grant(one)
    post.attend(assembly, {f"v{place}": one for place, one in enumerate(assembly.voters, 1)})
    return assembly


class TestAllMembers:
    def test_a_constitution_from_the_motion_to_the_outcome(self, post: Post, now: datetime) -> None:
        assembly = an_assembled(post, now, cells=6)
        everybody = set(post.people)
        number = assembly.propose(WIDER, assembly.voters[0])
        proposed = post.read("/member-votes/1")
        assert set(proposed) == everybody
        assert "Voting opens on 26 November 2026" in proposed["v1"][1]
        assert "Pemungutan suara dibuka 26 November 2026" in proposed["v2"][1]
        assert "Alasan: It is time" in proposed["v2"][1]
        assembly.pass_time(hours=72)
        asked = post.read("/member-votes/1")
        assert set(asked) == everybody
        assert all("1 De" in text for _, text in asked.values())
        assembly.cast_all(number, [1, 1, 1, 1])
        assert post.letters() == {}
        assembly.pass_time(days=4)
        last = post.read("/member-votes/1")
        assert set(last) == {"v5", "v6"}
        assert last["v6"][0].startswith("Hari terakhir memberi suara di ")
        assembly.cast(number, assembly.voters[4], 1)
        assembly.pass_time(days=1)
        outcome = close(post, assembly)
        assert set(outcome) == everybody
        assert "The new constitution is in force." in outcome["v1"][1]
        assert "Aturan dasar yang baru telah berlaku." in outcome["v2"][1]
        assert post.letters() == {}

    def test_an_election_from_the_call_to_the_committee(self, post: Post, now: datetime) -> None:
        assembly = an_assembled(post, now, cells=8)
        number = elections.call(assembly)
        called = post.read(f"/member-votes/{number}")
        assert set(called) == set(post.people)
        assert called["v2"][0].endswith("memilih pengurus: siapa yang bersedia?")
        assert "until 30 November 2026" in called["v1"][1]
        elections.name(assembly, number, assembly.voters[5], by=assembly.voters[0])
        named = post.read(f"/member-votes/{number}")
        assert set(named) == {"v6"}
        assert named["v6"][0].startswith("Anda dicalonkan untuk komite ")
        assert "sampai 30 November 2026" in named["v6"][1]
        candidate = assembly.standing(assembly.voters[5])
        assembly.do(lambda s: service.accept(s, candidate, number, "I can write", assembly.now))
        for one in (*assembly.voters[3:5], *assembly.voters[6:]):
            elections.name(assembly, number, one)
        assert post.letters() == {}
        assembly.pass_time(days=7)
        assert set(post.read(f"/member-votes/{number}")) == set(post.people)
        assembly.cast_all(number, [(0,), (1,), (2,), (3,), (4,), (0, 1)])
        assembly.pass_time(days=4)
        assert set(post.read(f"/member-votes/{number}")) == {"v7", "v8"}
        assembly.pass_time(days=1)
        outcome = close(post, assembly)
        assert set(outcome) == set(post.people)
        assert "The committee is elected." in outcome["v1"][1]


def close(post: Post, assembly: Assembly) -> dict[str, tuple[str, str]]:
    """What is told once the vote is counted, after the books were sealed."""
    first = post.read("/member-votes/1")
    assembly.seal()
    assembly.pass_time(minutes=1)
    then = post.read("/member-votes/1")
    assert not set(first) & set(then)
    return first | then
