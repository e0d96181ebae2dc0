"""Statements by mail: once each, in everybody's language, with what came back written down."""

from __future__ import annotations

import smtplib
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from ledger.identity.model import Person
from ledger.jobs.service import run_due
from ledger.members import service as membership
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.statements import queries, service
from ledger.statements.errors import NobodyToMail, NoSuchWish, StillSending
from ledger.statements.model import MailWish, StatementMail
from ledger.statements.queries import MailCounts, MailState
from ledger.statements.rules.months import Month
from tests.communities import ACommunity, a_cell, a_community
from tests.counting import counted
from tests.statements.closing import closed_all

OCTOBER = Month(2026, 10)
SITE = "https://simpul.example.org"


class Post:
    """A post office: takes messages, or says no in the way it is told to."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.says: Exception | None = None

    def __call__(self, message: EmailMessage) -> None:
        if self.says is not None:
            raise self.says
        self.taken.append(message)

    def to(self, address: str) -> list[EmailMessage]:
        return [one for one in self.taken if address in one["To"]]


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def community(sqlite_engine: Engine) -> ACommunity:
    """Four cells on 2 November: Siti has two of them and reads English, Yem has no address."""
    return four_cells(sqlite_engine)


@pytest.fixture
def anywhere(engine: Engine) -> ACommunity:
    """The same on both databases."""
    return four_cells(engine)


def four_cells(engine: Engine) -> ACommunity:
    there = a_community(engine, datetime(2026, 10, 10, 3, tzinfo=UTC))
    siti, yem = there.enrol(a_cell("Warung Siti"), 1), there.enrol(a_cell("Ibu Yem"), 2)
    dewi, second = there.enrol(a_cell("Dewi"), 3), there.enrol(a_cell("Siti Dua"), 4)
    there.pay(siti, yem, 30)
    there.pay(dewi, second, 5)

    def work(session: Session) -> None:
        membership.let_act_for(session, there.view.id, 4, siti.person_id, "clerk", there.now)
        for acting, address, language in ((siti, "siti", "en"), (dewi, "dewi", "id")):
            session.execute(
                update(Person)
                .where(Person.id == acting.person_id)
                .values(email=f"{address}@example.org", language=language)
            )

    in_unit_of_work(engine, work)
    later = there.later(days=23)
    closed_all(later)
    return later


def work_through(community: ACommunity, post: Post, now: datetime | None = None) -> None:
    """Begin what is due and take the mail to the post office."""
    at = now or community.now
    service.begin_due(community.engine, at)
    handler = service.mail_handler(community.engine, post, "Simpul <simpul@example.org>", SITE)
    run_due(community.engine, {"statement_mail": handler}, at)


def states(community: ACommunity) -> dict[str, MailState]:
    found = in_unit_of_work(
        community.engine, lambda s: queries.mails(s, community.view, OCTOBER), write=False
    )
    return {one.email.split("@")[0]: one.state for one in found}


def person(community: ACommunity, address: str) -> int:
    query = select(Person.id).where(Person.email == f"{address}@example.org")
    return in_unit_of_work(community.engine, lambda s: s.scalars(query).one(), write=False)


def change(community: ACommunity, work: Any) -> Any:
    return in_unit_of_work(community.engine, work)


def test_everybody_gets_one_mail_in_their_language_with_all_their_cells(
    community: ACommunity, post: Post
) -> None:
    work_through(community, post)
    assert len(post.taken) == 2
    digest, single = post.to("siti@")[0], post.to("dewi@")[0]
    assert digest["Subject"] == "Statements of October 2026 for 2 cells"
    assert single["Subject"] == "Laporan saldo Oktober 2026: Dewi"
    assert digest["Content-Language"] == "en"
    text = digest.get_body(("plain",)).get_content().replace("\u00a0", " ")
    assert "Warung Siti (SB001)" in text
    assert "Siti Dua (SB004)" in text
    assert "Closing balance: −30.00 poin" in text
    assert f"{SITE}/c/SB/SB001/statements/2026-10" in text
    assert "Warung Siti" in digest.get_body(("html",)).get_content()
    names = [part.get_filename() for part in digest.iter_attachments()]
    assert names == ["SB001-2026-10.pdf", "SB004-2026-10.pdf"]
    assert all(part.get_content().startswith(b"%PDF") for part in digest.iter_attachments())


def test_many_months_are_counted_in_as_many_statements_as_one(
    community: ACommunity, post: Post
) -> None:
    work_through(community, post)

    def ask(*months: Month) -> tuple[int, dict[Month, MailCounts]]:
        with counted(community.engine) as statements:
            found = change(community, lambda s: queries.mail_counts(s, community.view, months))
        return len(statements), found

    before = Month(2026, 9)
    (once, _), (twice, found) = ask(OCTOBER), ask(OCTOBER, before)
    assert (once, found[before]) == (twice, MailCounts(None))
    assert (found[OCTOBER].begun_at, found[OCTOBER].sent) == (community.now, 2)


def test_no_mail_goes_out_twice_however_often_it_is_begun(
    community: ACommunity, post: Post
) -> None:
    for days in (0, 1, 2):
        work_through(community, post, community.now + timedelta(days=days))
    assert len(post.taken) == 2
    assert (
        change(community, lambda s: service.begin(s, community.view, OCTOBER, community.now)) == 0
    )
    payload = {"mail": change(community, lambda s: s.scalars(select(StatementMail.id)).first())}
    handler = service.mail_handler(community.engine, post, "simpul@example.org", SITE)
    handler.act(payload, community.now)
    assert len(post.taken) == 2


def test_books_of_long_ago_are_closed_in_silence(community: ACommunity, post: Post) -> None:
    work_through(community, post, community.now + timedelta(days=40))
    assert post.taken == []


def test_what_fails_for_now_is_tried_again_and_is_the_same_mail(
    community: ACommunity, post: Post
) -> None:
    post.says = smtplib.SMTPServerDisconnected("closed")
    work_through(community, post)
    assert set(states(community).values()) == {MailState.FAILING}
    post.says = None
    work_through(community, post, community.now + timedelta(minutes=2))
    assert len(post.taken) == 2
    assert set(states(community).values()) == {MailState.SENT}
    stamps = change(community, lambda s: list(s.scalars(select(StatementMail.stamp))))
    assert sorted(one["Message-ID"] for one in post.taken) == sorted(
        f"<{stamp}@example.org>" for stamp in stamps
    )


def test_what_is_refused_for_good_is_written_down_and_not_tried_again(
    anywhere: ACommunity, post: Post
) -> None:
    post.says = smtplib.SMTPRecipientsRefused({"x": (550, b"no such user")})
    work_through(anywhere, post)
    post.says = None
    work_through(anywhere, post, anywhere.now + timedelta(days=1))
    assert post.taken == []
    assert states(anywhere) == {"siti": MailState.BOUNCED, "dewi": MailState.BOUNCED}

    again = lambda s: service.send_wrong_again(s, anywhere.view, OCTOBER, None, anywhere.now)  # noqa: E731
    assert change(anywhere, again) == 2
    work_through(anywhere, post, anywhere.now + timedelta(days=1))
    assert len(post.taken) == 2
    assert change(anywhere, again) == 0


def test_who_said_no_gets_none_and_may_change_their_mind(community: ACommunity, post: Post) -> None:
    siti = person(community, "siti")
    change(community, lambda s: service.wish(s, siti, mail=False, now=community.now))
    work_through(community, post)
    assert post.to("siti@") == []
    with pytest.raises(NobodyToMail):
        change(
            community,
            lambda s: service.send_again(s, community.view, OCTOBER, siti, None, community.now),
        )
    of_siti = select(MailWish.token).where(MailWish.person_id == siti)
    token = change(community, lambda s: s.scalars(of_siti).one())
    change(community, lambda s: service.wish_by_token(s, token, mail=True, now=community.now))
    change(
        community,
        lambda s: service.send_again(s, community.view, OCTOBER, siti, None, community.now),
    )
    with pytest.raises(StillSending):
        change(
            community,
            lambda s: service.send_again(s, community.view, OCTOBER, siti, None, community.now),
        )
    work_through(community, post)
    assert len(post.to("siti@")) == 1


def test_a_mail_says_how_to_end_it_by_one_tap(community: ACommunity, post: Post) -> None:
    work_through(community, post)
    message = post.to("dewi@")[0]
    address = message["List-Unsubscribe"].strip("<>")
    assert address.startswith(f"{SITE}/unsubscribe/")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    token = address.rsplit("/", 1)[1]
    change(community, lambda s: service.wish_by_token(s, token, mail=False, now=community.now))
    dewi = person(community, "dewi")
    assert not change(community, lambda s: queries.wants_mail(s, dewi))
    with pytest.raises(NoSuchWish):
        change(
            community, lambda s: service.wish_by_token(s, "x" * 43, mail=False, now=community.now)
        )


REPORT = """From: postmaster@example.net
To: simpul@example.org
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

