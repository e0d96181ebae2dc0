"""Moving in: earlier books are uploaded, looked at, put before a steward, and taken in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import BinaryIO, cast

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from ledger.kernel import clock
from ledger.kernel.amounts import wire
from ledger.kernel.errors import Conflict, Forbidden, Refused
from ledger.kernel.units import shown_number
from ledger.members.queries import Standing
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.text.phrases import N_
from ledger.text.spreadsheets import csv_text
from ledger.trades.formats import LAYOUTS, Layout
from ledger.trades.pages.blueprint import pages
from ledger.trades.queries import intakes as queries
from ledger.trades.queries.intakes import IntakeView
from ledger.trades.schemas import SignatureSchema, UploadSchema
from ledger.trades.service import intake_work
from ledger.trades.service import intakes as service
from ledger.trades.service.importing import Way
from ledger.trades.service.intakes import Upload
from ledger.web import forms, guard, runtime, uploads
from ledger.web.forms import Form

LARGEST = 32 * 1024 * 1024
"""In bytes, both files together: some three hundred thousand trades."""

_AT_ONCE = 2_000
"""Lines of books that are short enough to be looked at while the person waits."""

_SHOWN = 25
_LOOK_AGAIN = "5"
"""In seconds."""

KINDS = {
    "simpul": N_("Tables in Simpul's own layout"),
    "timeoverflow": N_("TimeOverflow"),
    "cyclos3": N_("Cyclos 3: members with their balances"),
}
DAYS = {"iso": N_("2026-11-03: year, month, day"), "dmy": N_("03/11/2026: day, month, year")}
DECIMALS = {"point": N_("a point: 12.50"), "comma": N_("a comma: 12,50")}
UNITS = {"hour": N_("an hour"), "minute": N_("a minute")}
STATES = {
    "reading": N_("being read"),
    "unfit": N_("cannot be taken in"),
    "ready": N_("can be taken in"),
    "taking": N_("being taken in"),
    "taken": N_("taken in"),
}


@pages.get("/c/<code>/moving-in")
@guard.open_to("coordinator", "steward", "auditor")
def intakes() -> ResponseReturnValue:
    """The form for earlier books, and what was uploaded before."""
    return _form(forms.blank(layout="simpul", days="iso", decimal="point", unit="hour"))


@pages.post("/c/<code>/moving-in")
@guard.open_to("coordinator", "steward")
@uploads.takes(LARGEST)
def receive() -> ResponseReturnValue:
    """Keep the files; short ones are looked at right away."""
    standing: Standing = guard.standing()
    form, now = forms.read(UploadSchema()), clock.now()
    if form.ok:
        upload = _upload(form.data)
        try:
            intake_id = in_unit_of_work(
                runtime.engine(), lambda db: service.receive(db, standing, upload, now)
            )
        except Refused as refusal:
            names = {"members_file": "", "trades_file": ""}
            form = Form({**form.values, **names}).refused(refusal)
        else:
            _look_at_short_ones(standing, intake_id, now)
            return redirect(url_for(".intake", intake_id=intake_id), code=303)
    return _form(form)


@pages.get("/c/<code>/moving-in/<int:intake_id>")
@guard.open_to("coordinator", "steward", "auditor")
def intake(intake_id: int) -> ResponseReturnValue:
    """How an upload stands, with what it would do or what stands in the way."""
    return _page(intake_id, forms.blank())


@pages.post("/c/<code>/moving-in/<int:intake_id>/ask")
@guard.open_to("coordinator", "steward")
def ask_for_signature(intake_id: int) -> ResponseReturnValue:
    """Put an upload before a steward."""
    standing: Standing = guard.standing()
    form = forms.read(SignatureSchema())
    if not form.ok:
        return _page(intake_id, form)
    reason = form.data["reason"]
    return _do(
        intake_id,
        form,
        lambda db: service.put_before_a_steward(db, standing, intake_id, reason, clock.now()),
        url_for(".intake", intake_id=intake_id),
    )


@pages.post("/c/<code>/moving-in/<int:intake_id>/drop")
@guard.open_to("coordinator", "steward")
def drop_intake(intake_id: int) -> ResponseReturnValue:
    """Forget an upload."""
    standing: Standing = guard.standing()
    return _do(
        intake_id,
        forms.blank(),
        lambda db: service.drop(db, standing, intake_id, clock.now()),
        url_for(".intakes"),
    )


@pages.get("/c/<code>/moving-in/<int:intake_id>/problems.csv")
@guard.open_to("coordinator", "steward", "auditor")
def intake_problems(intake_id: int) -> ResponseReturnValue:
    """Every bad line with its reason, as a table to take away."""
    speaker = runtime.speaker()
    lines = _view(intake_id).problems
    head = [("file", "line", "reason")]
    return _table(
        [*head, *((one.file, one.number, speaker.gettext(one.reason)) for one in lines)],
        "problems",
    )


@pages.get("/c/<code>/moving-in/<int:intake_id>/outside.csv")
@guard.open_to("coordinator", "steward", "auditor")
def intake_outside(intake_id: int) -> ResponseReturnValue:
    """Every cell that is left beyond its limits, as a table to take away."""
    standing: Standing = guard.standing()
    code, scale = standing.community.code, standing.community.unit.scale
    rows = (
        (shown_number(code, one.number), one.name, wire(one.balance, scale))
        for one in _view(intake_id).outside
    )
    return _table([("number", "name", "balance"), *rows], "outside")


@pages.get("/c/<code>/moving-in/<int:intake_id>/numbers.csv")
@guard.open_to("coordinator", "steward", "auditor")
def intake_numbers(intake_id: int) -> ResponseReturnValue:
    """Under which number everybody is known now, as a table to take away."""
    standing: Standing = guard.standing()
    code = standing.community.code
    numbers = _view(intake_id).numbers
    rows = ((key, shown_number(code, number)) for key, number in numbers.items())
    return _table([("before", "number"), *rows], "numbers")


def _upload(way: Way) -> Upload:
    cells, history = _sent("members_file"), _sent("trades_file")
    return Upload(
        way=way,
        members=cast("BinaryIO", cells.stream),
        members_file=_name(cells),
        trades=cast("BinaryIO", history.stream),
        trades_file=_name(history),
    )


def _sent(field: str) -> FileStorage:
    return request.files.get(field) or FileStorage()


def _name(file: FileStorage) -> str:
    """What the person calls the file: its last part, short enough to be shown."""
    return (file.filename or "").replace("\\", "/").rpartition("/")[2][-80:]


def _look_at_short_ones(standing: Standing, intake_id: int, now: datetime) -> None:
    """The job that looks is due as well, and finds it done."""
    engine = runtime.engine()
    found = in_unit_of_work(
        engine, lambda db: queries.intake(db, standing, intake_id, now), write=False
    )
    if found.lines <= _AT_ONCE:
        intake_work.look(engine, intake_id, now)


def _view(intake_id: int) -> IntakeView:
    standing: Standing = guard.standing()
    return in_unit_of_work(
        runtime.engine(),
        lambda db: queries.intake(db, standing, intake_id, clock.now()),
        write=False,
    )


def _form(form: Form) -> ResponseReturnValue:
    standing: Standing = guard.standing()
    earlier = in_unit_of_work(
        runtime.engine(), lambda db: queries.intakes(db, standing), write=False
    )
    return forms.page(
        "trades/moving_in.html",
        form,
        may_upload=_may_upload(standing),
        earlier=earlier,
        kinds=KINDS,
        states=STATES,
        choices=_choices(),
        columns={name: _columns(layout) for name, layout in LAYOUTS.items()},
        largest=LARGEST // 1024 // 1024,
    )


def _columns(layout: Layout) -> list[tuple[str, ...]]:
    """The columns of each file of these books."""
    return [file.names for file in (layout.members, layout.trades) if file is not None]


def _choices() -> dict[str, list[tuple[str, str]]]:
    """What can be chosen, in the visitor's language."""
    asked = {"kinds": KINDS, "days": DAYS, "decimals": DECIMALS, "units": UNITS}
    say = runtime.speaker().gettext
    return {
        name: [(value, say(label)) for value, label in choices.items()]
        for name, choices in asked.items()
    }


def _page(intake_id: int, form: Form) -> ResponseReturnValue:
    found = _view(intake_id)
    standing: Standing = guard.standing()
    page = render_template(
        "trades/intake.html",
        form=form,
        intake=found,
        shown=found.problems[:_SHOWN],
        may_upload=_may_upload(standing),
        community=standing.community,
        unit=standing.community.unit,
        kinds=KINDS,
        states=STATES,
    )
    # By a header rather than by the page: it works without scripts as well.
    headers = {"Refresh": _LOOK_AGAIN} if found.is_under_way and form.ok else {}
    return page, form.status, headers


def _may_upload(standing: Standing) -> bool:
    return bool(standing.roles & {"coordinator", "steward"})


def _do(
    intake_id: int, form: Form, act: Callable[[Session], None], going_to: str
) -> ResponseReturnValue:
    try:
        in_unit_of_work(runtime.engine(), act)
    except (Refused, Conflict, Forbidden) as refusal:
        return _page(intake_id, form.refused(refusal))
    return redirect(going_to, code=303)


def _table(rows: list[tuple[object, ...]], name: str) -> Response:
    response = Response(csv_text(rows), content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.csv")
    return response
