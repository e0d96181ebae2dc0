"""Ways back in for who forgot the password: a link by mail, or a code on paper."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.identity import queries, service
from ledger.identity.errors import CodeWrong, PassOver, PersonNotFound, TooManyTries
from ledger.identity.pages.blueprint import pages
from ledger.identity.pages.entry import origin_of_request, welcome, words_of
from ledger.identity.rules.passwords import PasswordHash, hash_password
from ledger.identity.schemas import AskLinkSchema, CodeSchema, NewPasswordSchema
from ledger.identity.service import throttle
from ledger.identity.service.passes import CODE, is_code_of
from ledger.identity.service.resetting import RESET, WELCOME, tell_of_new_password
from ledger.identity.service.sign_in import visitor_of, whom
from ledger.kernel import clock
from ledger.kernel.errors import Refused
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.web import forms, guard
from ledger.web.forms import Form
from ledger.web.runtime import engine, runtime


@pages.get("/reset")
@guard.open_to("anyone")
def reset() -> ResponseReturnValue:
    """Ask for a link."""
    return forms.page("identity/reset.html", forms.Form({}))


@pages.post("/reset")
@guard.open_to("anyone")
def ask_for_link() -> ResponseReturnValue:
    """The same answer for every address, known or not."""
    form = forms.read(AskLinkSchema())
    if not form.ok:
        return forms.page("identity/reset.html", form)
    identifier, now = form.data["identifier"], clock.now()
    try:
        throttle.begin(engine(), visitor_of("reset", identifier, origin_of_request()), now)
    except TooManyTries as refusal:
        return forms.page("identity/reset.html", form.refused(refusal))
    in_unit_of_work(engine(), lambda db: service.ask_for_link(db, identifier, now))
    return render_template("identity/reset_sent.html")


@pages.get("/reset/<token>")
@guard.open_to("anyone")
def choose_password(token: str) -> ResponseReturnValue:
    """The form for a new password. Opening it uses nothing up: mail scanners open links."""
    return _choose(token, forms.Form({}))


@pages.post("/reset/<token>")
@guard.open_to("anyone")
def set_password(token: str) -> ResponseReturnValue:
    """Use the link up, set the password, end all sessions; who is new here comes in at once."""
    form = forms.read(NewPasswordSchema())
    if form.ok:
        try:
            who, words = in_unit_of_work(engine(), lambda db: _asked(db, token), write=False)
            chosen = hash_password(form.data["password"], words)
            in_unit_of_work(engine(), lambda db: _by_link(db, token, chosen))
            if who and not who.has_password:
                return welcome(who.email or who.phone or "", form.data["password"], "/")
            return _to_sign_in()
        except Refused as refusal:
            form = form.refused(refusal)
    return _choose(token, form)


@pages.get("/code")
@guard.open_to("anyone")
def enter_code() -> ResponseReturnValue:
    """The form for a printed code."""
    return forms.page("identity/code.html", forms.Form({}))


@pages.post("/code")
@guard.open_to("anyone")
def use_code() -> ResponseReturnValue:
    """Use the code up, set the password, end all sessions."""
    form = forms.read(CodeSchema())
    if form.ok:
        data, now = form.data, clock.now()
        try:
            visitor = visitor_of(CODE, data["identifier"], origin_of_request())
            throttle.begin(engine(), visitor, now)
            words = in_unit_of_work(engine(), lambda db: _own_words(db, data), write=False)
            chosen = hash_password(data["password"], words)
            in_unit_of_work(engine(), lambda db: _by_code(db, data, chosen))
            return _to_sign_in()
        except (Refused, TooManyTries) as refusal:
            form = form.refused(refusal)
    return forms.page("identity/code.html", form)


def _choose(token: str, form: Form) -> ResponseReturnValue:
    who, _ = in_unit_of_work(engine(), lambda db: _asked(db, token), write=False)
    if who is None:
        return forms.page("identity/link_over.html", forms.Form({}).refused(PassOver()))
    return forms.page("identity/new_password.html", form, who=who)


def _asked(db: Session, token: str) -> tuple[queries.PersonView | None, list[str]]:
    """Whose the link is, and the words that are no password of theirs."""
    holder = _holder(db, token)
    return queries.find_person(db, holder) if holder else None, words_of(db, holder)


def _by_link(db: Session, token: str, chosen: PasswordHash) -> None:
    now = clock.now()
    purpose = WELCOME if queries.link_holder(db, token, WELCOME, now) else RESET
    _set(db, service.redeem_link(db, token, purpose, now), chosen)


def _by_code(db: Session, data: dict[str, str], chosen: PasswordHash) -> None:
    _set(db, service.redeem_code(db, _whom(db, data), data["code"], clock.now()), chosen)


def _own_words(db: Session, data: dict[str, str]) -> list[str]:
    """None but for who has the code: else a refused password would tell who is known."""
    person_id = _whom(db, data)
    has_code = is_code_of(db, person_id, data["code"], clock.now())
    return words_of(db, person_id) if has_code else []


def _whom(db: Session, data: dict[str, str]) -> int | None:
    return whom(db, data["identifier"], runtime().lookups.find_member)


def _holder(db: Session, token: str) -> int | None:
    now = clock.now()
    return queries.link_holder(db, token, RESET, now) or queries.link_holder(
        db, token, WELCOME, now
    )


def _set(db: Session, person_id: int, chosen: PasswordHash) -> None:
    now = clock.now()
    try:
        service.set_password(db, person_id, chosen, now)
    except PersonNotFound as gone:
        raise CodeWrong from gone
    tell_of_new_password(db, person_id, now)


def _to_sign_in() -> ResponseReturnValue:
    return redirect(url_for(".sign_in", changed=1), code=303)
