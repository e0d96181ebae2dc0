"""The page that founds the first community of an installation."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.kernel import clock
from ledger.kernel.amounts import parse_amount
from ledger.kernel.errors import Conflict, NotFound, Refused
from ledger.kernel.units import Unit
from ledger.members import queries
from ledger.members.errors import CeilingUnreadable
from ledger.members.pages.blueprint import pages
from ledger.members.schemas import FirstRunSchema
from ledger.members.service import FoundCommunity
from ledger.members.service.founding import Steward, Welcomed, found_with_stewards
from ledger.members.service.wording import SIGHTS
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.text.speaker import LANGUAGES
from ledger.web import forms, guard, invited, runtime
from ledger.web.forms import Form

SEATS = (1, 2, 3, 4, 5)
"""Rows for founding stewards; more come by the command line, or by vote."""


@pages.get("/first-run/<token>")
@guard.open_to("anyone")
def first_run(token: str) -> ResponseReturnValue:
    """The form, for who has the address and while there is no community. Raises `NotFound`."""
    _ensure_first(token)
    return _form(
        forms.blank(time_zone="Asia/Jakarta", unit_scale="2", language="id", transparency="members")
    )


@pages.post("/first-run/<token>")
@guard.open_to("anyone")
def found(token: str) -> ResponseReturnValue:
    """Found it, and show each steward's link once."""
    _ensure_first(token)
    form = forms.read(FirstRunSchema())
    if form.ok:
        try:
            welcomed = in_unit_of_work(runtime.engine(), lambda db: _found(db, form.data))
            return render_template(
                "members/founded.html",
                name=form.data["name"],
                welcomed=welcomed,
                entrance=f"{runtime.runtime().public_url}/reset/",
            )
        except (Refused, Conflict) as refusal:
            form = form.refused(refusal)
    return _form(form)


def _ensure_first(token: str) -> None:
    if not invited.is_signed(current_app.secret_key, "first-run", token):
        raise NotFound
    if in_unit_of_work(runtime.engine(), queries.communities, write=False):
        raise NotFound


def _found(db: Session, data: dict[str, Any]) -> list[Welcomed]:
    scale = int(data["unit_scale"])
    unit = Unit(data["unit_name"], data["unit_symbol"], scale, data["unit_export_code"])
    command = FoundCommunity(
        code=data["code"],
        name=data["name"],
        place=data["place"],
        unit=unit,
        zone=data["time_zone"],
        language=data["language"],
        founding_floor=-parse_amount(data["amount"], scale),
        founding_ceiling=_ceiling(data["ceiling"], scale),
        transparency=data["transparency"],
    )
    stewards = [
        Steward(data[f"steward_{seat}"], data[f"email_{seat}"] or None)
        for seat in SEATS
        if data[f"steward_{seat}"]
    ]
    return found_with_stewards(db, command, stewards, clock.now())[1]


def _ceiling(text: str, scale: int) -> int | None:
    try:
        return parse_amount(text, scale) if text else None
    except Refused as refusal:
        raise CeilingUnreadable(scale=scale) from refusal


def _form(form: Form) -> ResponseReturnValue:
    say = runtime.speaker().gettext
    scales = [(str(number), str(number)) for number in range(4)]
    return forms.page(
        "members/first_run.html",
        form,
        seats=SEATS,
        scales=scales,
        spoken=list(LANGUAGES.items()),
        sights=[(level, say(words)) for level, words in SIGHTS.items()],
    )
