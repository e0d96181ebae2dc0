"""The grid of paper slips: how it is read, looked at, counted, and shown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.kernel import clock
from ledger.kernel.errors import LedgerError
from ledger.kernel.identifiers import new_request_key
from ledger.members import queries as members
from ledger.members.queries import Standing
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.trades import service
from ledger.trades.pages.blueprint import today
from ledger.trades.pages.wording import STATES
from ledger.trades.queries import Stack, Typed
from ledger.trades.rules.slips import MOST_LINES
from ledger.trades.rules.stacks import FIELDS, TYPED, Typing
from ledger.trades.schemas import MarketSchema, SlipSchema
from ledger.trades.service import Line, SaveStack, Written
from ledger.web import forms, guard, problems, runtime
from ledger.web.forms import Form

_NAME = re.compile(rf"({'|'.join(FIELDS)})-([1-9][0-9]{{0,2}})", re.ASCII)
FRESH_LINES = 6
MORE_LINES = 10
FEW_LINES = 2
_MOST_TO_CHOOSE_FROM = 300


@dataclass(slots=True)
class Row:
    """A line of the grid as it is shown: what was typed and said of it, and the two cells."""

    form: Form
    payer: str = ""
    payee: str = ""
    token: str | None = None

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed in it."""
        return not any(self.form.values.get(name, "").strip() for name in TYPED)

    @property
    def wrong(self) -> dict[str, str]:
        """What is wrong with the fields that hold something: the others are still to come."""
        return {
            name: said
            for name, said in self.form.errors.items()
            if name not in FIELDS or self.form.values[name].strip()
        }


@dataclass(slots=True)
class Grid:
    """The whole form: the day of the market and its lines."""

    market: Form
    rows: list[Row] = field(default_factory=list)

    @property
    def typed(self) -> list[Row]:
        """The lines in which something was typed."""
        return [row for row in self.rows if not row.is_blank]

    @property
    def wrong(self) -> list[Row]:
        """The typed lines that are not booked."""
        return [row for row in self.typed if row.token is None]

    @property
    def page(self) -> SaveStack:
        """The grid as it is to be saved, whatever is wrong in it."""
        known = self.market.data or self.market.valid
        lines = tuple({name: row.form.values[name] for name in FIELDS} for row in self.typed)
        return SaveStack(
            batch=known.get("request_key") or new_request_key(),
            version=known.get("version") or 0,
            pen=known.get("pen") or new_request_key(),
            typing=Typing(self.market.values.get("occurred_on", ""), lines),
            language=runtime.speaker().language,
        )

    def saved_as(self, version: int) -> None:
        """Have the page know of this version."""
        values = {**self.market.values, "version": str(version)}
        self.market = replace(self.market, values=values)


def blank_row(book: str = "") -> Row:
    """An empty line with a key of its own."""
    empty = dict.fromkeys(FIELDS, "")
    return Row(Form({**empty, "book": book, "key": new_request_key()}))


def read_grid() -> Grid:
    """The grid as it was sent, each line with the book of the one above where it has none."""
    sent: dict[int, dict[str, str]] = {}
    for name, value in request.form.items():
        if match := _NAME.fullmatch(name):
            sent.setdefault(int(match[2]), {})[match[1]] = value
    return Grid(forms.read(MarketSchema()), _rows(values for _, values in sorted(sent.items())))


def opened(stack: Stack) -> Grid:
    """The grid of a stack that was saved, in the notation of whoever opens it."""
    speaker = runtime.speaker()
    typing = stack.typing
    if stack.language != speaker.language:
        typing = typing.in_other_notation(lambda text: _noted_anew(text, stack.language))
    market = forms.blank(
        occurred_on=typing.day,
        request_key=stack.batch,
        version=str(stack.version),
        pen=new_request_key(),
    )
    return Grid(market, _rows(typing.lines))


def _noted_anew(text: str, language: str) -> str:
    """An amount in the visitor's notation; nothing where it cannot be read for certain."""
    unit = guard.standing().community.unit
    speaker = runtime.speaker()
    try:
        return speaker.entry(replace(speaker, language=language).parse_amount(text, unit), unit)
    except LedgerError:
        return ""


