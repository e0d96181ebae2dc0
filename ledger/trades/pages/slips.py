"""Market day: the grid in which a coordinator types paper slips, and what it booked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.kernel import clock
from ledger.kernel.errors import LedgerError, Refused
from ledger.kernel.identifiers import new_request_key
from ledger.members import queries as members
from ledger.members.queries import Standing
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.text.phrases import N_
from ledger.trades import queries, service
from ledger.trades.pages.blueprint import pages, today
from ledger.trades.pages.wording import STATES
from ledger.trades.queries import Typed
from ledger.trades.rules.slips import MOST_LINES
from ledger.trades.schemas import MarketSchema, SlipSchema
from ledger.trades.service import Line, TypeSlips, Written
from ledger.web import forms, guard, problems, runtime
from ledger.web.forms import Form

_FIELDS = ("book", "number", "from", "to", "amount", "what", "key")
_TYPED = frozenset({"number", "from", "to", "amount", "what"})
"""What makes a line a line: a book alone is only carried down from the line above."""

_NAME = re.compile(rf"({'|'.join(_FIELDS)})-([1-9][0-9]{{0,2}})", re.ASCII)
_FRESH_LINES = 6
_MORE_LINES = 10
_FEW_LINES = 2
_MOST_TO_CHOOSE_FROM = 300

_NOTHING_TYPED = N_("Type at least one slip.")


@dataclass(slots=True)
class _Row:
    """A line of the grid as it is shown: what was typed and said of it, and the two cells."""

    form: Form
    payer: str = ""
    payee: str = ""
    token: str | None = None

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed in it."""
        return not any(self.form.values.get(name, "").strip() for name in _TYPED)

    @property
    def is_unfinished(self) -> bool:
        """Whether nothing typed so far is wrong, but something is still to come."""
        return not self.form.ok and not _of_what_is_typed(self)


@dataclass(slots=True)
class _Grid:
    """The whole form: the day of the market and its lines."""

    market: Form
    rows: list[_Row] = field(default_factory=list)

    @property
    def typed(self) -> list[_Row]:
        """The lines in which something was typed."""
        return [row for row in self.rows if not row.is_blank]

    @property
    def wrong(self) -> list[_Row]:
        """The typed lines that are not booked."""
        return [row for row in self.typed if row.token is None]


@pages.get("/c/<code>/slips")
@guard.open_to("coordinator")
def slips() -> ResponseReturnValue:
    """An empty grid, and above it what the last one booked."""
    batch = request.args.get("batch", "")
    typed, book = in_unit_of_work(runtime.engine(), lambda db: _last(db, batch), write=False)
    market = forms.blank(occurred_on=request.args.get("on") or today().isoformat())
    return _show(_Grid(market, [_blank(book)]), _FRESH_LINES, booked=typed)


@pages.post("/c/<code>/slips")
@guard.open_to("coordinator")
def slips_send() -> ResponseReturnValue:
    """Book the good lines and keep the others; or, as the button says, only look, or add lines."""
    grid = _read_grid()
    act = request.form.get("act", "book")
    if act == "book" and not grid.typed:
        grid.market = grid.market.with_error(_NOTHING_TYPED)
        return _show(grid, _FRESH_LINES)
    if act == "book" and grid.market.ok:
        _book(grid)
    if act != "book" or not grid.market.ok:
        in_unit_of_work(runtime.engine(), lambda db: _look(db, grid), write=False)
    if act != "book":
        return _show(grid, _MORE_LINES if act == "more" else _FEW_LINES)
    if grid.market.ok and not grid.wrong:
        batch = grid.market.values["request_key"]
        return redirect(url_for(".slips", batch=batch, on=_day(grid)), code=303)
    return _show_rest(grid)


@pages.post("/c/<code>/slips/check")
@guard.open_to("coordinator")
def slips_check() -> ResponseReturnValue:
    """What is known of the lines typed so far, for the script that asks while one types."""
    grid = _read_grid()
    in_unit_of_work(runtime.engine(), lambda db: _look(db, grid), write=False)
    lines = {
        place: {"from": row.payer, "to": row.payee, "errors": _of_what_is_typed(row)}
        for place, row in enumerate(grid.rows, start=1)
        if not row.is_blank
    }
    return jsonify(lines=lines, told=_told(grid))


def _read_grid() -> _Grid:
    """The grid as it was sent, each line with the book of the one above where it has none."""
    sent: dict[int, dict[str, str]] = {}
    for name, value in request.form.items():
        if match := _NAME.fullmatch(name):
            sent.setdefault(int(match[2]), {})[match[1]] = value
    grid = _Grid(forms.read(MarketSchema()))
    book = ""
    for _, values in sorted(sent.items()):
        book = values.get("book", "").strip() or book
        grid.rows.append(_read_row({**dict.fromkeys(_FIELDS, ""), **values, "book": book}))
    return grid


def _read_row(values: dict[str, str]) -> _Row:
    row = _Row(Form(values))
    return row if row.is_blank else _Row(forms.load(SlipSchema(), values))


