"""I got, with its confirm screen and receipt; and the history of an account."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import segno
from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.kernel import amounts, clock
from ledger.kernel.errors import Conflict, LedgerError, Refused
from ledger.members import queries as members
from ledger.members.queries import Acting, CellView
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.text.spreadsheets import MARK, csv_line
from ledger.trades import queries, service
from ledger.trades.errors import OnlyLooking, SeveralPayees, UnknownPayee
from ledger.trades.schemas import GotSchema, PaySchema
from ledger.trades.service import Pay, Preview
from ledger.web import forms, guard, runtime
from ledger.web.forms import Form

pages = Blueprint("trades", __name__)

_MOST_TO_CHOOSE_FROM = 300
"""A list of all names up to here; beyond it, the page would grow heavy for a slow phone."""

_CSV_COLUMNS = (
    "seq", "booked_at", "day", "transaction", "kind", "number", "name", "what", "amount", "balance",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Found:
    """Whom the typed text names, and what the confirm screen says of it."""

    matches: list[CellView]
    refusal: LedgerError | None = None
    preview: Preview | None = None


@pages.get("/c/<code>/<number>/got")
@guard.open_to("acting")
def got() -> ResponseReturnValue:
    """The form of *I got*. Raises `OnlyLooking`."""
    acting: Acting = guard.acting()
    if not acting.may_record:
        raise OnlyLooking
    return _form(forms.blank(occurred_on=_today().isoformat(), payee=request.args.get("to", "")))


@pages.post("/c/<code>/<number>/got")
@guard.open_to("acting")
def check() -> ResponseReturnValue:
    """What was typed, read back: the confirm screen, or the form with what is wrong."""
    form = forms.read(GotSchema())
    if not form.ok:
        return _form(form)
    typed = request.form.get("choice") or form.data["payee"]
    found = in_unit_of_work(runtime.engine(), lambda db: _find(db, typed, form.data), write=False)
    if found.refusal:
        return _form(form.refused(found.refusal), found.matches)
    return _confirm(form, found.preview)


@pages.post("/c/<code>/<number>/got/change")
@guard.open_to("acting")
def change() -> ResponseReturnValue:
    """Back from the confirm screen to the form, with everything still in it."""
    return _form(_reopened(forms.read(PaySchema())))


@pages.post("/c/<code>/<number>/got/confirm")
@guard.open_to("acting")
def confirm() -> ResponseReturnValue:
    """Book it and go to the receipt; a refusal comes back as the form, with nothing lost."""
    acting: Acting = guard.acting()
    form = forms.read(PaySchema())
    if form.ok:
        try:
            paid = in_unit_of_work(
                runtime.engine(), lambda db: service.pay(db, acting, form.data, clock.now())
            )
            return redirect(url_for(".receipt", token=paid.token), code=303)
        except (Refused, Conflict) as refusal:
            form = form.refused(refusal)
    return _form(_reopened(form))


@pages.get("/r/<token>")
@guard.open_to("anyone")
def receipt(token: str) -> ResponseReturnValue:
    """The receipt, for anybody who has its address. Raises `NoSuchReceipt`."""
    found = in_unit_of_work(runtime.engine(), lambda db: queries.receipt(db, token), write=False)
    runtime.speak(zone=found.community.zone)
    # Never the host of the request: a receipt is shown to others.
    address = runtime.runtime().public_url + url_for(".receipt", token=token)
    return render_template("trades/receipt.html", receipt=found, address=address, qr=_qr(address))


@pages.get("/c/<code>/<number>/history")
@guard.open_to("acting")
def history() -> ResponseReturnValue:
    """A page of the account's history, newest first."""
    acting: Acting = guard.acting()
    before = request.args.get("before", type=int)
    page = in_unit_of_work(
        runtime.engine(),
        lambda db: queries.history(db, acting.community, acting.account, before_seq=before),
        write=False,
    )
    return render_template("trades/history.html", page=page, unit=acting.community.unit)


