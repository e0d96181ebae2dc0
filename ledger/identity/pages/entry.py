"""Pages to sign in and out, and to see where one is signed in."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.identity import queries, service
from ledger.identity.errors import SessionNotFound, SignInFailed, TooManyTries
from ledger.identity.pages.blueprint import pages
from ledger.identity.rules.throttle import MEMORY
from ledger.identity.schemas import EndSessionSchema, SignInSchema
from ledger.identity.service import Opened, Origin, SignIn
from ledger.kernel import clock
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.text.phrases import N_
from ledger.text.speaker import LANGUAGES
from ledger.web import forms, guard, language
from ledger.web.forms import Form
from ledger.web.runtime import engine, runtime
from ledger.web.visitor import Visitor

DEVICE = "device"
"""The cookie by which the throttle knows a browser again; it outlives the session."""

_PURPOSES = {
    "code": N_("Code on paper, handed out by those who serve"),
    "reset": N_("Link for a new password, by mail"),
    "welcome": N_("Link for the first password"),
    "address": N_("Link to confirm an e-mail address"),
}
_LONGEST_DEVICE = 64
_A_YEAR = timedelta(days=365)


@pages.get("/sign-in")
@guard.open_to("anyone")
def sign_in() -> ResponseReturnValue:
    """The form, or where the visitor wanted to go if they are signed in already."""
    wanted = guard.safe_next(request.args.get("next"))
    if guard.visitor():
        return redirect(wanted, code=303)
    changed = "changed" in request.args
    return forms.page("identity/sign_in.html", Form({"next": wanted}), changed=changed)


@pages.post("/sign-in")
@guard.open_to("anyone")
def open_session() -> ResponseReturnValue:
    """Sign in, and go on to where the visitor wanted to go."""
    wanted = guard.safe_next(request.form.get("next"))
    form = forms.read(SignInSchema())
    if form.ok:
        try:
            return _welcome(_open(form.data), wanted)
        except (SignInFailed, TooManyTries) as refusal:
            form = form.refused(refusal)
    return forms.page("identity/sign_in.html", form, changed=False)


@pages.post("/sign-out")
@guard.open_to("anyone")
def sign_out() -> ResponseReturnValue:
    """End the session here and in the database."""
    if who := guard.visitor():
        in_unit_of_work(engine(), lambda db: service.sign_out(db, who.token, clock.now()))
    guard.sign_out()
    return redirect(url_for(".sign_in"), code=303)


@pages.get("/me/sessions")
@guard.open_to("signed_in")
def sessions() -> ResponseReturnValue:
    """Where the visitor is signed in, this browser first."""

    def read(db: Session) -> tuple[int, list[queries.SessionView], list[queries.PassView]]:
        (who, here), now = whoever(db), clock.now()
        standing = queries.sessions_of(db, who.person_id, now, runtime().session_life)
        return here, standing, queries.passes_of(db, who.person_id, now)

    here, rows, passes = in_unit_of_work(engine(), read, write=False)
    rows.sort(key=lambda row: row.id != here)
    return render_template(
        "identity/sessions.html", sessions=rows, here=here, passes=passes, purposes=_PURPOSES
    )


@pages.post("/me/sessions")
@guard.open_to("signed_in")
def end_session() -> ResponseReturnValue:
    """End one of the visitor's own sessions."""
    form = forms.read(EndSessionSchema())
    if not form.ok:
        raise SessionNotFound
    chosen = form.data["session"]
    in_unit_of_work(
        engine(),
        lambda db: service.end_session(db, whoever(db)[0].person_id, chosen, clock.now()),
    )
    return redirect(url_for(".sessions"), code=303)


@pages.post("/me/sessions/others")
@guard.open_to("signed_in")
def end_others() -> ResponseReturnValue:
    """Sign the visitor out everywhere but here."""

    def end(db: Session) -> None:
        who, here = whoever(db)
        service.end_other_sessions(db, who.person_id, here, clock.now())

    in_unit_of_work(engine(), end)
    return redirect(url_for(".sessions"), code=303)


def welcome(identifier: str, password: str, address: str) -> ResponseReturnValue:
    """Sign in somebody who was just registered and go to `address`; app.py hands this out.

    Who cannot be signed in now, such as while the throttle is closed, signs in themself.
    """
    try:
        return _welcome(_open(SignIn(identifier, password)), address)
    except (SignInFailed, TooManyTries):
        return redirect(url_for(".sign_in", next=address, welcome=1), code=303)


def origin_of_request() -> Origin:
    """Where this request comes from, as the throttle counts it."""
    before = guard.visitor()
    return Origin(
        address=request.remote_addr or "",
        agent=request.user_agent.string,
        device=request.cookies.get(DEVICE, "")[:_LONGEST_DEVICE] or None,
        replaces=before.token if before else None,
    )


def words_of(db: Session, person_id: int | None) -> list[str]:
    """The words that are no password of this person's: their own, and their communities'."""
    who = queries.find_person(db, person_id) if person_id is not None else None
    if who is None:
        return []
    own = [word for word in (who.name, who.email, who.phone) if word]
    return [*own, *runtime().lookups.own_words(db, who.id)]


def _open(command: SignIn) -> Opened:
    resolve = runtime().lookups.find_member
    return service.sign_in(engine(), command, origin_of_request(), clock.now(), resolve)


def _welcome(opened: Opened, wanted: str) -> Response:
    person = in_unit_of_work(engine(), lambda db: queries.person(db, opened.person_id), write=False)
    guard.sign_in(Visitor(person.id, person.name, opened.token, person.language))
    response = make_response(redirect(wanted, code=303))
    _keep(response, DEVICE, opened.device, MEMORY)
    _agree_on_language(response, person)
    return response


def _agree_on_language(response: Response, person: queries.PersonView) -> None:
    """What was chosen in this browser holds for mail too; else the browser learns it."""
    chosen = request.cookies.get(language.COOKIE)
    if chosen not in LANGUAGES:
        _keep(response, language.COOKIE, person.language, _A_YEAR)
    elif chosen != person.language:
        in_unit_of_work(engine(), lambda db: service.set_language(db, person.id, chosen))


def _keep(response: Response, name: str, value: str, life: timedelta) -> None:
    response.set_cookie(
        name, value, max_age=life, httponly=True, samesite="Lax", secure=request.is_secure
    )


def whoever(db: Session) -> tuple[Visitor, int]:
    """The visitor and the id of their session. Raises `SessionNotFound` if it just ended."""
    who, life = guard.visitor(), runtime().session_life
    found = queries.person_of(db, who.token, clock.now(), life) if who else None
    if who is None or found is None:
        raise SessionNotFound
    return who, found.session_id
