"""Mail about lots, challenges and appeals: who is told of what, in their language.

`announce` writes down that something is to be told; the job finds out whom it still
concerns when it comes by, so that nobody is asked for what is done already.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from ledger.governance.model import (
    Appellant,
    Challenge,
    Consent,
    LotNonce,
    LotRow,
    Panelist,
    Proposal,
    RosterRow,
)
from ledger.governance.queries.grounds import judges_of, parties_of
from ledger.governance.queries.lots import lot as lot_view
from ledger.governance.rules.states import State
from ledger.governance.service.deadlines import Timing, promising, revealing, staying
from ledger.identity import queries as identity
from ledger.jobs.service import Mail, Payload, schedule, send_mail
from ledger.kernel.clock import to_micros
from ledger.members import queries as members
from ledger.members.queries import CommunityView
from ledger.text.phrases import N_
from ledger.text.speaker import Speaker

NOTICE = "governance.notice"
"""The job that writes the mails of one notice."""

Reading = Callable[[Session, CommunityView, int, datetime], list[int]]


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told, to whom, and where to look. `about` is the number of a lot or a proposal.

    `until` finds the time that the body names; where it is gone, nobody is told any more.
    """

    readers: Reading
    subject: str
    body: str
    path: str
    until: Timing | None = None
    is_told_once: bool = False
    """Whether nobody is told of it twice before `until`."""


def announce(
    session: Session,
    kind: str,
    community_id: int,
    due_at: datetime,
    *,
    about: int,
    now: datetime | None = None,
) -> None:
    """Have the notice `kind` sent at `due_at`, once; `about` is the number that it is on."""
    payload = {"community": community_id, "kind": kind, "about": about}
    key = f"{NOTICE}:{kind}:{community_id}:{about}:{to_micros(due_at)}"
    schedule(session, NOTICE, payload, due_at, key, now=now)


def send_notice(session: Session, payload: Payload, now: datetime, public_url: str) -> None:
    """Write the mails of a notice (a job), to those whom it still concerns."""
    kind, about, community_id = payload["kind"], payload["about"], payload["community"]
    assert isinstance(kind, str)
    assert isinstance(about, int)
    assert isinstance(community_id, int)
    community = members.community(session, community_id)
    if community is None:
        return
    notice = NOTICES[kind]
    until = notice.until(session, community, about, now) if notice.until else None
    if notice.until and until is None:
        return
    address = f"{public_url}/c/{community.code}/{notice.path.format(about)}"
    for person_id in sorted(set(notice.readers(session, community, about, now))):
        person = identity.find_person(session, person_id)
        if person is not None and person.email is not None:
            told_at = until if notice.is_told_once and until else now
            mail = _mail(person, notice, community, about, address, until)
            send_mail(
                session,
                mail,
                now,
                f"{NOTICE}:{kind}:{community_id}:{about}:{person_id}:{to_micros(told_at)}",
            )


def _mail(
    person: identity.PersonView,
    notice: Notice,
    community: CommunityView,
    about: int,
    address: str,
    until: datetime | None,
) -> Mail:
    speaker = Speaker(person.language, community.zone)
    facts = {
        "community": community.name,
        "number": f"{community.code}/{about}",
        "until": speaker.moment(until) if until else "",
    }
    lines = (
        speaker.gettext(N_("Dear %(name)s,"), name=person.name),
        speaker.gettext(notice.body, **facts),
        speaker.gettext(N_("Look at it here: %(address)s"), address=address),
        community.name,
    )
    return Mail(
        person.email or "",
        speaker.gettext(notice.subject, **facts),
        "\n\n".join(lines) + "\n",
        language=person.language,
    )


def _without_promise(
    session: Session, community: CommunityView, lot: int, _now: datetime
) -> list[int]:
    return _of_lot(session, community, lot, LotNonce.commitment.is_(None))


def _without_nonce(
    session: Session, community: CommunityView, lot: int, _now: datetime
) -> list[int]:
    promised = LotNonce.commitment.is_not(None) & LotNonce.revealed_at.is_(None)
    return _of_lot(session, community, lot, promised)


def _of_lot(
    session: Session, community: CommunityView, lot: int, which: ColumnElement[bool]
) -> list[int]:
    row = session.get(LotRow, (community.id, lot))
    if row is None or row.drawn_at is not None:
        return []
    return list(
        session.scalars(
            select(LotNonce.person_id)
            .where(LotNonce.community_id == community.id, LotNonce.lot == lot)
            .where(which)
        )
    )


def _drawn(session: Session, community: CommunityView, lot: int, now: datetime) -> list[int]:
    found = lot_view(session, community, lot, now)
    return [one.person_id for one in found.drawn] if found else []


def _stepped_in(
    session: Session, community: CommunityView, number: int, _now: datetime
) -> list[int]:
    """Who stepped in for a lost steward in the present round."""
    of_this = (RosterRow.community_id == community.id, RosterRow.proposal == number)
    newest = select(func.max(RosterRow.round)).where(*of_this).scalar_subquery()
    return list(
        session.scalars(
            select(RosterRow.person_id)
            .where(*of_this, RosterRow.round == newest)
            .where(RosterRow.replaces.is_not(None), RosterRow.is_lost.is_(False))
        )
    )


