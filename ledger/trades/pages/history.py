"""The history of an account: searched, page by page, and as a table to take away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.journal import queries as books
from ledger.kernel import amounts
from ledger.members.queries import Acting, Reading
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.text.charts import BalanceChart
from ledger.text.spreadsheets import MARK, csv_line
from ledger.trades import queries
from ledger.trades.pages.blueprint import pages, today
from ledger.trades.queries import HistoryPage, Sought
from ledger.trades.schemas import HistorySchema
from ledger.web import forms, guard, runtime
from ledger.web.addresses import whole

_CSV_COLUMNS = (
    "seq", "booked_at", "day", "transaction", "kind", "number", "name", "what", "amount", "balance",
)  # fmt: skip
_CSV_LINES = 500
"""As many are read in one transaction."""


@pages.get("/c/<code>/<number>/history")
@guard.open_to("acting", "auditor")
def history() -> ResponseReturnValue:
    """A page of what is sought in the account's history, newest first."""
    reading: Acting | Reading = guard.reading()
    form = forms.read(HistorySchema(), query=True)
    sought = form.data or Sought()
    before = request.args.get("before", type=whole)
    page, chart = in_unit_of_work(
        runtime.engine(), lambda db: _page(db, reading, sought, before), write=False
    )
    return forms.page(
        "trades/history.html",
        form,
        page=page,
        chart=chart,
        before=before,
        asked=_asked(),
        reading=reading,
        unit=reading.community.unit,
    )


@pages.get("/c/<code>/<number>/history.csv")
@guard.open_to("acting", "auditor")
def history_csv() -> ResponseReturnValue:
    """What is sought as a table to take away, sent while it is read."""
    reading: Acting | Reading = guard.reading()
    form = forms.read(HistorySchema(), query=True)
    if not form.ok:
        return redirect(url_for(".history", **_asked()), code=303)
    lines = _csv(runtime.engine(), reading, form.data)
    response = Response(lines, content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"{reading.cell.shown}.csv")
    return response


def _asked() -> dict[str, Any]:
    """What the address seeks, for the addresses of other pages of the same."""
    names = ("q", "with", "since", "until", "direction")
    return {name: request.args[name] for name in names if request.args.get(name)}


def _page(
    db: Session, reading: Acting | Reading, sought: Sought, before: int | None
) -> tuple[HistoryPage, BalanceChart | None]:
    community = reading.community
    page = queries.history(db, community, reading.account, sought=sought, before_seq=before)
    own = books.account(db, community.id, reading.account)
    if own is None or before is not None:
        return page, None
    return page, queries.drawn(db, community, own, today(), sought)


def _csv(engine: Engine, reading: Acting | Reading, sought: Sought) -> Iterator[str]:
    yield MARK + csv_line(_CSV_COLUMNS)
    before: int | None = None
    while True:
        page = _csv_page(engine, reading, sought, before)
        scale = reading.community.unit.scale
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


def _csv_page(
    engine: Engine, reading: Acting | Reading, sought: Sought, before: int | None
) -> HistoryPage:
    return in_unit_of_work(
        engine,
        lambda db: queries.history(
            db,
            reading.community,
            reading.account,
            sought=sought,
            before_seq=before,
            limit=_CSV_LINES,
        ),
        write=False,
    )
