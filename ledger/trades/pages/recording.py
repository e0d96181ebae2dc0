"""Form, confirm screen and back again: the same for every way of recording."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema
from sqlalchemy.orm import Session

from ledger.kernel import amounts, clock
from ledger.kernel.errors import Conflict, LedgerError, NotFound, Refused
from ledger.members import queries as members
from ledger.members.queries import Acting, CellView
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.trades import queries
from ledger.trades.errors import OnlyLooking, SeveralOthers, UnknownOther
from ledger.trades.pages.blueprint import today
from ledger.trades.queries import Side
from ledger.web import forms, guard, runtime
from ledger.web.addresses import whole
from ledger.web.forms import Form

_MOST_TO_CHOOSE_FROM = 300
"""A list of all names up to here; beyond it, the page would grow heavy for a slow phone."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way of recording. Its pages are `trades.<name>`, `.<name>_check`, `_change`, `_confirm`.

    `typed` reads the form, `carried` the confirm screen into a command; `command`
    makes the same of the other's number and the rest of what `typed` read. `act`
    returns where to go then. `day` names the form's field of a day.
    """

    name: str
    typed: type[Schema]
    carried: type[Schema]
    command: Callable[..., Any]
    preview: Callable[[Session, Acting, Any, datetime], Any]
    act: Callable[[Session, Acting, Any, datetime], str]
    day: str = "occurred_on"


@dataclass(frozen=True, slots=True)
class _Found:
    """Whom the typed text names, and what the confirm screen says of it."""

    matches: list[CellView]
    refusal: LedgerError | None = None
    preview: Any = None


def begin(way: Way, **values: str) -> ResponseReturnValue:
    """The empty form, with whom and what the address names filled in. Raises `OnlyLooking`."""
    acting: Acting = guard.acting()
    if not acting.may_record:
        raise OnlyLooking
    known = in_unit_of_work(runtime.engine(), lambda db: _prefilled(db, acting), write=False)
    return show(way, forms.blank(**{way.day: today().isoformat(), **values, **known}))


def check(way: Way) -> ResponseReturnValue:
    """What was typed, read back: the confirm screen, or the form with what is wrong."""
    form = forms.read(way.typed())
    if not form.ok:
        return show(way, form)
    typed = request.form.get("choice") or form.data["other"]
    found = in_unit_of_work(
        runtime.engine(), lambda db: _find(db, way, typed, form.data), write=False
    )
    if found.refusal:
        return show(way, form.refused(found.refusal), found.matches)
    return _confirm_screen(way, form, found.preview)


def change(way: Way) -> ResponseReturnValue:
    """Back from the confirm screen to the form, with everything still in it."""
    return show(way, _reopened(forms.read(way.carried())))


def confirm(way: Way) -> ResponseReturnValue:
    """Do it and go on; a refusal comes back as the form, with nothing lost."""
    acting: Acting = guard.acting()
    form = forms.read(way.carried())
    if form.ok:
        try:
            going_to = in_unit_of_work(
                runtime.engine(), lambda db: way.act(db, acting, form.data, clock.now())
            )
            return redirect(going_to, code=303)
        except (Refused, Conflict) as refusal:
            form = form.refused(refusal)
    return show(way, _reopened(form))


def show(way: Way, form: Form, matches: list[CellView] | None = None) -> ResponseReturnValue:
    """The form's page, with the cells to choose from when a name fits several."""
    acting: Acting = guard.acting()
    cells = in_unit_of_work(
        runtime.engine(),
        lambda db: members.first_cells(db, acting.community, _MOST_TO_CHOOSE_FROM),
        write=False,
    )
    return forms.page(
        f"trades/{way.name}.html",
        form,
        unit=acting.community.unit,
        today=today(),
        cells=[cell for cell in cells if cell.number != acting.account],
        matches=matches or [],
        there_are_more=len(matches or []) == members.MOST_FOUND,
    )


def _prefilled(db: Session, acting: Acting) -> dict[str, str]:
    """What the address fills in: `?to=SB003`, `?again=<token of a trade>` or `?plan=<id>`.

    Nothing for what is unknown.
    """
    if token := request.args.get("again"):
        with suppress(NotFound):
            trade = queries.own_trade(db, acting, token, clock.now())
            return _filled(acting, trade.other, abs(trade.amount), trade.what)
    if plan_id := request.args.get("plan", type=whole):
        for plan in queries.plans(db, acting):
            if plan.id == plan_id:
                return _filled(acting, plan.other, plan.amount, plan.what)
    named = members.search_cells(db, acting.community, request.args.get("to", ""))
    return {"other": f"{named[0].shown} {named[0].name}"} if len(named) == 1 else {}


def _filled(acting: Acting, other: Side, amount: int, what: str) -> dict[str, str]:
    shown = runtime.speaker().entry(amount, acting.community.unit)
    return {"other": f"{other.shown} {other.name}", "amount": shown, "what": what}


def _find(db: Session, way: Way, typed: str, data: Mapping[str, Any]) -> _Found:
    acting: Acting = guard.acting()
    matches = members.search_cells(db, acting.community, typed)
    if len(matches) != 1:
        return _Found(matches, SeveralOthers() if matches else UnknownOther())
    rest = {name: value for name, value in data.items() if name != "other"}
    try:
        command = way.command(matches[0].number, **rest)
        return _Found([], preview=way.preview(db, acting, command, clock.now()))
    except Refused as refusal:
        return _Found([], refusal)


def _confirm_screen(way: Way, form: Form, preview: Any) -> ResponseReturnValue:
    unit = guard.acting().community.unit
    carried = {name: _wire(value, unit.scale) for name, value in form.data.items()}
    carried["other"] = preview.other.shown
    return render_template(
        f"trades/{way.name}_confirm.html",
        form=replace(form, values=carried),
        fields=tuple(carried),
        unit=unit,
        asked=form.data,
        preview=preview,
    )


def _wire(value: object, scale: int) -> str:
    """A value as a confirm screen carries it: the same in every language."""
    if isinstance(value, int):
        return amounts.wire(value, scale)
    return value.isoformat() if isinstance(value, date) else str(value)


def _reopened(form: Form) -> Form:
    """A confirm screen's fields as the form shows them: the amount as people write it."""
    amount = getattr(form.data, "amount", None)
    if amount is None:
        return form
    shown = runtime.speaker().entry(amount, guard.acting().community.unit)
    return replace(form, values={**form.values, "amount": shown})


def receipt_of(token: str) -> str:
    """The address of a receipt."""
    return url_for("trades.receipt", token=token)
