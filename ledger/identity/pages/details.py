"""One's own name and contacts, and the link that confirms a new e-mail address."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.identity import queries
from ledger.identity.errors import EmailTaken, PassOver, TooManyTries
from ledger.identity.pages.account import ensure_present
from ledger.identity.pages.blueprint import pages
from ledger.identity.pages.entry import whoever
from ledger.identity.schemas import DetailsSchema
from ledger.identity.service import throttle
from ledger.identity.service.details import Details, change_details, confirm_address
from ledger.kernel import clock
from ledger.kernel.errors import Conflict, Refused
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.web import forms, guard
from ledger.web.runtime import engine, runtime


@pages.get("/me/details")
@guard.open_to("signed_in")
def details() -> ResponseReturnValue:
    """The form, filled in with what is known."""
    found = in_unit_of_work(
        engine(), lambda db: queries.person(db, whoever(db)[0].person_id), write=False
    )
    known = {"name": found.name, "email": found.email or "", "phone": found.phone or ""}
    return forms.page("identity/details.html", forms.Form(known))


@pages.post("/me/details")
@guard.open_to("signed_in")
def change() -> ResponseReturnValue:
    """Change them, for who knows the present password."""
    form = forms.read(DetailsSchema())
    if form.ok:
        try:
            _change(form.data)
            return redirect(url_for(".me", changed=1), code=303)
        except (Refused, Conflict, TooManyTries) as refusal:
            form = form.refused(refusal)
    return forms.page("identity/details.html", form)


@pages.get("/confirm/<token>")
@guard.open_to("anyone")
def confirm(token: str) -> ResponseReturnValue:
    """Ask whether it is theirs. Opening it uses nothing up: mail scanners open links."""
    address = in_unit_of_work(
        engine(), lambda db: queries.address_to_confirm(db, token, clock.now()), write=False
    )
    form = forms.Form({}) if address else forms.Form({}).refused(PassOver())
    return forms.page("identity/confirm.html", form, address=address)


@pages.post("/confirm/<token>")
@guard.open_to("anyone")
def confirmed(token: str) -> ResponseReturnValue:
    """The address is theirs from now on."""
    try:
        in_unit_of_work(engine(), lambda db: confirm_address(db, token, clock.now()))
    except (PassOver, EmailTaken) as refusal:
        form = forms.Form({}).refused(refusal)
        return forms.page("identity/confirm.html", form, address=None)
    if guard.visitor():
        return redirect(url_for(".me", changed=1), code=303)
    return redirect(url_for(".sign_in", confirmed=1), code=303)


def _change(data: dict[str, str]) -> None:
    """Raises what refuses a name or contact, `PasswordWrong` or `TooManyTries`."""
    who, attempt = ensure_present(data["present"])
    command = Details(data["name"], data["email"] or None, data["phone"] or None)
    address = runtime().public_url

    def work(db: Session) -> None:
        change_details(db, who.id, command, clock.now(), address)
        throttle.strike_out(db, attempt)

    in_unit_of_work(engine(), work)
