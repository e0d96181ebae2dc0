"""What a person sees of their own account, and changes about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.identity import queries, service
from ledger.identity.errors import TooManyTries
from ledger.identity.pages.blueprint import pages
from ledger.identity.pages.entry import origin_of_request, whoever, words_of
from ledger.identity.rules.passwords import PasswordHash, hash_password
from ledger.identity.schemas import ChangePasswordSchema
from ledger.identity.service import throttle
from ledger.identity.service.people import ensure_password
from ledger.identity.service.resetting import tell_of_new_password
from ledger.identity.service.sign_in import visitor_of
from ledger.kernel import clock
from ledger.kernel.errors import Refused
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.web import forms, guard
from ledger.web.runtime import engine, runtime


@pages.get("/me")
@guard.open_to("signed_in")
def me() -> ResponseReturnValue:
    """Name, contacts, and the ways to change the password and end sessions."""

    def read(db: Session) -> tuple[queries.PersonView, str | None, Sequence[Any]]:
        who, now = whoever(db)[0].person_id, clock.now()
        agreed = runtime().lookups.find_agreed(db, who, now)
        return queries.person(db, who), queries.pending_address(db, who, now), agreed

    found, pending, agreed = in_unit_of_work(engine(), read, write=False)
    changed = "changed" in request.args
    return render_template(
        "identity/me.html", person=found, pending=pending, changed=changed, agreed=agreed
    )


@pages.get("/me/password")
@guard.open_to("signed_in")
def password() -> ResponseReturnValue:
    """The form to change one's own password."""
    return forms.page("identity/password.html", forms.Form({}))


@pages.post("/me/password")
@guard.open_to("signed_in")
def change_password() -> ResponseReturnValue:
    """Change it, sign out everywhere else, and send word of it."""
    form = forms.read(ChangePasswordSchema())
    if form.ok:
        try:
            _change(form.data)
            return redirect(url_for(".me", changed=1), code=303)
        except (Refused, TooManyTries) as refusal:
            form = form.refused(refusal)
    return forms.page("identity/password.html", form)


def ensure_present(password: str) -> tuple[queries.PersonView, int]:
    """The visitor, if this is their password, and the try to be struck out once all is well.

    Raises `PasswordWrong` or `TooManyTries`.
    """
    who = in_unit_of_work(
        engine(), lambda db: queries.person(db, whoever(db)[0].person_id), write=False
    )
    visitor = visitor_of("change", str(who.id), origin_of_request())
    attempt = throttle.begin(engine(), visitor, clock.now())
    ensure_password(engine(), who.id, password)
    return who, attempt


def _change(data: dict[str, str]) -> None:
    """Raises what refuses a password, `PasswordWrong` or `TooManyTries`."""
    words = in_unit_of_work(
        engine(), lambda db: words_of(db, whoever(db)[0].person_id), write=False
    )
    chosen = hash_password(data["password"], words)
    _, attempt = ensure_present(data["present"])
    in_unit_of_work(engine(), lambda db: _set(db, chosen, attempt))


def _set(db: Session, chosen: PasswordHash, attempt: int) -> None:
    who, here = whoever(db)
    now = clock.now()
    service.set_password(db, who.person_id, chosen, now, keep_session=here)
    throttle.strike_out(db, attempt)
    tell_of_new_password(db, who.person_id, now)