def _judges(session: Session, community: CommunityView, number: int, now: datetime) -> list[int]:
    """The challenged, and who judges."""
    row = session.get_one(Proposal, (community.id, number))
    challenged = session.scalars(
        select(Challenge.person_id)
        .where(Challenge.community_id == community.id, Challenge.proposal == number)
        .where(Challenge.made_by != Challenge.person_id)
    )
    return [*challenged, *judges_of(session, community, row, now)]


def _panel(session: Session, community: CommunityView, number: int, _now: datetime) -> list[int]:
    return list(
        session.scalars(
            select(Panelist.person_id)
            .where(Panelist.community_id == community.id, Panelist.proposal == number)
            .where(Panelist.answer.is_(None))
        )
    )


def _concerned(
    session: Session, community: CommunityView, number: int, _now: datetime
) -> list[int]:
    """Who proposed, whom it is about, who voted and who appealed."""
    row = session.get_one(Proposal, (community.id, number))
    voted = select(RosterRow.person_id).where(
        RosterRow.community_id == community.id, RosterRow.proposal == number
    )
    appealed = select(Appellant.person_id).where(
        Appellant.community_id == community.id, Appellant.proposal == number
    )
    subject = [
        person
        for cell in parties_of(row)
        for person in members.people_who_record(session, community.id, cell)
    ]
    return [row.proposed_by, *subject, *session.scalars(voted), *session.scalars(appealed)]


def _sponsor(session: Session, community: CommunityView, number: int, _now: datetime) -> list[int]:
    """Who could answer for the sponsoring cell, while nobody has."""
    row = session.get_one(Proposal, (community.id, number))
    sponsor = json.loads(row.facts)["sponsor"]
    if session.get(Consent, (community.id, number, sponsor)) is not None:
        return []
    return members.people_who_record(session, community.id, sponsor)


NOTICES: dict[str, Notice] = {
    "lot_called": Notice(
        _without_promise,
        N_("Your part in a lot"),
        N_(
            "A lot is to be drawn in %(community)s, and nobody can choose what it draws. Please"
            " promise your secret number for it by %(until)s: one tap is enough."
        ),
        "lots/{}",
        promising,
    ),
    "lot_open": Notice(
        _without_nonce,
        N_("Reveal your part in a lot"),
        N_(
            "You promised a secret number for a lot in %(community)s. Please reveal it by"
            " %(until)s: one tap is enough. A number that is not revealed is left out, and"
            " everybody sees whose it was."
        ),
        "lots/{}",
        revealing,
    ),
    "alternates_drawn": Notice(
        _drawn,
        N_("You were drawn as an alternate"),
        N_(
            "The lot has drawn you as an alternate to the committee of %(community)s. You vote"
            " where too few stewards may, or where one of them is lost; you will be told when."
        ),
        "lots/{}",
    ),
    "stepped_in": Notice(
        _stepped_in,
        N_("You vote in a steward's place"),
        N_(
            "A steward of %(community)s was lost while a vote is on, and the lot has you step in."
            " Please look at proposal %(number)s and vote by %(until)s."
        ),
        "proposals/{}",
        staying(State.ACTIVE),
        is_told_once=True,
    ),
    "challenged": Notice(
        _judges,
        N_("Is a steward too close to vote?"),
        N_(
            "Somebody thinks that a steward is too close to proposal %(number)s in %(community)s"
            " to vote on it. The other stewards judge this before voting opens."
        ),
        "proposals/{}/judges",
    ),
    "appealed": Notice(
        _concerned,
        N_("The decision on %(number)s is appealed"),
        N_(
            "The decision on proposal %(number)s in %(community)s is appealed and waits. A lot"
            " draws a panel of members, and until %(until)s they uphold it or return it. If they"
            " say nothing, the decision stands."
        ),
        "proposals/{}/appeal",
        staying(State.CONTESTED),
    ),
    "panel_drawn": Notice(
        _panel,
        N_("You were drawn to judge an appeal"),
        N_(
            "The lot has drawn you for the panel that judges the appeal about proposal %(number)s"
            " in %(community)s. Please read it and answer by %(until)s, with your reasons. If the"
            " panel says nothing, the decision stands."
        ),
        "proposals/{}/appeal",
        staying(State.CONTESTED),
    ),
    "appeal_uphold": Notice(
        _concerned,
        N_("The decision on %(number)s is upheld"),
        N_(
            "The panel has upheld the decision on proposal %(number)s in %(community)s. It takes"
            " effect in its time. You can read the panel's reasons."
        ),
        "proposals/{}/appeal",
    ),
    "appeal_silent": Notice(
        _concerned,
        N_("The decision on %(number)s stands"),
        N_(
            "The panel that was to judge the appeal about proposal %(number)s in %(community)s has"
            " not come to an answer in its time, so the decision stands. It takes effect in its"
            " time."
        ),
        "proposals/{}/appeal",
    ),
    "appeal_return": Notice(
        _concerned,
        N_("The decision on %(number)s is returned"),
        N_(
            "The panel has returned the decision on proposal %(number)s in %(community)s. It is"
            " discussed and voted on once more. You can read the panel's reasons."
        ),
        "proposals/{}/appeal",
    ),
    "sponsor_asked": Notice(
        _sponsor,
        N_("Will your cell step in for another?"),
        N_(
            "Proposal %(number)s in %(community)s would have your cell take over what another is"
            " below zero. Without your yes it is not voted on. Please read it and answer by"
            " %(until)s, when voting can open."
        ),
        "proposals/{}",
        staying(State.DISCUSSION),
    ),
}
"""Every notice of these rooms by its kind."""
