"""Mail about votes of all members: what is proposed, the call to vote, the outcome."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.governance.model import CandidateRow, MemberVote, RollPlace
from ledger.governance.queries.ballots import stage_of, vote_name
from ledger.governance.rules.member_votes import Stage
from ledger.governance.service.member_votes import MAIL
from ledger.identity import queries as identity
from ledger.jobs.service import Mail, Payload, send_mail
from ledger.members import queries as members
from ledger.members.queries import CommunityView
from ledger.text.phrases import N_
from ledger.text.speaker import Speaker

WHAT = {
    "constitution": N_("a new constitution"),
    "recall": N_("whether a steward is to give up their seat"),
    "limit": N_("a credit limit"),
    "measure": N_("a proposal on which too few stewards may vote"),
    "election": N_("who takes a seat on the committee"),
}
"""What a vote of all members is about, by kind."""

OUTCOMES = {
    ("constitution", "succeeded"): N_("The new constitution is in force."),
    ("constitution", "defeated"): N_("The constitution stays as it is."),
    ("constitution", "lapsed"): N_("Too few voted: the constitution stays as it is."),
    ("recall", "succeeded"): N_("The members have ended the steward's term."),
    ("recall", "defeated"): N_("The steward keeps their seat."),
    ("recall", "lapsed"): N_("Too few voted: the steward keeps their seat."),
    ("limit", "succeeded"): N_("The members have decided on another limit."),
    ("limit", "defeated"): N_("The limit stays as it is."),
    ("limit", "lapsed"): N_("Too few voted: the limit stays as it is."),
    ("measure", "succeeded"): N_("The members have said yes."),
    ("measure", "defeated"): N_("The members have said no."),
    ("measure", "lapsed"): N_("Too few voted: the proposal has failed."),
    ("election", "succeeded"): N_("The committee is elected."),
    ("election", "lapsed"): N_("Too few voted: nobody is elected."),
}
"""What a vote came to, by kind and outcome."""

_NEWS = {
    "proposed": (
        N_("%(community)s: something is put to all members"),
        N_("All members will be asked about %(what)s. Voting opens on %(opens)s."),
    ),
    "nominations": (
        N_("%(community)s elects its stewards: who will serve?"),
        N_(
            "Seats on the committee are up for election. You can name yourself or somebody else"
            " until %(opens)s."
        ),
    ),
    "asked": (
        N_("%(community)s asks for your vote"),
        N_(
            "All members decide about %(what)s. You vote for your cell: one cell, one vote, in"
            " secret. Voting ends on %(closes)s."
        ),
    ),
    "last_day": (
        N_("Last day to vote in %(community)s"),
        N_("Your cell has not voted about %(what)s yet. Voting ends on %(closes)s."),
    ),
    "outcome": (N_("%(community)s has voted"), N_("All members voted about %(what)s. %(outcome)s")),
    "named": (
        N_("You are named for the committee of %(community)s"),
        N_(
            "%(namer)s has named you for a seat on the committee. If you want to stand, accept"
            " and say a few words about yourself until %(opens)s. If not, leave it be."
        ),
    ),
}


def send_member_news(session: Session, payload: Payload, now: datetime, public_url: str) -> None:
    """Write the mails of one piece of news (a job): each person gets each once."""
    row = session.get(MemberVote, (payload["community"], payload["vote"]))
    community = members.community(session, row.community_id) if row else None
    if row is None or community is None:
        return
    news = str(payload["news"])
    if not _is_true_still(row, news, now):
        return
    for person_id in sorted(_concerned(session, community, row, news, now)):
        person = identity.find_person(session, person_id)
        if person is not None and person.email is not None:
            mail = _mail(session, person, community, row, news, public_url)
            key = f"{MAIL}:{row.community_id}:{row.number}:{news}:{person_id}"
            send_mail(session, mail, now, key)


def _is_true_still(row: MemberVote, news: str, now: datetime) -> bool:
    """Nobody is called to what is over."""
    at = stage_of(row, now)
    if news == "outcome":
        return at is Stage.OVER
    if news in {"asked", "last_day"}:
        return at is Stage.OPEN
    return at is Stage.DISCUSSION


def _concerned(
    session: Session, community: CommunityView, row: MemberVote, news: str, now: datetime
) -> set[int]:
    """Who votes for a cell; on the last day only those whose cell has not voted."""
    if news.startswith("named:"):
        return {int(news.partition(":")[2])}
    voters = members.voters(session, community.id, now)
    if news == "proposed":
        return set(voters.values())
    wanted = select(RollPlace.cell).where(
        RollPlace.community_id == row.community_id, RollPlace.vote == row.number
    )
    if news == "last_day":
        wanted = wanted.where(RollPlace.has_voted.is_(False))
    return {voters[cell] for cell in session.scalars(wanted) if cell in voters}


def _mail(
    session: Session,
    person: identity.PersonView,
    community: CommunityView,
    row: MemberVote,
    news: str,
    public_url: str,
) -> Mail:
    speaker = Speaker(person.language, community.zone)
    say = speaker.gettext
    subject, body = _NEWS[_template(row, news)]
    facts = _facts(session, speaker, community, row, person.id)
    lines = (
        say(N_("Dear %(name)s,"), name=person.name),
        say(body, **facts),
        *_reason_lines(speaker, row, news),
        say(
            N_("Look at it here: %(address)s"),
            address=f"{public_url}/c/{community.code}/member-votes/{row.number}",
        ),
        *_digest_lines(speaker, row, news),
        f"{community.name}, {vote_name(community.code, row.number)}",
    )
    text = "\n\n".join(lines) + "\n"
    return Mail(person.email or "", say(subject, **facts), text, language=person.language)


def _template(row: MemberVote, news: str) -> str:
    if news == "proposed" and row.kind == "election":
        return "nominations"
    return news.partition(":")[0]


def _facts(
    session: Session, speaker: Speaker, community: CommunityView, row: MemberVote, person_id: int
) -> dict[str, str]:
    found = session.get(CandidateRow, (row.community_id, row.number, person_id))
    namer = identity.names_of(session, [found.named_by]).get(found.named_by, "") if found else ""
    say = speaker.gettext
    return {
        "community": community.name,
        "what": say(WHAT[row.kind]),
        "opens": speaker.moment(row.opens_at) if row.opens_at else "",
        "closes": speaker.moment(row.closes_at) if row.closes_at else "",
        "outcome": say(OUTCOMES[row.kind, row.outcome]) if row.outcome else "",
        "namer": namer,
    }


def _reason_lines(speaker: Speaker, row: MemberVote, news: str) -> Iterable[str]:
    if news == "proposed" and row.reasons:
        yield speaker.gettext(N_("Reason: %(reason)s"), reason=row.reasons)


def _digest_lines(speaker: Speaker, row: MemberVote, news: str) -> Iterable[str]:
    """The digest, by which anybody can tell later whether the record is still the same."""
    if news == "outcome" and row.digest is not None:
        yield speaker.gettext(N_("Digest of the record: %(digest)s"), digest=row.digest.hex())
