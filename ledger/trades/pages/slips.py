"""Market day: the grid in which a coordinator types paper slips, and what it booked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.kernel import clock
from ledger.kernel.errors import Refused
from ledger.members.queries import Standing
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.text.phrases import N_
from ledger.trades import queries, service
from ledger.trades.pages import grid as grids
from ledger.trades.pages.blueprint import pages, today
from ledger.trades.pages.grid import FEW_LINES, FRESH_LINES, MORE_LINES, Grid, blank_row, show
from ledger.trades.pages.stacks import keep, kept_quietly
from ledger.trades.queries import Stack, Typed
from ledger.trades.service import TypeSlips
from ledger.web import forms, guard, runtime

_NOTHING_TYPED = N_("Type at least one slip.")


@pages.get("/c/<code>/slips")
@guard.open_to("coordinator")
def slips() -> ResponseReturnValue:
    """An empty grid, above it what the last one booked, and the stacks that wait."""
    batch = request.args.get("batch", "")
    typed, book, begun = in_unit_of_work(runtime.engine(), lambda db: _last(db, batch), write=False)
    market = forms.blank(occurred_on=request.args.get("on") or today().isoformat())
    return show(Grid(market, [blank_row(book)]), FRESH_LINES, booked=typed, begun=begun)


@pages.post("/c/<code>/slips")
@guard.open_to("coordinator")
def slips_send() -> ResponseReturnValue:
    """Book the good lines and keep the others; or, as the button says, save, look, or add lines."""
    grid = grids.read_grid()
    act = request.form.get("act", "book")
    if act in ("book", "save", "apart") and not grid.typed:
        grid.market = grid.market.with_error(_NOTHING_TYPED)
        return show(grid, FRESH_LINES)
    if act in ("save", "apart"):
        return keep(grid, is_apart=act == "apart")
    if act == "book" and grid.market.ok:
        return _book(grid)
    grids.look(grid)
    return show(grid, MORE_LINES if act == "more" else FEW_LINES)


@pages.post("/c/<code>/slips/check")
@guard.open_to("coordinator")
def slips_check() -> ResponseReturnValue:
    """What is known of the lines typed so far, which are kept: for the script that asks.

    It asks while one types, so nothing is refused: what stands against keeping them is said.
    """
    grid = grids.read_grid()
    grids.look(grid)
    lines = {
        place: {"from": row.payer, "to": row.payee, "errors": row.wrong}
        for place, row in enumerate(grid.rows, start=1)
        if not row.is_blank
    }
    return jsonify(lines=lines, told=grids.told(grid), stack=kept_quietly(grid))


def _book(grid: Grid) -> ResponseReturnValue:
    """Book the good lines; what stands against all of them stands at the grid's own fields."""
    standing: Standing = guard.standing()
    batch = grid.market.values["request_key"]
    lines = tuple(grids.written(row) for row in grid.typed)
    command = TypeSlips(grid.market.data["occurred_on"], lines, batch)
    try:
        found, version = in_unit_of_work(
            runtime.engine(),
            lambda db: service.book_stack(db, standing, command, grid.page, clock.now()),
        )
    except Refused as refusal:
        grid.market = grid.market.refused(refusal)
        grids.look(grid)
        return show(grid, FEW_LINES)
    grids.take(grid.typed, found)
    grid.saved_as(version)
    if not grid.wrong:
        return redirect(url_for(".slips", batch=batch, on=_day(grid)), code=303)
    return _show_rest(grid)


def _show_rest(grid: Grid) -> ResponseReturnValue:
    """The grid again with what is not booked, and above it what is."""
    tokens = {row.token for row in grid.typed if row.token}
    batch = grid.market.values["request_key"]
    booked, _, _ = in_unit_of_work(runtime.engine(), lambda db: _last(db, batch), write=False)
    rest = Grid(replace(grid.market, status=422), grid.wrong)
    return show(rest, FEW_LINES, booked=booked if tokens else [])


def _last(db: Session, batch: str) -> tuple[list[Typed], str, Sequence[Stack]]:
    """What the grid of this key booked, the book this coordinator types from, what waits."""
    standing: Standing = guard.standing()
    typed = queries.typed_together(db, standing.community, batch) if batch else []
    begun = queries.stacks_begun(db, standing.community, clock.now())
    return typed, queries.last_book(db, standing), begun


def _day(grid: Grid) -> str:
    return str(grid.market.values["occurred_on"])
