"""The list of members, with search."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.kernel import clock
from ledger.members import queries
from ledger.members.pages.blueprint import pages
from ledger.members.queries import Directory, Standing
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.web import guard, runtime


@pages.get("/c/<code>/members")
@guard.open_to("community")
def members() -> ResponseReturnValue:
    """Who belongs to the community; balances as far as it shows them to members."""
    standing: Standing = guard.standing()
    wanted = request.args.get("q", "")[:100]
    page = request.args.get("page", default=1, type=int)
    found = in_unit_of_work(
        runtime.engine(), lambda db: _read(db, standing, wanted, page), write=False
    )
    return render_template(
        "members/members.html",
        found=found,
        wanted=wanted,
        unit=standing.community.unit,
        standing=standing,
    )


def _read(db: Session, standing: Standing, wanted: str, page: int) -> Directory:
    level = queries.transparency(db, standing.community.id).level
    may_see = level != "own" or "auditor" in standing.roles
    return queries.directory(
        db, standing.community, wanted, page, clock.now(), with_balances=may_see
    )