def _rows(lines: Any) -> list[Row]:
    rows = []
    book = ""
    for values in lines:
        book = values.get("book", "").strip() or book
        rows.append(_read_row({**dict.fromkeys(FIELDS, ""), **values, "book": book}))
    return rows


def _read_row(values: Mapping[str, str]) -> Row:
    row = Row(Form(values))
    return row if row.is_blank else Row(forms.load(SlipSchema(), values))


def written(row: Row) -> Written:
    """The line for the service: without an amount where a field is wrong, so never booked."""
    if isinstance(row.form.data, Written):
        return row.form.data
    known: dict[str, Any] = {
        "book": None, "number": None, "payer": "", "payee": "", "what": "",
        **row.form.valid, "amount": None, "request_key": new_request_key(),
    }  # fmt: skip
    return Written(**known)


def look(grid: Grid) -> None:
    """Say of each line what is wrong with it, booking nothing."""
    in_unit_of_work(runtime.engine(), lambda db: _look(db, grid), write=False)


def _look(db: Session, grid: Grid) -> None:
    standing: Standing = guard.standing()
    day = grid.market.data["occurred_on"] if grid.market.data else today()
    lines = service.look(db, standing, [written(row) for row in grid.typed], day, clock.now())
    take(grid.typed, lines)


def take(rows: Sequence[Row], lines: Sequence[Line]) -> None:
    """What the service found, into the lines as they are shown."""
    for row, line in zip(rows, lines, strict=True):
        row.token = line.token
        row.payer, row.payee = (side.name if side else "" for side in (line.payer, line.payee))
        for name, error in line.problems.items():
            row.form = _marked(row.form, name, error)


def _marked(form: Form, name: str, error: LedgerError) -> Form:
    """The line with `error` at its field; what could not even be read says so first."""
    return replace(form, errors={name: problems.said(error), **form.errors}, status=422)


def told(grid: Grid) -> str:
    """How many slips would be booked and what they come to, and how many would not be.

    To be held against the tally on paper; the lines must have been looked at.
    """
    speaker = runtime.speaker()
    good = [row.form.data.amount for row in grid.typed if row.form.ok]
    wrong = sum(bool(row.wrong) for row in grid.typed)
    unfinished = len(grid.typed) - len(good) - wrong
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


def show(
    grid: Grid,
    blank: int,
    *,
    booked: Sequence[Typed] = (),
    begun: Sequence[Stack] = (),
    stack: Stack | None = None,
    is_moved: bool = False,
) -> ResponseReturnValue:
    """The page, with some more empty lines below the typed ones.

    `begun`: the stacks that wait. `stack`: the one that is opened here, of which only what
    was typed is judged. `is_moved`: another saved this stack since.
    """
    standing: Standing = guard.standing()
    said = told(grid)
    if stack:
        for row in grid.typed:
            row.form = replace(row.form, errors=row.wrong)
    cells = in_unit_of_work(
        runtime.engine(),
        lambda db: members.first_cells(db, standing.community, _MOST_TO_CHOOSE_FROM),
        write=False,
    )
    return forms.page(
        "trades/slips.html",
        grid.market,
        version=grid.market.values.get("version") or "0",
        pen=grid.market.values.get("pen") or new_request_key(),
        rows=_filled(grid, blank),
        wrong=0 if stack else sum(not row.form.ok for row in grid.typed),
        told=said,
        booked=booked,
        booked_sum=sum(one.amount for one in booked),
        begun=begun,
        stack=stack,
        is_moved=is_moved,
        today=today(),
        cells=cells,
        most=MOST_LINES,
        unit=standing.community.unit,
        states=STATES,
    )


def _filled(grid: Grid, blank: int) -> list[Row]:
    rows = grid.typed
    book = grid.rows[-1].form.values["book"] if grid.rows else ""
    for _ in range(max(min(blank, MOST_LINES - len(rows)), 0)):
        rows.append(blank_row(book if not rows else ""))
    return rows
