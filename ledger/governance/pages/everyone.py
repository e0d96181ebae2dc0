"""Votes of all members: what is asked, one's own vote in three taps, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.governance import queries, service
from ledger.governance.errors import VoteUnknown
from ledger.governance.pages.articles import differences
from ledger.governance.pages.blueprint import pages, read, write
from ledger.governance.pages.listing import paged
from ledger.governance.pages.member_wording import NOMINATIONS, STAGES, TITLES
from ledger.governance.pages.particulars import Measure, measure_of
from ledger.governance.pages.wording import KINDS, STATES, proposal_title
from ledger.governance.queries import MemberVoteLine, MemberVoteView, ProposalView
from ledger.governance.rules.constitution import read as read_document
from ledger.governance.rules.member_votes import Stage
from ledger.governance.schemas.everyone import ApprovalSchema, BallotSchema
from ledger.governance.service.member_mail import OUTCOMES
from ledger.kernel import clock
from ledger.kernel.errors import Conflict, Forbidden, Refused
from ledger.members.queries import Standing
from ledger.text.phrases import N_
from ledger.web import forms, guard, runtime
from ledger.web.errands import Errand
from ledger.web.forms import Form

WORDS: dict[str, Any] = {
    "titles": TITLES,
    "stages": STAGES,
    "nominations": NOMINATIONS,
    "outcomes": OUTCOMES,
}
UNDER_WAY = frozenset({Stage.PETITION, Stage.DISCUSSION, Stage.OPEN, Stage.CLOSED})


@pages.get("/c/<code>/member-votes")
@guard.open_to("community")
def member_votes() -> ResponseReturnValue:
    """Everything that is put to all members, and what they decided, the newest first."""
    standing: Standing = guard.standing()
    found = read(lambda db: queries.member_vote_lines(db, standing.community, clock.now()))
    over = [one for one in found if one.stage not in UNDER_WAY]
    return render_template(
        "governance/member_votes.html",
        open=[one for one in found if one.stage in UNDER_WAY],
        standing=standing,
        **paged(over),
        **WORDS,
    )


@pages.get("/c/<code>/member-votes/<int:vote>")
@guard.open_to("community")
def member_vote(vote: int) -> ResponseReturnValue:
    """One vote as it stands now. Raises `VoteUnknown`."""
    return vote_page(vote, forms.blank())


@pages.post("/c/<code>/member-votes/<int:vote>")
@guard.open_to("community")
def cast_secret(vote: int) -> ResponseReturnValue:
    """Cast a secret ballot and show its receipt, which no address and no row leads to later.

    So it is the answer to the form itself; sent again, the form gives the same answer.
    """
    standing: Standing = guard.standing()
    found = seen(vote)
    schema = ApprovalSchema() if found.line.kind == "election" else BallotSchema()
    form = forms.read(schema)
    if not form.ok:
        return vote_page(vote, form)
    command = service.CastSecret(vote, form.data["choice"], form.data["request_key"])
    try:
        receipt = write(lambda db: service.cast_secret(db, standing, command, clock.now()))
    except (Refused, Conflict, Forbidden) as refusal:
        return vote_page(vote, form.refused(refusal))
    return render_template(
        "governance/ballot_receipt.html",
        receipt=receipt,
        vote=found,
        candidates={one.place: one.known_as for one in found.candidates if one.place is not None},
        standing=standing,
        unit=standing.community.unit,
        **WORDS,
    )


@pages.get("/c/<code>/member-votes/<int:vote>/record.json")
@guard.open_to("community")
def member_record(vote: int) -> ResponseReturnValue:
    """The record, which anybody can count again. Raises `VoteUnknown` when there is none."""
    standing: Standing = guard.standing()
    found = read(lambda db: queries.member_record(db, standing.community.id, vote))
    if found is None:
        raise VoteUnknown
    answer = jsonify(found)
    name = f"{standing.community.code}-M{vote}.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@pages.post("/c/<code>/member-votes/<int:vote>/sign")
@guard.open_to("community")
def sign_petition(vote: int) -> ResponseReturnValue:
    """Have one's cell ask for the vote too."""
    standing: Standing = guard.standing()
    try:
        write(lambda db: service.sign_petition(db, standing, vote, clock.now()))
    except (Refused, Conflict, Forbidden) as refusal:
        return vote_page(vote, forms.blank().refused(refusal))
    return redirect(url_for(".member_vote", vote=vote), code=303)


