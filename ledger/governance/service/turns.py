"""What is due about a proposal, done by a job: late, twice or not at all does no harm."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from ledger.governance.errors import (
    AccountUnfit,
    BelowEveryones,
    FreezeUnfit,
    FundUnknown,
    NothingOwed,
    NothingToDecide,
    ProposalUnknown,
    SponsorSilent,
    SponsorUnfit,
    TooFewStewards,
)
from ledger.governance.model import Proposal
from ledger.governance.queries.courses import History, history_of
from ledger.governance.rules.course import Course
from ledger.governance.rules.states import Event, State
from ledger.governance.service.alternates import alternates_drawn, muster
from ledger.governance.service.appealing import seat_panel
from ledger.governance.service.deciding import CLOSED, execute, record_outcome
from ledger.governance.service.drawing import LOT, draw_due
from ledger.governance.service.going import person_gone
from ledger.governance.service.happenings import TURN, happen, locked
from ledger.governance.service.notices import NOTICE, announce, send_notice
from ledger.governance.service.opening import open_vote
from ledger.governance.service.telling import DIGEST, MAIL, send_digest, send_news, tell
from ledger.jobs.service import Handler, Payload, schedule
from ledger.kernel.clock import to_micros
from ledger.members import queries as members
from ledger.members.errors import FundNamed
from ledger.members.queries import CommunityView
from ledger.members.service.farewell import GONE_JOB

AFTER_DRAWING = {"alternates": alternates_drawn, "panel": seat_panel}
"""What follows from a lot, by its purpose."""

AGAIN = timedelta(days=1)
"""When to look again at a vote that can't be opened yet."""


def handlers(public_url: str = "") -> dict[str, Handler]:
    """Who does this room's due work; `public_url` is where mail leads to."""
    return {
        TURN: take_turn,
        LOT: partial(draw_due, after=AFTER_DRAWING),
        NOTICE: partial(send_notice, public_url=public_url),
        MAIL: partial(send_news, public_url=public_url),
        DIGEST: partial(send_digest, public_url=public_url),
        GONE_JOB: person_gone,
    }


def take_turn(session: Session, payload: Payload, now: datetime) -> None:
    """The job: open, publish or execute, whatever the proposal's time has come for."""
    community_id, number = payload["community"], payload["proposal"]
    assert isinstance(community_id, int)
    assert isinstance(number, int)
    community = members.community(session, community_id)
    if community is None:
        raise ProposalUnknown
    row = locked(session, community_id, number)
    history = history_of(session, row)
    course = history.course(now)
    _tell_of_the_clock(session, history, course, now)
    if course.state is State.DISCUSSION:
        is_over = course.until is not None and now >= course.until
        _open(session, community, row, now) if is_over else muster(session, community, row, now)
    elif course.state in CLOSED:
        record_outcome(session, community, number, now)
    elif course.state is State.QUEUED and course.due_at is not None and now >= course.due_at:
        execute(session, community, number, now)


def _tell_of_the_clock(session: Session, history: History, course: Course, now: datetime) -> None:
    """Have told what nobody did: that a decision expired, or that a panel's silence upheld it."""
    place = (history.proposal.community_id, history.proposal.number)
    if course.state is State.EXPIRED:
        tell(session, place, Event.EXPIRE, to_micros(course.since), now)
    last = history.happenings[-1].event if history.happenings else None
    if course.state is State.QUEUED and last is Event.APPEAL:
        announce(session, "appeal_silent", place[0], course.since, about=place[1], now=now)


def _open(session: Session, community: CommunityView, row: Proposal, now: datetime) -> None:
    """Open the vote, or look again tomorrow: seats may be filled, an account changed.

    What has become pointless is withdrawn, so that the account is free for another proposal.
    """
    try:
        open_vote(session, community, row.number, now)
    except (NothingOwed, FreezeUnfit, FundNamed) as moot:
        happen(session, row, Event.WITHDRAW, now, facts={"moot": moot.code})
    except (
        AccountUnfit,
        BelowEveryones,
        FundUnknown,
        NothingToDecide,
        SponsorSilent,
        SponsorUnfit,
        TooFewStewards,
    ) as refused:
        if isinstance(refused, TooFewStewards):
            muster(session, community, row, now)
        payload = {"community": row.community_id, "proposal": row.number}
        due = now + AGAIN
        key = f"{TURN}:{row.community_id}:{row.number}:{to_micros(due)}"
        schedule(session, TURN, payload, due, key, now=now)
