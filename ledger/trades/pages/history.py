"""The history of an account, and as a table to take away."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine

from ledger.kernel import amounts
from ledger.members.queries import Acting
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.text.spreadsheets import MARK, csv_line
from ledger.trades import queries
from ledger.trades.pages.blueprint import pages
from ledger.web import guard, runtime

_CSV_COLUMNS = (
    "seq", "booked_at", "day", "transaction", "kind", "number", "name", "what", "amount", "balance",
)  # fmt: skip


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
