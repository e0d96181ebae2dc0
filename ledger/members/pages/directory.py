"""The list of members, with search, and as a table to take away."""

from __future__ import annotations

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from ledger.kernel import amounts, clock
from ledger.members import queries
from ledger.members.pages.blueprint import pages
from ledger.members.pages.wording import ELEMENTS
from ledger.members.queries import Member, Standing
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.text.spreadsheets import csv_text
from ledger.web import guard, runtime
from ledger.web.addresses import whole

_LONGEST = 100
_COLUMNS = (
    "number", "name", "elements", "work", "locality", "province", "email", "phone", "joined_on",
    "balance", "status",
)  # fmt: skip


@pages.get("/c/<code>/members")
@guard.open_to("community")
def members() -> ResponseReturnValue:
    """Who belongs to the community; balances as far as it shows them to the reader."""
    standing: Standing = guard.standing()
    wanted, left = request.args.get("q", "")[:_LONGEST], "left" in request.args
    page = request.args.get("page", default=1, type=whole)
    found = in_unit_of_work(
        runtime.engine(),
        lambda db: queries.directory(
            db, standing.community, standing, wanted, page, clock.now(), left=left
        ),
        write=False,
    )
    return render_template(
        "members/members.html",
        found=found,
        wanted=wanted,
        left=left,
        unit=standing.community.unit,
        standing=standing,
        elements=ELEMENTS,
    )


@pages.get("/c/<code>/members.csv")
@guard.open_to("community")
def members_csv() -> ResponseReturnValue:
    """The same as a table."""
    standing: Standing = guard.standing()
    wanted, left = request.args.get("q", "")[:_LONGEST], "left" in request.args
    found = in_unit_of_work(
        runtime.engine(),
        lambda db: queries.all_members(db, standing, wanted, clock.now(), left=left),
        write=False,
    )
    lines = (_line(one, standing.community.unit.scale) for one in found)
    response = Response(csv_text([_COLUMNS, *lines]), content_type="text/csv; charset=utf-8")
    name = f"{standing.community.code}.csv"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _line(one: Member, scale: int) -> tuple[object, ...]:
    cell = one.cell
    return (
        cell.shown,
        cell.name,
        ";".join(cell.elements),
        cell.line_of_business or "",
        cell.locality or "",
        cell.province or "",
        cell.email or "",
        cell.phone or "",
        cell.joined_on.isoformat(),
        "" if one.balance is None else amounts.wire(one.balance, scale),
        one.status,
    )
