"""One proposal on one page: what is asked, where it stands, and what can be done about it.

What is done to it stands in modules of their own, which come back here with `page`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.governance import queries, service
from ledger.governance.errors import ProposalUnknown
from ledger.governance.pages.blueprint import pages, read
from ledger.governance.pages.evidence import Shown
from ledger.governance.pages.particulars import Measure, measure_of
from ledger.governance.pages.weighing import Considered, consider, lay_out
from ledger.governance.pages.wording import AHEAD, GROUNDS, HAPPENED, KINDS, STATES
from ledger.governance.queries import (
    CommentView,
    Earlier,
    Happened,
    OwnBallot,
    ProposalView,
    sight_of,
)
from ledger.governance.rules.course import events_at
from ledger.governance.rules.measures import is_cut as would_cut
from ledger.governance.rules.sight import Sight
from ledger.governance.rules.states import Event, State
from ledger.governance.rules.timeline import Coming, ahead
from ledger.governance.schemas import LONGEST_REASON
from ledger.kernel import clock
from ledger.members import queries as members
from ledger.members.queries import CellView, Standing
from ledger.web import forms, guard
from ledger.web.forms import Form


@dataclass(frozen=True, slots=True)
class May:
    """What the visitor may do here now."""

    vote: bool
    speak: bool
    object: bool
    change: bool
    reopen: bool
    is_about_own_cell: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that the page shows. `evidence` is None for who may not see it."""

    proposal: ProposalView
    cell: CellView | None
    happened: tuple[Happened, ...]
    earlier: tuple[Earlier, ...]
    coming: tuple[Coming, ...]
    comments: tuple[CommentView, ...]
    own: OwnBallot | None
    may: May
    evidence: Shown | None
    considered: Considered | None
    measure: Measure


@pages.get("/c/<code>/proposals/<int:proposal>")
@guard.open_to("community")
def proposal(proposal: int) -> ResponseReturnValue:
    """The proposal as it stands now. Raises `ProposalUnknown`."""
    return page(proposal, forms.blank())


def page(number: int, form: Form, tried: str = "") -> ResponseReturnValue:
    """The page, with `form` in what was `tried`. Raises `ProposalUnknown`."""
    standing: Standing = guard.standing()
    seen = read(lambda db: _seen(db, standing, number))
    return forms.page(
        "governance/proposal.html",
        form if tried == "vote" else _with_own_reason(form, seen),
        tried=tried,
        seen=seen,
        proposal=seen.proposal,
        course=seen.proposal.course,
        standing=standing,
        unit=standing.community.unit,
        kinds=KINDS,
        states=STATES,
        happened=HAPPENED,
        ahead=AHEAD,
        grounds=GROUNDS,
        longest=LONGEST_REASON,
    )


def _with_own_reason(form: Form, seen: Seen) -> Form:
    """The reason of the ballot that counts, so that changing it means typing what changes."""
    if seen.own is None or not seen.may.vote:
        return form
    return replace(form, values={**form.values, "reason": seen.own.reason})


def find(db: Session, standing: Standing, number: int, now: datetime) -> ProposalView:
    """The proposal, if the visitor may know of it. Raises `ProposalUnknown`."""
    found = queries.proposal(db, standing.community.id, number, now)
    if found is None:
        raise ProposalUnknown
    if found.course.state is State.DRAFT and found.proposer_id != standing.person_id:
        raise ProposalUnknown
    return found


def _seen(db: Session, standing: Standing, number: int) -> Seen:
    now, community = clock.now(), standing.community
    found = find(db, standing, number, now)
    cell = members.cell(db, community, found.account)
    constitution = queries.constitution_version(db, community.id, found.constitution)
    if constitution is None:
        raise ProposalUnknown
    terms, course = constitution.text.terms, found.course
    before = found.status_quo if found.status_quo is not None else found.present
    is_cut = course.is_cut if found.decisions else would_cut(found.kind, found.proposed, before)
    may = _may(db, standing, found, set(events_at(course, now, terms)))
    sees = sight_of(db, community, standing, found.account) is Sight.EVIDENCE
    happened = queries.happened(db, community.id, number)
    return Seen(
        proposal=found,
        cell=cell,
        happened=tuple(happened),
        earlier=tuple(queries.earlier_versions(db, community.id, number, happened)),
        coming=ahead(course, terms, is_cut=is_cut),
        comments=tuple(queries.comments(db, community.id, number)),
        own=queries.own_ballot(db, community.id, number, course.round, standing.person_id),
        may=may,
        evidence=lay_out(db, community, found, now) if sees and cell else None,
        considered=consider(db, community, found, now, request.args) if sees and cell else None,
        measure=measure_of(db, community, found, standing.person_id),
    )


def _may(db: Session, standing: Standing, found: ProposalView, events: set[Event]) -> May:
    is_steward = "steward" in standing.roles
    votes = {one.person_id for one in found.voters if not one.is_lost}
    about = members.people_who_record(db, standing.community.id, found.account)
    is_open = found.course.is_undecided and found.course.state is not State.DRAFT
    return May(
        vote=found.course.state is State.ACTIVE and standing.person_id in votes,
        speak=is_open and service.may_speak(db, standing),
        object=is_steward and Event.SEND_BACK in events,
        change=Event.WITHDRAW in events and found.proposer_id == standing.person_id,
        reopen=is_steward and Event.REOPEN in events,
        is_about_own_cell=standing.person_id in about,
    )
