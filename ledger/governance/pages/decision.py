"""A decision as everybody reads it, its record, and the file that counts it again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.governance import queries, verify
from ledger.governance.errors import ProposalUnknown
from ledger.governance.pages.blueprint import pages, read
from ledger.governance.pages.evidence import Shown
from ledger.governance.pages.weighing import figures_of, shown
from ledger.governance.pages.wording import GROUNDS, KINDS, MEASURE_OUTCOMES, OUTCOMES, STATES
from ledger.governance.queries import DecisionView, ProposalView, sight_of
from ledger.governance.rules.measures import Kind
from ledger.governance.rules.sight import Sight
from ledger.kernel import clock
from ledger.members import queries as members
from ledger.members.queries import CommunityView, Standing
from ledger.web import guard, runtime
from ledger.web.addresses import whole


@dataclass(frozen=True, slots=True)
class Vote:
    """What somebody on the roster voted; `place` None if they did not, `choice` to abstain."""

    name: str
    place: int | None
    choice: int | None
    reason: str
    is_lost: bool
    is_drawn: bool


@dataclass(frozen=True, slots=True)
class Read:
    """A decision and its record, as much of it as `sight` goes."""

    community: CommunityView
    standing: Standing | None
    sight: Sight
    proposal: ProposalView
    decision: DecisionView
    record: Mapping[str, Any]
    votes: tuple[Vote, ...]
    evidence: Shown | None
    opened_at: datetime


@pages.get("/c/<code>/decisions/<int:proposal>")
@guard.open_to("anyone")
def decision(proposal: int) -> ResponseReturnValue:
    """How it was decided, and why. Raises `ProposalUnknown`.

    What all members decided in secret is told where they voted.
    """
    found = read(lambda db: _read(db, proposal))
    if vote := found.record["policy"]["rest"].get("member_vote"):
        address = url_for(".member_vote", code=found.community.code, vote=vote)
        return redirect(address, code=303)
    return render_template(
        "governance/decision.html",
        read=found,
        proposal=found.proposal,
        decision=found.decision,
        record=found.record,
        tally=found.record["outcome"]["tally"],
        command=f"python3 verify.py {_file(found)} --digest {found.decision.digest}",
        unit=found.community.unit,
        sights=Sight,
        kinds=KINDS,
        states=STATES,
        outcomes=OUTCOMES if found.proposal.kind == Kind.LIMIT else MEASURE_OUTCOMES,
        grounds=GROUNDS,
    )


@pages.get("/c/<code>/decisions/<int:proposal>/record.json")
@guard.open_to("anyone")
def record(proposal: int) -> ResponseReturnValue:
    """The whole record, for those who see the evidence. Raises `ProposalUnknown`."""
    found = read(lambda db: _read(db, proposal))
    if found.sight is not Sight.EVIDENCE:
        raise ProposalUnknown
    written = json.dumps(found.record, ensure_ascii=False)
    return _download(written, "application/json", _file(found))


@pages.get("/verify.py")
@guard.open_to("anyone")
def verifier() -> ResponseReturnValue:
    """The one file that counts a record again on any machine with Python."""
    written = Path(verify.__file__).read_text("utf-8")
    return _download(written, "text/x-python; charset=utf-8", "verify.py")


def _file(found: Read) -> str:
    """The name of the record's file, such as `SB-7-1.json`."""
    return f"{found.community.code}-{found.proposal.number}-{found.decision.round}.json"


def _download(written: str, kind: str, name: str) -> Response:
    response = make_response(written)
    response.headers["Content-Type"] = kind
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _read(db: Session, number: int) -> Read:
    now = clock.now()
    community = members.community_by_code(db, g.code)
    found = queries.proposal(db, community.id, number, now) if community else None
    if community is None or found is None:
        raise ProposalUnknown
    decided = _round(found)
    published = queries.record(db, community.id, number, decided.round)
    if published is None:
        raise ProposalUnknown
    runtime.speak(zone=community.zone)
    who = guard.visitor()
    standing = members.find_standing(db, who.person_id, community.code, now) if who else None
    sight = sight_of(db, community, standing, found.account)
    opened_at = clock.from_micros(published["question"]["opened_at"])
    return Read(
        community,
        standing,
        sight,
        found,
        decided,
        published,
        _votes(published),
        _evidence(db, community, found, published, opened_at) if sight is Sight.EVIDENCE else None,
        opened_at,
    )


def _round(found: ProposalView) -> DecisionView:
    """The round that the address names, or the newest. Raises `ProposalUnknown`."""
    wanted = request.args.get("round", type=whole)
    rounds = [one for one in found.decisions if wanted is None or one.round == wanted]
    if not rounds:
        raise ProposalUnknown
    return rounds[-1]


def _evidence(
    db: Session,
    community: CommunityView,
    found: ProposalView,
    published: Mapping[str, Any],
    at: datetime,
) -> Shown | None:
    """The panel as it stood; None for what is about no cell."""
    question, panel = published["question"], published["evidence"]
    if "turnover" not in panel:
        return None
    before, after = figures_of(found, question["status_quo"], question["proposed"])
    return shown(db, community, panel, at, before, after)


def _votes(published: Mapping[str, Any]) -> tuple[Vote, ...]:
    """Who voted how; nobody where the vote was secret."""
    if published["policy"]["secrecy"] == "secret":
        return ()
    opened = {one["place"]: one for one in published["ballots"]}
    counted = {
        one["voter"]: opened[one["place"]]
        for one in published["log"]
        if one["standing"] == "counted"
    }
    found = []
    for voter in published["roster"]["voters"]:
        ballot = counted.get(voter["voter"])
        found.append(
            Vote(
                name=voter["name"]["text"] or "",
                place=ballot["place"] if ballot else None,
                choice=ballot["choice"] if ballot else None,
                reason=(ballot["reason"]["text"] or "") if ballot else "",
                is_lost=voter["lost"],
                is_drawn=voter["drawn"],
            )
        )
    return tuple(found)
