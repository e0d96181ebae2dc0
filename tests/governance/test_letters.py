"""The mail of a limit vote, as an SMTP server gets it: to whom, in which language, once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from ledger.credit import service as credit
from ledger.governance import service
from ledger.governance.model import Comment
from ledger.identity.model import Person
from ledger.jobs.model import Job
from ledger.jobs.service import Outside, SmtpMailer, mail_handler, run_due
from ledger.kernel.identifiers import new_request_key
from ledger.members.queries import Acting
from ledger.members.service.farewell import forget
from tests.governance.councils import Council, a_council
from tests.jobs.test_mail import Letterbox, letterbox

__all__ = ["letterbox"]

SITE = "https://simpul.example.org"


@dataclass
class Post:
    """Delivers what a council's due work sends, and reads it."""

    council: Council
    box: Letterbox
    mailer: SmtpMailer

    def read(self) -> list[tuple[str, str]]:
        """Recipient (before the @) and subject of what is sent now, by recipient."""
        return sorted((one["To"].split("@")[0], one["Subject"]) for one in self.letters())

    def letters(self) -> list[EmailMessage]:
        mail = Outside(mail_handler(self.mailer, "simpul@example.org"))
        handlers = {**service.handlers(SITE), "mail": mail}
        self.box.messages.clear()
        while run_due(self.council.engine, handlers, self.council.now).done:
            pass
        with Session(self.council.engine) as session:
            assert session.scalar(select(Job.last_error).where(Job.last_error.is_not(None))) is None
        return list(self.box.messages)


@pytest.fixture
def post(engine: Engine, now: datetime, letterbox: tuple[Letterbox, SmtpMailer]) -> Post:
    """Everybody has mail: the subject in Indonesian, the stewards (s1 to s5) in English."""
    council = a_council(engine, now)
    give_mail(council, council.subject, "subject", "id")
    for place, steward in enumerate(council.stewards, 1):
        give_mail(council, steward, f"s{place}", "en")
    return Post(council, *letterbox)


def give_mail(council: Council, acting: Acting, name: str, language: str) -> None:
    known = {"email": f"{name}@example.org", "language": language}
    council.do(
        lambda s: s.execute(update(Person).where(Person.id == acting.person_id).values(known))
    )


STEWARDS = ["s1", "s2", "s3", "s4", "s5"]


def test_each_step_is_told_to_those_whom_it_concerns(post: Post) -> None:
    council = post.council
    number = council.propose(150)
    assert post.read() == [(one, "A limit is proposed for Pemohon (SB001)") for one in STEWARDS]
    council.pass_time(hours=72)
    asked = [(one, "Please vote: credit limit of Pemohon (SB001)") for one in STEWARDS]
    assert post.read() == [
        *asked,
        ("subject", "Pemungutan suara dibuka: batas kredit Pemohon (SB001)"),
    ]
    council.cast(number, council.stewards[0], 150)
    assert post.read() == [("s1", "Receipt of your ballot: credit limit of Pemohon (SB001)")]
    council.cast(number, council.stewards[1], 150)
    council.cast(number, council.stewards[1], 100)
    assert [to for to, _ in post.read()] == ["s2", "s2"]
    council.pass_time(days=4)
    last = "Last day to vote: credit limit of Pemohon (SB001)"
    assert post.read() == [(one, last) for one in STEWARDS[2:]]
    for steward in council.stewards[2:]:
        council.cast(number, steward, 150)
    post.read()
    # The quorum was reached on the last day: a day longer, and nobody is left to remind.
    council.pass_time(days=2)
    told = dict(post.read())
    assert told["s1"] == "Outcome: credit limit of Pemohon (SB001)"
    assert told["subject"] == "Hasil: batas kredit Pemohon (SB001)"
    assert len(told) == 6
    council.pass_time(days=2)
    told = dict(post.read())
    assert told["subject"] == "Berlaku: batas kredit Pemohon (SB001)"
    assert told["s5"] == "In effect: credit limit of Pemohon (SB001)"
    assert post.read() == []


