"""Telling people what happens to proposals, in their language, and what waits for them.

Only a job is written in the caller's transaction. The mail is made when the job runs, so
that nobody is asked to vote where the vote is over, or to answer what was withdrawn.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from ledger.governance import queries
from ledger.governance.queries import ProposalView
from ledger.governance.rules.course import Course
from ledger.governance.rules.measures import parties
from ledger.governance.rules.states import Event, State
from ledger.governance.service.audiences import Audience
from ledger.governance.service.letters import MESSAGES, compose
from ledger.identity import queries as identity
from ledger.jobs.service import Payload, schedule, send_mail
from ledger.kernel import clock
from ledger.members import queries as members
from ledger.members.queries import CommunityView

MAIL = "governance.mail"
DIGEST = "governance.digest"
LAST_DAY = "last_day"
OUTCOME = "outcome"
RECEIPT = "receipt"
OBJECTION = "objection"

_DAY = timedelta(days=1)
_MORNING = timedelta(hours=6)
"""After midnight, in the community's zone: when the day's comments are mailed."""

TOLD = frozenset(
    {
        Event.SUBMIT,
        Event.AMEND,
        Event.OPEN,
        Event.REOPEN,
        Event.SEND_BACK,
        Event.WITHDRAW,
        Event.CLOSE_ACCOUNT,
        Event.EXECUTE,
        Event.SUPERSEDE,
    }
)
"""Events of which mail tells. Outcomes are told when they are published, defeats as well."""


def tell(
    session: Session,
    place: tuple[int, int],
    news: str,
    about: int,
    now: datetime,
    *,
    due: datetime | None = None,
) -> None:
    """Have those concerned told of `news` about the proposal at (community, number).

    `about` tells one from another: the number of the happening, round, objection or place.
    """
    payload = {"community": place[0], "proposal": place[1], "news": news, "about": about}
    key = f"{MAIL}:{place[0]}:{place[1]}:{news}:{about}"
    schedule(session, MAIL, payload, due or now, key, now=now)


def remind_in_time(session: Session, place: tuple[int, int], course: Course, now: datetime) -> None:
    """Have those who will not have voted by the last day reminded of it."""
    if course.state is not State.ACTIVE or course.until is None:
        return
    due = course.until - _DAY
    if due > now or course.is_extended:
        tell(session, place, LAST_DAY, clock.to_micros(course.until), now, due=max(due, now))


def tell_of_comment(session: Session, community: CommunityView, number: int, now: datetime) -> None:
    """Have the day's comments mailed the next morning, in one mail for each reader."""
    day = clock.day_of(now, community.zone)
    due = clock.start_of(day + _DAY, community.zone) + _MORNING
    payload = {"community": community.id, "proposal": number, "day": day.isoformat()}
    key = f"{DIGEST}:{community.id}:{number}:{day.isoformat()}"
    schedule(session, DIGEST, payload, due, key, now=now)


@dataclass(frozen=True, slots=True)
class _Case:
    """A proposal about which is told, and who is concerned."""

    community: CommunityView
    proposal: ProposalView
    subject: frozenset[int]
    stewards: frozenset[int]

    def audience(self, news: str) -> dict[int, Audience]:
        """Who is told, each as the first that they are."""
        voters = {one.person_id for one in self.proposal.voters if not one.is_lost}
        recused = {one.person_id for one in self.proposal.recused}
        groups = (
            (Audience.VOTER, voters),
            (Audience.SUBJECT, self.subject),
            (Audience.PROPOSER, {self.proposal.proposer_id}),
            (Audience.STEWARD, self.stewards | recused),
        )
        found: dict[int, Audience] = {}
        for audience, people in groups:
            if (news, audience) in MESSAGES:
                for person in people:
                    found.setdefault(person, audience)
        return found


def send_news(session: Session, payload: Payload, now: datetime, public_url: str) -> None:
    """Write the mails of one piece of news (a job), to nobody whom it no longer concerns."""
    case = _case(session, payload, now)
    news, about = str(payload["news"]), payload["about"]
    assert isinstance(about, int)
    if case is None or _is_stale(case.proposal, news, about):
        return
    extra = _extra(session, case, news, about)
    for person_id, audience in sorted(_addressed(session, case, news, about).items()):
        person = identity.find_person(session, person_id)
        if person is not None and person.email is not None:
            mail = compose(person, case.community, case.proposal, news, audience, public_url, extra)
            send_mail(session, mail, now, f"{_key(case)}:{news}:{about}:{person_id}")


