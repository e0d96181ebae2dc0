"""Going for good: what is still to be handed over, and the last step."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.kernel import clock
from ledger.kernel.errors import NotFound, Refused
from ledger.members import queries
from ledger.members.pages.blueprint import pages
from ledger.members.service.farewell import say_farewell
from ledger.members.service.wording import ROLES
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.text.phrases import N_
from ledger.web import guard, problems, runtime

_UNSURE = N_("Tick the box if you want to leave for good.")


@pages.get("/me/farewell")
@guard.open_to("signed_in")
def farewell() -> ResponseReturnValue:
    """What binds the visitor, or the last step."""
    return _farewell()


@pages.post("/me/farewell")
@guard.open_to("signed_in")
def leave_for_good() -> ResponseReturnValue:
    """Erase what could name them, and sign them out."""
    if not request.form.get("sure"):
        return _farewell(runtime.speaker().gettext(_UNSURE)), 422
    try:
        in_unit_of_work(runtime.engine(), lambda db: say_farewell(db, _who(), clock.now()))
    except Refused as refusal:
        return _farewell(problems.said(refusal)), problems.status_of(refusal)
    guard.sign_out()
    return redirect(url_for("portal.first", gone=1), code=303)


def _farewell(problem: str = "") -> str:
    found = in_unit_of_work(
        runtime.engine(), lambda db: queries.ties(db, _who(), clock.now()), write=False
    )
    return render_template("members/farewell.html", ties=found, roles=ROLES, problem=problem)


def _who() -> int:
    who = guard.visitor()
    if who is None:
        raise NotFound
    return who.person_id
