"""The stewards' desk: what waits for me, what closes when, who has voted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.governance import queries
from ledger.governance.pages.blueprint import pages, read
from ledger.governance.pages.wording import KINDS, STATES
from ledger.governance.queries import Line, ProposalView, Waiting
from ledger.governance.rules.states import State
from ledger.kernel import clock
from ledger.members.queries import Standing
from ledger.text.phrases import N_
from ledger.web import guard, runtime
from ledger.web.errands import Errand

_SHOWN_WHOLE = frozenset({State.ACTIVE, State.DISCUSSION})


@dataclass(frozen=True, slots=True)
class _Desk:
    waiting: tuple[Waiting, ...]
    votes: tuple[ProposalView, ...]
    discussed: tuple[ProposalView, ...]
    coming: tuple[Line, ...]


@pages.get("/c/<code>/committee")
@guard.open_to("steward", "auditor")
def committee() -> ResponseReturnValue:
    """Everything that is not over, by what it waits for, the first to end first."""
    standing: Standing = guard.standing()
    return render_template(
        "governance/committee.html",
        desk=read(lambda db: _desk(db, standing)),
        standing=standing,
        unit=standing.community.unit,
        kinds=KINDS,
        states=STATES,
    )


def find_errands(db: Session, standing: Standing, now: datetime) -> list[Errand]:
    """The votes and lots that wait for this steward, for the pages of those who serve."""
    speaker, code = runtime.speaker(), standing.community.code
    place = (db, standing.community.id, standing.person_id, now)
    votes = [
        (
            speaker.gettext(N_("Please vote: %(title)s"), title=_title(one)),
            one.until,
            url_for("governance.proposal", code=code, proposal=one.number),
        )
        for one in queries.votes_waiting(*place)
    ]
    lots = [
        (
            speaker.gettext(N_("Your part in the lot %(number)s"), number=f"{code}/L{one.number}"),
            one.until,
            url_for("governance.lot", code=code, lot=one.number),
        )
        for one in queries.duties_waiting(*place)
        if one.kind == "lot"
    ]
    return [
        Errand(
            said, speaker.gettext(N_("until %(moment)s"), moment=speaker.moment(until or now)), way
        )
        for said, until, way in (*votes, *lots)
    ]


def _title(one: Waiting) -> str:
    return runtime.speaker().gettext(KINDS[one.about], cell=one.name)


def _desk(db: Session, standing: Standing) -> _Desk:
    community, now = standing.community.id, clock.now()
    running = [one for one in queries.lines(db, community, now) if one.course.is_undecided]
    running.sort(key=lambda one: one.course.until or one.course.since)

    numbers = [one.number for one in running if one.course.state in _SHOWN_WHOLE]
    whole = queries.proposals(db, community, numbers, now)
    return _Desk(
        waiting=(
            *queries.votes_waiting(db, community, standing.person_id, now),
            *queries.duties_waiting(db, community, standing.person_id, now),
        ),
        votes=tuple(one for one in whole if one.course.state is State.ACTIVE),
        discussed=tuple(one for one in whole if one.course.state is State.DISCUSSION),
        coming=tuple(one for one in running if one.course.state not in _SHOWN_WHOLE),
    )