def send_digest(session: Session, payload: Payload, now: datetime, public_url: str) -> None:
    """Write the mails of one day's comments (a job), each without the reader's own."""
    case = _case(session, payload, now)
    if case is None:
        return
    community, number = case.community, case.proposal.number
    said = queries.comments(session, community.id, number)
    days = [
        one
        for one in said
        if one.text and clock.day_of(one.made_at, community.zone).isoformat() == payload["day"]
    ]
    readers = {one.person_id for one in said} | case.subject | case.stewards
    for person_id in sorted(readers | {case.proposal.proposer_id}):
        person = identity.find_person(session, person_id)
        theirs = [f"{one.name}:\n{one.text}" for one in days if one.person_id != person_id]
        if theirs and person is not None and person.email is not None:
            mail = compose(
                person,
                community,
                case.proposal,
                DIGEST,
                Audience.STEWARD,
                public_url,
                {"comments": "\n\n".join(theirs)},
            )
            send_mail(session, mail, now, f"{_key(case)}:{DIGEST}:{payload['day']}:{person_id}")


def _case(session: Session, payload: Payload, now: datetime) -> _Case | None:
    community_id, number = payload["community"], payload["proposal"]
    assert isinstance(community_id, int)
    assert isinstance(number, int)
    community = members.community(session, community_id)
    found = queries.proposal(session, community_id, number, now) if community else None
    if community is None or found is None:
        return None
    subject = frozenset(
        person
        for cell in parties(found.kind, found.account, found.facts)
        for person in members.people_who_record(session, community_id, cell)
    )
    stewards = frozenset(members.ids_of_role(session, community_id, ["steward"], now))
    return _Case(community, found, subject, stewards)


def _key(case: _Case) -> str:
    return f"{MAIL}:{case.community.id}:{case.proposal.number}"


def _is_stale(found: ProposalView, news: str, about: int) -> bool:
    """Whether it would ask for what is over, or tell of what has moved on since."""
    course = found.course
    if news == LAST_DAY:
        return (
            course.state is not State.ACTIVE
            or clock.to_micros(course.until or course.since) != about
        )
    if news in (Event.OPEN, Event.REOPEN):
        return course.state is not State.ACTIVE
    return news == OBJECTION and course.state not in (State.DISCUSSION, State.ACTIVE)


def _addressed(session: Session, case: _Case, news: str, about: int) -> dict[int, Audience]:
    """Whom `news` is for: not those who did it, nor on the last day those who voted."""
    found = case.proposal
    if news == RECEIPT:
        ballot = queries.ballot_at(
            session, case.community.id, found.number, found.course.round, about
        )
        return {ballot[0]: Audience.VOTER} if ballot else {}
    told = case.audience(news)
    if news == LAST_DAY:
        voted = {one.person_id for one in found.voters if one.has_voted}
        return {one: audience for one, audience in told.items() if one not in voted}
    by = _by(session, case, news, about)
    return {one: audience for one, audience in told.items() if one not in by}


def _by(session: Session, case: _Case, news: str, about: int) -> Iterable[int]:
    """Who did what is told."""
    if news == OBJECTION:
        return {one.person_id for one in case.proposal.objections if one.number == about}
    if news in TOLD:
        done = queries.happened(session, case.community.id, case.proposal.number)
        return {one.person_id for one in done[about - 1 : about] if one.person_id}
    return ()


def _extra(session: Session, case: _Case, news: str, about: int) -> dict[str, object]:
    """What a kind of news says besides what the proposal does."""
    if news == OBJECTION:
        made = [one for one in case.proposal.objections if one.number == about]
        return {"person": made[0].name, "ground": made[0].ground} if made else {}
    if news == RECEIPT:
        place = (case.community.id, case.proposal.number, case.proposal.course.round, about)
        found = queries.ballot_at(session, *place)
        return {"ballot": found[1]} if found else {}
    return {}