@pages.get("/c/<code>/<number>/history.csv")
@guard.open_to("acting")
def history_csv() -> ResponseReturnValue:
    """The whole history as a table to take away, sent while it is read."""
    acting: Acting = guard.acting()
    response = Response(_csv(runtime.engine(), acting), content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"{acting.cell.shown}.csv")
    return response


def _find(db: Session, typed: str, data: dict[str, object]) -> _Found:
    acting: Acting = guard.acting()
    matches = members.search_cells(db, acting.community, typed)
    if len(matches) != 1:
        return _Found(matches, SeveralPayees() if matches else UnknownPayee())
    command = Pay(**{**data, "payee": matches[0].number})  # type: ignore[arg-type]
    try:
        return _Found([], preview=service.preview(db, acting, command, clock.now()))
    except Refused as refusal:
        return _Found([], refusal)


def _form(form: Form, matches: list[CellView] | None = None) -> ResponseReturnValue:
    acting: Acting = guard.acting()
    cells = in_unit_of_work(
        runtime.engine(),
        lambda db: members.first_cells(db, acting.community, _MOST_TO_CHOOSE_FROM),
        write=False,
    )
    return forms.page(
        "trades/got.html",
        form,
        unit=acting.community.unit,
        today=_today(),
        cells=[cell for cell in cells if cell.number != acting.account],
        matches=matches or [],
        there_are_more=len(matches or []) == members.MOST_FOUND,
    )


def _confirm(form: Form, preview: Preview | None) -> ResponseReturnValue:
    if preview is None:
        raise LookupError("nothing was refused, and yet there is nothing to confirm")
    unit = guard.acting().community.unit
    carried = {
        "payee": preview.payee.shown,
        "amount": amounts.wire(form.data["amount"], unit.scale),
        "what": form.data["what"],
        "occurred_on": form.data["occurred_on"].isoformat(),
        "request_key": form.data["request_key"],
    }
    return render_template(
        "trades/confirm.html",
        form=replace(form, values=carried),
        unit=unit,
        asked=form.data,
        preview=preview,
    )


def _reopened(form: Form) -> Form:
    """A confirm screen's fields as the form shows them: the amount as people write it."""
    if not isinstance(form.data, Pay):
        return form
    unit = guard.acting().community.unit
    amount = runtime.speaker().entry(form.data.amount, unit)
    return replace(form, values={**form.values, "amount": amount})


def _csv(engine: Engine, acting: Acting) -> Iterator[str]:
    yield MARK + csv_line(_CSV_COLUMNS)
    before: int | None = None
    while True:
        page = _csv_page(engine, acting, before)
        scale = acting.community.unit.scale
        for line in page.lines:
            other = line.others[0] if line.others else queries.Side(0, "", "")
            yield csv_line(
                (
                    line.seq,
                    line.booked_at.isoformat(),
                    line.occurred_on.isoformat(),
                    line.entry_id,
                    line.kind,
                    other.shown,
                    other.name,
                    line.what,
                    amounts.wire(line.amount, scale),
                    amounts.wire(line.balance, scale),
                )
            )
        if (before := page.older) is None:
            return


def _csv_page(engine: Engine, acting: Acting, before: int | None) -> queries.HistoryPage:
    return in_unit_of_work(
        engine,
        lambda db: queries.history(
            db, acting.community, acting.account, before_seq=before, limit=500
        ),
        write=False,
    )


def _qr(address: str) -> Markup:
    """The address as a picture: dark on light in any colour scheme, because readers want it so."""
    code = segno.make(address, error="m", micro=False)
    picture = code.svg_inline(scale=4, border=3, light="#fff", omitsize=True, svgclass="qr")
    return Markup(picture)  # noqa: S704 - segno's own drawing, none of the address's text


def _today() -> date:
    return clock.day_of(clock.now(), g.community.zone)
