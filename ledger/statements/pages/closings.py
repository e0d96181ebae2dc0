"""The community's closed months: for everybody, as far as it shows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from flask import Response, g, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.kernel import amounts, clock
from ledger.kernel.units import shown_number
from ledger.members import queries as members
from ledger.members.queries import CommunityView
from ledger.members.service import FIRST_FUND
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.statements import queries
from ledger.statements.errors import NoSuchClosing
from ledger.statements.pages.blueprint import pages
from ledger.statements.pages.wording import LIGHTS
from ledger.statements.queries import ClosingView, Sight
from ledger.statements.rules.months import Month, month_at, read_month
from ledger.statements.rules.proofs import Line
from ledger.text.spreadsheets import csv_text
from ledger.trades import queries as trades
from ledger.web import guard, runtime

Result = TypeVar("Result")

_COLUMNS = ("number", "name", "opening", "received", "sent", "closing", "last_seq", "fingerprint")


@dataclass(frozen=True, slots=True)
class _Closed:
    """A closing, the months beside it, and what the reader may see of it."""

    community: CommunityView
    sight: Sight
    closing: ClosingView
    after: Month | None
    names: dict[int, str]
    seal: queries.Seal | None
    objected: list[trades.ObjectionView]


@pages.get("/c/<code>/closings")
@guard.open_to("anyone")
def closings() -> ResponseReturnValue:
    """Every closed month, the newest first, with its root. Raises `NotFound`."""

    def work(
        db: Session, community: CommunityView, sight: Sight
    ) -> tuple[CommunityView, Sight, list[ClosingView], list[trades.ObjectionView]]:
        found = queries.closings(db, community)
        since = found[0].head.end if found else 0
        waiting = _objected(db, community, sight, clock.from_micros(since), clock.now())
        return community, sight, found, waiting

    community, sight, found, waiting = _read(work)
    return render_template(
        "statements/closings.html",
        place=community,
        sight=sight,
        closings=found,
        objected=waiting,
        unit=community.unit,
        present=month_at(clock.now(), community.zone),
        roles=sight.standing.roles if sight.standing else frozenset(),
    )


@pages.get("/c/<code>/closings/roots.json")
@guard.open_to("anyone")
def roots() -> ResponseReturnValue:
    """The public file of roots, to hold statements against. Raises `NotFound`."""
    code, content = _read(
        lambda db, community, _: (community.code, queries.roots_file(db, community))
    )
    return _attached(content, "application/json", f"{code}-roots.json")


@pages.get("/c/<code>/closings/<month>")
@guard.open_to("anyone")
def closing(month: str) -> ResponseReturnValue:
    """The community's sheet of a month. Raises `NotFound`."""
    found = _read(lambda db, community, sight: _closed(db, community, sight, month))
    return render_template(
        "statements/closing.html",
        place=found.community,
        sight=found.sight,
        closed=found.closing,
        sheet=found.closing.sheet,
        after=found.after,
        names=found.names,
        seal=found.seal,
        objected=found.objected,
        unit=found.closing.unit,
        lights=LIGHTS,
        roles=found.sight.standing.roles if found.sight.standing else frozenset(),
    )


@pages.get("/c/<code>/closings/<month>/lines")
@guard.open_to("anyone")
def lines(month: str) -> ResponseReturnValue:
    """Every account's line, for whoever may see balances. Raises `NotFound`."""
    found, listed = _read(lambda db, community, sight: _lines(db, community, sight, month))
    standing = found.sight.standing
    return render_template(
        "statements/lines.html",
        readable=FIRST_FUND if standing and "auditor" in standing.roles else 0,
        place=found.community,
        closed=found.closing,
        lines=listed,
        names=found.names,
        unit=found.closing.unit,
        received=sum(line.credits for line in listed),
        sent=sum(line.debits for line in listed),
    )


@pages.get("/c/<code>/closings/<month>/lines.csv")
@guard.open_to("anyone")
def lines_csv(month: str) -> ResponseReturnValue:
    """The same as a table. Raises `NotFound`."""
    found, listed = _read(lambda db, community, sight: _lines(db, community, sight, month))
    code, scale = found.community.code, found.closing.unit.scale
    rows = (_row(line, found.names.get(line.account, ""), code, scale) for line in listed)
    name = f"{code}-{found.closing.month}-lines.csv"
    return _attached(csv_text([_COLUMNS, *rows]), "text/csv; charset=utf-8", name)


@pages.get("/c/<code>/closings/<month>/lines.json")
@guard.open_to("anyone")
def lines_json(month: str) -> ResponseReturnValue:
    """The same with its salts, for `verify.py`. Raises `NotFound`."""

    def work(db: Session, community: CommunityView, sight: Sight) -> tuple[str, bytes]:
        found = _closed(db, community, sight, month)
        content = queries.lines_file(db, community, found.closing.month)
        if not sight.lines or content is None:
            raise NoSuchClosing
        return f"{community.code}-{found.closing.month}-lines.json", content

    name, content = _read(work)
    return _attached(content, "application/json", name)


def _read(work: Callable[[Session, CommunityView, Sight], Result]) -> Result:
    """Read as the visitor may see this community. Raises `NoSuchClosing` for none."""
    who = guard.visitor()

    def find(db: Session) -> tuple[str, Result]:
        community = members.community_by_code(db, g.code)
        if community is None:
            raise NoSuchClosing
        standing = who and members.find_standing(db, who.person_id, g.code, clock.now())
        return community.zone, work(db, community, queries.sight(db, community, standing or None))

    zone, found = in_unit_of_work(runtime.engine(), find, write=False)
    runtime.speak(zone=zone)
    return found


def _closed(db: Session, community: CommunityView, sight: Sight, month: str) -> _Closed:
    wanted = read_month(month)
    found = queries.closing(db, community, wanted) if wanted else None
    if found is None:
        raise NoSuchClosing
    after = queries.closing(db, community, found.month.next)
    start, end = clock.from_micros(found.head.start), clock.from_micros(found.head.end)
    return _Closed(
        community,
        sight,
        found,
        after.month if after else None,
        queries.frozen_names(db, community.id, found.month),
        queries.seal_of(db, community.id, found),
        _objected(db, community, sight, start, end),
    )


def _objected(
    db: Session, community: CommunityView, sight: Sight, since: datetime, until: datetime
) -> list[trades.ObjectionView]:
    """What is still objected to of the slips of a time, for those who look after it."""
    roles = sight.standing.roles if sight.standing else frozenset()
    if not roles & {"coordinator", "auditor"}:
        return []
    return trades.objected_between(db, community, since, until)


def _lines(
    db: Session, community: CommunityView, sight: Sight, month: str
) -> tuple[_Closed, list[Line]]:
    found = _closed(db, community, sight, month)
    if not sight.lines:
        raise NoSuchClosing
    return found, list(queries.lines(db, community.id, found.closing.month))


def _row(line: Line, name: str, code: str, scale: int) -> tuple[object, ...]:
    figures = (line.opening, line.credits, line.debits, line.closing)
    return (
        shown_number(code, line.account),
        name,
        *(amounts.wire(figure, scale) for figure in figures),
        line.last_seq,
        line.statement.hex(),
    )


def _attached(content: bytes | str, kind: str, name: str) -> Response:
    response = Response(content, content_type=kind)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