@pages.post("/c/<code>/member-votes/<int:vote>/withdraw")
@guard.open_to("community")
def withdraw_motion(vote: int) -> ResponseReturnValue:
    """Take back one's own motion."""
    standing: Standing = guard.standing()
    try:
        write(lambda db: service.withdraw_motion(db, standing, vote, clock.now()))
    except (Refused, Conflict) as refusal:
        return vote_page(vote, forms.blank().refused(refusal))
    return redirect(url_for(".member_vote", vote=vote), code=303)


def find_member_errands(db: Session, standing: Standing, now: datetime) -> list[Errand]:
    """The votes of all members that wait for who serves, and seats that nobody is elected for."""
    speaker, community = runtime.speaker(), standing.community
    found = [
        Errand(
            speaker.gettext(N_("Please vote for your cell: %(what)s"), what=_title(one)),
            speaker.gettext(N_("until %(moment)s"), moment=speaker.moment(one.closes_at or now)),
            url_for("governance.member_vote", code=community.code, vote=one.number),
        )
        for one in queries.member_votes_waiting(db, community, standing.person_id, now)
    ]
    seats = queries.committee_seats(db, community, now) if "steward" in standing.roles else None
    if seats is not None and seats.up and seats.election is None:
        found.append(
            Errand(
                speaker.gettext(N_("Seats on the committee are up: call an election")),
                speaker.ngettext("%(count)s seat", "%(count)s seats", seats.up),
                url_for("governance.seats", code=community.code),
            )
        )
    return found


def _title(line: MemberVoteLine) -> str:
    if line.put is not None:
        return proposal_title(line.put.kind, line.put.name)
    return runtime.speaker().gettext(TITLES[line.kind], subject=line.subject)


def seen(vote: int) -> MemberVoteView:
    """The vote as the visitor may see it. Raises `VoteUnknown`."""
    standing: Standing = guard.standing()
    found = read(lambda db: queries.member_vote(db, standing, vote, clock.now()))
    if found is None:
        raise VoteUnknown
    return found


def vote_page(vote: int, form: Form) -> ResponseReturnValue:
    """The page of a vote with `form` in it. Raises `VoteUnknown`."""
    standing: Standing = guard.standing()
    found = seen(vote)
    return forms.page(
        "governance/member_vote.html",
        form,
        vote=found,
        line=found.line,
        standing=standing,
        unit=standing.community.unit,
        own={one.person_id: one for one in found.candidates}.get(standing.person_id),
        may_vote=any(one.may_vote for one in found.own),
        put=_put(found, standing),
        kinds=KINDS,
        states=STATES,
        **changes_of(found, standing),
        **WORDS,
    )


@dataclass(frozen=True, slots=True)
class Put:
    """The proposal that is put to all members; limits as they were when voting opened."""

    proposal: ProposalView
    before: int
    after: int
    measure: Measure


def _put(found: MemberVoteView, standing: Standing) -> Put | None:
    """What is proposed where stewards would have decided; else None."""
    number = found.line.about.get("proposal")
    if number is None:
        return None

    def work(db: Session) -> Put | None:
        community = standing.community
        proposal = queries.proposal(db, community.id, number, clock.now())
        if proposal is None:
            return None
        measure = measure_of(db, community, proposal, standing.person_id)
        after = proposal.proposed if proposal.asked is None else proposal.asked
        return Put(proposal, found.status_quo, after, measure)

    return read(work)


def changes_of(found: MemberVoteView, standing: Standing) -> dict[str, object]:
    """For a new constitution, the articles that it changes."""
    if found.line.kind != "constitution":
        return {"changes": ()}
    about = found.line.about
    before = read(
        lambda db: queries.constitution_version(db, standing.community.id, about["replaces"])
    )
    assert before is not None
    after = read_document(about["constitution"])
    return {"changes": differences(before.text, after, standing.community.unit)}
