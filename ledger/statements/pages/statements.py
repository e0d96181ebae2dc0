"""A cell's own statements: the list, one month, and its forms to take away."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.kernel import clock
from ledger.members.queries import Acting, Reading
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.statements import queries, service
from ledger.statements.errors import NoSuchStatement
from ledger.statements.pages.blueprint import pages
from ledger.statements.pages.taking import FORMS, written
from ledger.statements.pages.wording import STATES
from ledger.statements.queries import Paper
from ledger.statements.rules.months import Month, read_month
from ledger.text.qr import qr_of
from ledger.web import guard, runtime


@dataclass(frozen=True, slots=True)
class _Neighbours:
    """The months beside the one that is shown, where they are closed."""

    before: Month | None
    after: Month | None


@pages.get("/c/<code>/<number>/statements")
@guard.open_to("acting", "auditor")
def statements() -> ResponseReturnValue:
    """Every closed month of the cell, the newest first."""
    reading: Acting | Reading = guard.reading()
    found = in_unit_of_work(
        runtime.engine(),
        lambda db: queries.statements_of(db, reading.community.id, reading.account),
        write=False,
    )
    return render_template(
        "statements/list.html",
        reading=reading,
        lines=found,
        unit=reading.community.unit,
        can_draw=service.can_draw(),
    )


@pages.get("/c/<code>/<number>/statements/<month>")
@guard.open_to("acting", "auditor")
def statement(month: str) -> ResponseReturnValue:
    """One month. Raises `NoSuchStatement`."""
    reading: Acting | Reading = guard.reading()
    wanted = month_of(month)
    found, beside, objections = in_unit_of_work(
        runtime.engine(),
        lambda db: (
            own_paper(queries.paper(db, reading.community, reading.account, wanted)),
            _beside(queries.statements_of(db, reading.community.id, reading.account), wanted),
            queries.objections_of(db, reading.community, reading.account),
        ),
        write=False,
    )
    address = service.check_address(runtime.runtime().public_url, found.extract.fingerprint)
    return render_template(
        "statements/statement.html",
        reading=reading,
        paper=found,
        unit=found.statement.unit,
        month=wanted,
        beside=beside,
        address=address,
        qr=qr_of(address),
        forms=FORMS,
        objections=[one for one in objections if one.month == wanted],
        states=STATES,
        can_draw=service.can_draw(),
        may_object=found.object_by >= clock.day_of(clock.now(), reading.community.zone),
    )


@pages.get("/c/<code>/<number>/statements/<month>/<form>")
@guard.open_to("acting", "auditor")
def take(month: str, form: str) -> ResponseReturnValue:
    """The month in one of its forms. Raises `NoSuchStatement`, `NoSuchForm`, `NoPdfHere`."""
    reading: Acting | Reading = guard.reading()
    if form == "pdf" and service.can_draw() and not _drawing(month).is_ready:
        return redirect(url_for(".drawing", month=month), code=303)
    file = written(reading.community, reading.account, month_of(month), form)
    response = Response(file.content, content_type=file.kind)
    response.headers.set("Content-Disposition", "attachment", filename=file.name)
    return response


@pages.get("/c/<code>/<number>/statements/<month>/pdf/drawing")
@guard.open_to("acting", "auditor")
def drawing(month: str) -> ResponseReturnValue:
    """A long statement that due work draws: how far it is. Raises `NoSuchStatement`."""
    found = _drawing(month)
    if not found.is_ready:
        _ask_to_draw(month, found)
    return render_template(
        "statements/drawing.html",
        reading=guard.reading(),
        drawing=found,
        month=month_of(month),
        stands_still="still" in request.args,
    )


@pages.post("/c/<code>/<number>/statements/<month>/pdf/drawing")
@guard.open_to("acting", "auditor")
def draw_anew(month: str) -> ResponseReturnValue:
    """Ask once more for a PDF that could not be drawn. Raises `NoSuchStatement`."""
    found = _drawing(month)
    if not found.is_ready:
        _ask_to_draw(month, found, anew=True)
    return redirect(url_for(".drawing", month=month), code=303)


def _drawing(month: str) -> service.Drawing:
    reading: Acting | Reading = guard.reading()
    wanted, language = month_of(month), runtime.speaker().language
    return in_unit_of_work(
        runtime.engine(),
        lambda db: service.drawing_of(
            db, reading.community, reading.account, wanted, language, clock.now()
        ),
        write=False,
    )


def _ask_to_draw(month: str, found: service.Drawing, *, anew: bool = False) -> None:
    reading: Acting | Reading = guard.reading()
    wanted, language = month_of(month), runtime.speaker().language
    in_unit_of_work(
        runtime.engine(),
        lambda db: service.ask_to_draw_one(
            db, reading.community, reading.account, wanted, language, found, clock.now(), anew=anew
        ),
    )


def month_of(text: str) -> Month:
    """The month in an address. Raises `NoSuchStatement`."""
    month = read_month(text)
    if month is None:
        raise NoSuchStatement
    return month


def own_paper(found: Paper | None) -> Paper:
    """What was found. Raises `NoSuchStatement`."""
    if found is None:
        raise NoSuchStatement
    return found


def _beside(lines: list[queries.LineView], month: Month) -> _Neighbours:
    months = {line.month for line in lines}
    return _Neighbours(
        month.previous if month.previous in months else None,
        month.next if month.next in months else None,
    )
