"""The committee's seats: who holds them until when, elections, candidates and recalls."""

from __future__ import annotations

from collections.abc import Callable

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.governance import queries, service
from ledger.governance.errors import NotASteward
from ledger.governance.pages.blueprint import pages, read, write
from ledger.governance.pages.everyone import vote_page
from ledger.governance.schemas.everyone import NameSchema, RecallSchema, StandSchema
from ledger.kernel import clock
from ledger.kernel.errors import Conflict, Forbidden, Refused
from ledger.members import queries as members
from ledger.members.queries import Standing
from ledger.web import forms, guard
from ledger.web.forms import Form


@pages.get("/c/<code>/seats")
@guard.open_to("community")
def seats() -> ResponseReturnValue:
    """Who sits on the committee until when, who stands by, and the elections."""
    return _seats(forms.blank())


@pages.post("/c/<code>/seats/election")
@guard.open_to("steward")
def call_election() -> ResponseReturnValue:
    """Call an election for the seats that are vacant or soon will be."""
    standing: Standing = guard.standing()
    try:
        number = write(lambda db: service.call_election(db, standing, clock.now()))
    except (Refused, Conflict) as refusal:
        return _seats(forms.blank().refused(refusal))
    return redirect(url_for(".member_vote", vote=number), code=303)


@pages.post("/c/<code>/member-votes/<int:vote>/name")
@guard.open_to("community")
def name_candidate(vote: int) -> ResponseReturnValue:
    """Name somebody else for a seat; they are told, and accept or not."""
    standing: Standing = guard.standing()
    form = forms.read(NameSchema())
    return _answer(vote, form, lambda db: _name(db, standing, vote, form))


@pages.post("/c/<code>/member-votes/<int:vote>/stand")
@guard.open_to("community")
def stand(vote: int) -> ResponseReturnValue:
    """Stand for a seat, with a few words: of oneself, or having been named."""
    standing: Standing = guard.standing()
    form = forms.read(StandSchema())
    return _answer(vote, form, lambda db: _stand(db, standing, vote, form))


@pages.post("/c/<code>/member-votes/<int:vote>/decline")
@guard.open_to("community")
def decline(vote: int) -> ResponseReturnValue:
    """Not stand, or not stand by."""
    standing: Standing = guard.standing()
    form = forms.blank()
    return _answer(vote, form, lambda db: service.decline(db, standing, vote, clock.now()))


@pages.get("/c/<code>/recall")
@guard.open_to("community")
def recall() -> ResponseReturnValue:
    """The form that begins a petition to recall a steward. Raises `NotASteward`."""
    return _recall_form(forms.blank(person_id=request.args.get("person_id", "")))


@pages.post("/c/<code>/recall")
@guard.open_to("community")
def petition_recall() -> ResponseReturnValue:
    """Begin the petition, signed by one's own cell."""
    standing: Standing = guard.standing()
    form = forms.read(RecallSchema())
    if form.ok:
        data = form.data
        command = service.Recall(data["person_id"], data["reasons"], data["request_key"])
        try:
            number = write(lambda db: service.petition_recall(db, standing, command, clock.now()))
            return redirect(url_for(".member_vote", vote=number), code=303)
        except NotASteward:
            raise
        except (Refused, Conflict, Forbidden) as refusal:
            form = form.refused(refusal)
    return _recall_form(form)


def _answer(vote: int, form: Form, work: Callable[[Session], object]) -> ResponseReturnValue:
    if form.ok:
        try:
            write(work)
            return redirect(url_for(".member_vote", vote=vote), code=303)
        except (Refused, Conflict, Forbidden) as refusal:
            form = form.refused(refusal)
    return vote_page(vote, form)


def _name(db: Session, standing: Standing, vote: int, form: Form) -> None:
    person = members.person_named(db, standing.community, form.data["person"], clock.now())
    service.name_candidate(db, standing, service.Name(vote, person), clock.now())


def _stand(db: Session, standing: Standing, vote: int, form: Form) -> None:
    words, now = form.data["words"], clock.now()
    found = queries.member_vote(db, standing, vote, now)
    if found and any(one.person_id == standing.person_id for one in found.candidates):
        service.accept(db, standing, vote, words, now)
    else:
        command = service.Name(vote, standing.person_id, words)
        service.name_candidate(db, standing, command, now)


def _seats(form: Form) -> ResponseReturnValue:
    standing: Standing = guard.standing()
    found = read(lambda db: queries.committee_seats(db, standing.community, clock.now()))
    return forms.page("governance/seats.html", form, found=found, standing=standing)


def _recall_form(form: Form) -> ResponseReturnValue:
    standing: Standing = guard.standing()
    serving = read(lambda db: members.who_serves(db, standing.community.id, clock.now()))
    wanted = form.values.get("person_id")
    found = [one for one in serving if one.role == "steward" and str(one.person_id) == wanted]
    if not found:
        raise NotASteward
    return forms.page("governance/recall.html", form, one=found[0], standing=standing)