def test_the_mails_say_what_they_must_and_no_more(post: Post) -> None:
    council = post.council
    number = council.opened()
    receipt = council.cast(number, council.stewards[0], 150)
    letters = {
        one["To"]: one.get_content() for one in post.letters() if "Receipt" in one["Subject"]
    }
    (text,) = letters.values()
    assert receipt.link in text
    assert f"{SITE}/c/SB/proposals/{number}" in text
    assert not re.search(r"\b150\b", text)  # a digest may hold the figure by chance
    assert "I looked at it" not in text
    council.pass_time(days=5)
    told = {one["To"]: one.get_content() for one in post.letters()}
    (decision,) = council.seen(number).decisions
    assert all(decision.digest in text for text in told.values())
    assert "Too few voted" in told["s2@example.org"]
    assert "Terlalu sedikit" in told["subject@example.org"]


def test_nobody_is_asked_to_vote_on_what_was_sent_back(post: Post) -> None:
    council = post.council
    number = council.propose(150)
    post.read()
    council.pass_time(hours=72)
    council.do(lambda s: service.open_vote(s, council.community.view, number, council.now))
    one, two = council.stewards[:2]
    command = service.Object(number, "Show the orders")
    made = council.do(
        lambda s: service.make_objection(s, council.standing(one), command, council.now)
    )
    council.do(
        lambda s: service.support_objection(s, council.standing(two), number, made, council.now)
    )
    subjects = {subject.split(":")[0] for _, subject in post.read()}
    assert subjects == {"Kembali dibahas", "An objection", "Sent back into discussion"}
    council.pass_time(days=2)
    assert post.read() == []


def test_an_overtaken_decision_and_a_withdrawn_request_are_told(post: Post) -> None:
    council = post.council
    council.decided([150] * 5)
    account = council.account()
    limit = credit.Limit(-12_000, None, "decision", "9", "")
    council.do(
        lambda s: credit.set_limit(
            s, 1, account.number, limit, expected_version=account.limit_version, now=council.now
        )
    )
    council.pass_time(days=3)
    assert ("s1", "Overtaken: credit limit of Pemohon (SB001)") in post.read()
    number = council.propose(170, by=council.stewards[0])
    told = post.read()
    assert ("subject", "Sebuah batas diusulkan untuk sel Anda Pemohon (SB001)") in told
    assert "s1" not in dict(told)
    council.do(
        lambda s: service.withdraw(s, council.standing(council.stewards[0]), number, council.now)
    )
    assert ("s2", "Withdrawn: credit limit of Pemohon (SB001)") in post.read()


def test_a_days_comments_come_as_one_mail_without_ones_own(post: Post) -> None:
    council = post.council
    number = council.propose(150)
    post.read()
    for by, text in ((0, "Who buys it?"), (0, "And when?"), (1, "I know two buyers")):
        say(council, number, council.stewards[by], text)
    assert post.read() == []
    council.pass_time(days=1)
    letters = {one["To"]: one.get_content() for one in post.letters()}
    assert len(letters) == 6
    assert "Who buys it?" not in letters["s1@example.org"]
    assert "I know two buyers" in letters["s1@example.org"]
    assert all(text in letters["subject@example.org"] for text in ("Who buys it?", "And when?"))
    assert "Inilah yang disampaikan" in letters["subject@example.org"]


def test_what_somebody_said_goes_with_them_and_its_place_stays(post: Post) -> None:
    council = post.council
    number = council.propose(150)
    gone, stays = council.stewards[:2]
    say(council, number, gone, "Who buys it?")
    say(council, number, stays, "I know two buyers")
    council.do(lambda s: forget(s, gone.person_id, council.now))
    post.read()
    kept = council.do(lambda s: list(s.scalars(select(Comment).order_by(Comment.number))))
    assert [one.text for one in kept] == [None, "I know two buyers"]
    assert [one.erased_at is None for one in kept] == [False, True]


def say(council: Council, number: int, by: Acting, text: str) -> None:
    command = service.Say(number, text, new_request_key())
    council.do(lambda s: service.say(s, council.standing(by), command, council.now))
