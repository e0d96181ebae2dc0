"""The page that founds the first community of an installation."""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from ledger.kernel import clock
from ledger.kernel.errors import Conflict, NotFound, Refused
from ledger.kernel.units import Unit
from ledger.members import queries
from ledger.members.pages.blueprint import pages
from ledger.members.rules.units import export_code_for
from ledger.members.schemas import FirstRunSchema
from ledger.members.service import FoundCommunity
from ledger.members.service.communities import faults_of
from ledger.members.service.founding import Steward, found_with_stewards, read_steward
from ledger.members.service.wording import SIGHTS
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.text.currencies import names_of_state_money
from ledger.text.speaker import LANGUAGES
from ledger.web import forms, guard, invited, runtime
from ledger.web.forms import Form

SEATS = (1, 2, 3, 4, 5)
"""Rows for founding stewards; more come by the command line, or by vote."""

_LONGEST_SYMBOL = 12


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
    """Found it, and show each steward's link once; or say at once all that is wrong."""
    _ensure_first(token)
    form = forms.read(FirstRunSchema())
    if form.ok:
        stewards, form = _stewards(form)
        command, form = _command(form)
        if form.ok:
            try:
                return _founded(command, stewards)
            except (Refused, Conflict) as refusal:
                form = form.refused(refusal)
    return _form(form)


def _founded(command: FoundCommunity, stewards: list[Steward]) -> ResponseReturnValue:
    welcomed = in_unit_of_work(
        runtime.engine(), lambda db: found_with_stewards(db, command, stewards, clock.now())[1]
    )
    return render_template(
        "members/founded.html",
        name=command.name,
        welcomed=welcomed,
        entrance=f"{runtime.runtime().public_url}/reset/",
    )


def _ensure_first(token: str) -> None:
    if not invited.is_signed(current_app.secret_key, "first-run", token):
        raise NotFound
    if in_unit_of_work(runtime.engine(), queries.communities, write=False):
        raise NotFound


def _command(form: Form) -> tuple[FoundCommunity, Form]:
    """What is to be founded, and the form with all that speaks against it."""
    data = form.data
    scale, name = int(data["unit_scale"]), data["unit_name"]
    code = data["unit_export_code"].upper() or export_code_for(name, names_of_state_money())
    unit = Unit(name, data["unit_symbol"] or name[:_LONGEST_SYMBOL], scale, code)
    speaker = runtime.speaker()
    limit, form = _figure(form, "amount", unit, speaker.parse_limit)
    ceiling, form = (
        _figure(form, "ceiling", unit, speaker.parse_amount) if data["ceiling"] else (None, form)
    )
    command = FoundCommunity(
        code=data["code"].upper(),
        name=data["name"],
        place=data["place"],
        unit=unit,
        zone=data["time_zone"],
        language=data["language"],
        founding_floor=-(limit or 0),
        founding_ceiling=ceiling,
        transparency=data["transparency"],
    )
    for fault in faults_of(command):
        form = form.refused(fault)
    return command, form


def _figure(
    form: Form, field: str, unit: Unit, parse: Callable[[str, Unit], int]
) -> tuple[int | None, Form]:
    """The figure as people write it here, or the form that says what is wrong with it."""
    try:
        return parse(form.data[field], unit), form
    except Refused as refusal:
        return None, form.refused(refusal, at=field)


def _stewards(form: Form) -> tuple[list[Steward], Form]:
    """Who is to be a steward, and the form with what is wrong with their contacts."""
    stewards, data = [], form.data
    for seat in SEATS:
        if not data[f"steward_{seat}"]:
            continue
        try:
            stewards.append(read_steward(data[f"steward_{seat}"], data[f"contact_{seat}"]))
        except Refused as refusal:
            form = form.refused(refusal, at=f"contact_{seat}")
    return stewards, form


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
