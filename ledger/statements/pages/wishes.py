"""Statements by mail or not: on one's own page, and by one tap from any mail."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.kernel import clock
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.statements import queries, service
from ledger.statements.errors import NoSuchWish
from ledger.statements.pages.blueprint import pages
from ledger.web import guard, runtime
from ledger.web.forgery import csrf


@pages.get("/me/statements")
@guard.open_to("signed_in")
def wishes() -> ResponseReturnValue:
    """Whether one gets statements by mail."""
    wants = in_unit_of_work(
        runtime.engine(), lambda db: queries.wants_mail(db, _own_id()), write=False
    )
    return render_template("statements/wishes.html", wants=wants, token="")


@pages.post("/me/statements")
@guard.open_to("signed_in")
def wish() -> ResponseReturnValue:
    """Change it."""
    mail = request.form.get("mail") == "1"
    in_unit_of_work(
        runtime.engine(), lambda db: service.wish(db, _own_id(), mail=mail, now=clock.now())
    )
    return redirect(url_for(".wishes"), code=303)


@pages.get("/unsubscribe/<token>")
@guard.open_to("anyone")
def unsubscribe(token: str) -> ResponseReturnValue:
    """The same for whoever holds the address from a mail. Raises `NoSuchWish`."""
    wants = in_unit_of_work(runtime.engine(), lambda db: queries.wish_of(db, token), write=False)
    if wants is None:
        raise NoSuchWish
    return render_template("statements/wishes.html", wants=wants, token=token)


@pages.post("/unsubscribe/<token>")
@guard.open_to("anyone")
def unsubscribe_now(token: str) -> ResponseReturnValue:
    """End such mail, or begin it again; mail programs post here by themselves (RFC 8058).

    Raises `NoSuchWish`. The address itself is the secret, so there is no token of a form.
    """
    mail = request.form.get("mail") == "1"
    in_unit_of_work(
        runtime.engine(),
        lambda db: service.wish_by_token(db, token, mail=mail, now=clock.now()),
    )
    return redirect(url_for(".unsubscribe", token=token), code=303)


def _own_id() -> int:
    who = guard.visitor()
    if who is None:
        raise NoSuchWish
    return who.person_id


csrf.exempt(unsubscribe_now)