def _written(row: _Row) -> Written:
    """The line for the service: without an amount where a field is wrong, so never booked."""
    if isinstance(row.form.data, Written):
        return row.form.data
    known: dict[str, Any] = {
        "book": None, "number": None, "payer": "", "payee": "", "what": "",
        **row.form.valid, "amount": None, "request_key": new_request_key(),
    }  # fmt: skip
    return Written(**known)


def _look(db: Session, grid: _Grid) -> None:
    """Say of each line what is wrong with it, booking nothing."""
    standing: Standing = guard.standing()
    day = grid.market.data["occurred_on"] if grid.market.ok else today()
    written = [_written(row) for row in grid.typed]
    lines = service.look(db, standing, written, day, clock.now())
    for row, line in zip(grid.typed, lines, strict=True):
        _take(row, line)


def _book(grid: _Grid) -> None:
    """Book the good lines; what stands against all of them stands at the grid's own fields."""
    standing: Standing = guard.standing()
    rows = grid.typed
    written = tuple(_written(row) for row in rows)
    command = TypeSlips(grid.market.data["occurred_on"], written, grid.market.values["request_key"])
    try:
        lines = in_unit_of_work(
            runtime.engine(), lambda db: service.type_slips(db, standing, command, clock.now())
        )
    except Refused as refusal:
        grid.market = grid.market.refused(refusal)
        return
    for row, line in zip(rows, lines, strict=True):
        _take(row, line)


def _take(row: _Row, line: Line) -> None:
    """What the service found, into the line as it is shown."""
    row.token = line.token
    row.payer, row.payee = (side.name if side else "" for side in (line.payer, line.payee))
    for name, error in line.problems.items():
        row.form = _marked(row.form, name, error)


def _marked(form: Form, name: str, error: LedgerError) -> Form:
    """The line with `error` at its field; what could not even be read says so first."""
    return replace(form, errors={name: problems.said(error), **form.errors}, status=422)


def _of_what_is_typed(row: _Row) -> dict[str, str]:
    """What is wrong with the fields that hold something: the others are still to come."""
    return {
        name: said
        for name, said in row.form.errors.items()
        if name not in _FIELDS or row.form.values[name].strip()
    }


def _told(grid: _Grid) -> str:
    """How many slips would be booked and what they come to, and how many would not be.

    To be held against the tally on paper; the lines must have been looked at.
    """
    speaker = runtime.speaker()
    good = [row.form.data.amount for row in grid.typed if row.form.ok]
    unfinished = sum(row.is_unfinished for row in grid.typed)
    wrong = len(grid.typed) - len(good) - unfinished
    said = speaker.ngettext(
        "%(count)s slip to book, %(sum)s in all.",
        "%(count)s slips to book, %(sum)s in all.",
        len(good),
        sum=speaker.amount(sum(good), guard.standing().community.unit),
    )
    if wrong:
        said += " " + speaker.ngettext("%(count)s still wrong.", "%(count)s still wrong.", wrong)
    if unfinished:
        said += " " + speaker.ngettext("%(count)s unfinished.", "%(count)s unfinished.", unfinished)
    return said


def _show_rest(grid: _Grid) -> ResponseReturnValue:
    """The grid again with what is not booked, and above it what is."""
    tokens = {row.token for row in grid.typed if row.token}
    batch = grid.market.values.get("request_key", "")
    booked, _ = in_unit_of_work(runtime.engine(), lambda db: _last(db, batch), write=False)
    rest = _Grid(grid.market, grid.wrong)
    if grid.market.ok:
        rest.market = replace(grid.market, status=422)
    return _show(rest, _FEW_LINES, booked=booked if tokens else [])


def _show(grid: _Grid, blank: int, *, booked: Sequence[Typed] = ()) -> ResponseReturnValue:
    """The page, with some more empty lines below the typed ones."""
    standing: Standing = guard.standing()
    rows = grid.typed
    book = grid.rows[-1].form.values["book"] if grid.rows else ""
    for _ in range(max(min(blank, MOST_LINES - len(rows)), 0)):
        rows.append(_blank(book if not rows else ""))
    cells = in_unit_of_work(
        runtime.engine(),
        lambda db: members.first_cells(db, standing.community, _MOST_TO_CHOOSE_FROM),
        write=False,
    )
    return forms.page(
        "trades/slips.html",
        grid.market,
        rows=rows,
        wrong=sum(not row.form.ok for row in grid.typed),
        told=_told(grid),
        booked=booked,
        booked_sum=sum(one.amount for one in booked),
        today=today(),
        cells=cells,
        most=MOST_LINES,
        unit=standing.community.unit,
        states=STATES,
    )


def _blank(book: str = "") -> _Row:
    empty = dict.fromkeys(_FIELDS, "")
    return _Row(Form({**empty, "book": book, "key": new_request_key()}))


def _last(db: Session, batch: str) -> tuple[list[Typed], str]:
    """What the grid of this key booked, and the book this coordinator is typing from."""
    standing: Standing = guard.standing()
    typed = queries.typed_together(db, standing.community, batch) if batch else []
    return typed, queries.last_book(db, standing)


def _day(grid: _Grid) -> str:
    return str(grid.market.values["occurred_on"])
