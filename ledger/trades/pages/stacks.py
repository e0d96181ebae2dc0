"""Stacks of slips that are begun: saved for later, opened by any coordinator, thrown away."""

from __future__ import annotations

from dataclasses import replace

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from ledger.kernel import clock
from ledger.kernel.errors import Conflict, Refused
from ledger.kernel.identifiers import new_request_key
from ledger.members.queries import Standing
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.trades import queries, service
from ledger.trades.errors import NoSuchStack, StackMoved
from ledger.trades.pages import grid as grids
from ledger.trades.pages.blueprint import pages
from ledger.trades.pages.grid import FEW_LINES, Grid, show
from ledger.trades.service import SaveStack
from ledger.web import guard, problems, runtime
from ledger.web.addresses import whole


@pages.get("/c/<code>/slips/stacks/<batch>")
@guard.open_to("coordinator")
def stack(batch: str) -> ResponseReturnValue:
    """The grid of a stack that was begun, to be continued. Raises `NoSuchStack`."""
    standing: Standing = guard.standing()
    found = in_unit_of_work(
        runtime.engine(),
        lambda db: queries.stack(db, standing.community, batch, clock.now()),
        write=False,
    )
    grid = grids.opened(found)
    grids.look(grid)
    return show(grid, FEW_LINES, stack=found)


@pages.post("/c/<code>/slips/stacks/<batch>/drop")
@guard.open_to("coordinator")
def drop_stack(batch: str) -> ResponseReturnValue:
    """Throw a stack away; whoever has not seen its newest version sees that first."""
    standing: Standing = guard.standing()
    version = request.form.get("version", 0, type=whole)
    try:
        in_unit_of_work(
            runtime.engine(), lambda db: service.drop_stack(db, standing, batch, version)
        )
    except StackMoved:
        return redirect(url_for(".stack", batch=batch, kept="1"), code=303)
    return redirect(url_for(".slips"), code=303)


def keep(grid: Grid, *, is_apart: bool) -> ResponseReturnValue:
    """Save the grid, apart from the stack it was opened from if so wished, and open it."""
    page = grid.page
    if is_apart:
        keyed = tuple({**one, "key": new_request_key()} for one in page.typing.lines)
        typing = replace(page.typing, lines=keyed)
        page = SaveStack(new_request_key(), 0, new_request_key(), typing, page.language)
    try:
        version = _save(page)
    except (Refused, Conflict) as refusal:
        grid.market = grid.market.refused(refusal)
        grids.look(grid)
        return show(grid, FEW_LINES, is_moved=isinstance(refusal, Conflict))
    if not version:
        return redirect(url_for(".slips"), code=303)
    return redirect(url_for(".stack", batch=page.batch), code=303)


def kept_quietly(grid: Grid) -> dict[str, object]:
    """Save the grid while it is typed: the page's next version, and what to say of it."""
    page = grid.page
    if not grid.typed and not page.version:
        return {"version": 0, "told": ""}
    if page.version and _is_merely_read(page):
        return {"version": page.version, "told": ""}
    try:
        version = _save(page)
    except (Refused, Conflict) as refusal:
        return {"version": page.version, "told": "", "refused": problems.said(refusal)}
    speaker = runtime.speaker()
    said = speaker.gettext(
        "Saved on %(moment)s: any coordinator can continue it.", moment=speaker.moment(clock.now())
    )
    return {"version": version, "told": said if version else ""}


def _is_merely_read(page: SaveStack) -> bool:
    """Whether it is the stack as it opens in another notation: to read it changes nothing."""
    standing: Standing = guard.standing()
    try:
        kept = in_unit_of_work(
            runtime.engine(),
            lambda db: queries.stack(db, standing.community, page.batch, clock.now()),
            write=False,
        )
    except NoSuchStack:
        return False
    as_opened = grids.opened(kept).page.typing
    return kept.language != page.language and as_opened == page.typing


def _save(page: SaveStack) -> int:
    standing: Standing = guard.standing()
    return in_unit_of_work(
        runtime.engine(), lambda db: service.save_stack(db, standing, page, clock.now())
    )