Sorry.
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; siti@example.org
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such
  user

--B
Content-Type: {kind}

From: simpul@example.org
Message-ID: {message}
Subject: x

body
--B--
"""


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_mail_that_comes_back_later_is_found_by_its_message_id(
    community: ACommunity, post: Post, kind: str
) -> None:
    work_through(community, post)
    message = post.to("siti@")[0]["Message-ID"]
    raw = REPORT.format(action="failed", kind=kind, message=message).encode()
    bounce = service.read_bounce(raw)
    assert bounce
    assert bounce.reason == "smtp; 550 5.1.1 no such user"
    assert change(community, lambda s: service.note_bounce(s, bounce, community.now))
    assert states(community) == {"siti": MailState.BOUNCED, "dewi": MailState.SENT}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"Subject: hello\n\nhello",
        REPORT.format(action="delayed", kind="message/rfc822", message="<x@y>").encode(),
        REPORT.format(action="failed", kind="message/rfc822", message="<other@y>").encode(),
    ],
)
def test_what_is_no_bounce_of_ours_is_none(raw: bytes) -> None:
    assert service.read_bounce(raw) is None


def test_those_whom_no_mail_reached_are_printed(community: ACommunity, post: Post) -> None:
    def unreached() -> list[int]:
        return in_unit_of_work(
            community.engine, lambda s: queries.unreached(s, community.view, OCTOBER), write=False
        )

    assert unreached() == [1, 2, 3, 4]
    work_through(community, post)
    assert unreached() == [2]


def test_a_month_is_drawn_ahead_once_in_every_language_wanted(community: ACommunity) -> None:
    def draw(workers: int) -> int:
        done: list[int] = []
        made = service.draw_all(
            community.engine, community.view, OCTOBER, SITE, community.now,
            workers=workers, progress=done.append,
        )  # fmt: skip
        assert sum(done) == made
        return made

    assert draw(2) == 6
    assert draw(2) == 0
