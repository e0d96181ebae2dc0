"""What is proposed and what was decided in a community, current things first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from ledger.governance import queries
from ledger.governance.pages.blueprint import pages, read
from ledger.governance.pages.wording import KINDS, STATES
from ledger.kernel import clock
from ledger.members.queries import Standing
from ledger.web import guard
from ledger.web.addresses import whole

_SHOWN = 25


@pages.get("/c/<code>/proposals")
@guard.open_to("community")
def proposals() -> ResponseReturnValue:
    """Everything under way, then what is over, the newest first."""
    standing: Standing = guard.standing()
    found = read(lambda db: queries.lines(db, standing.community.id, clock.now()))
    over = [one for one in found if not one.course.is_undecided]
    return render_template(
        "governance/proposals.html",
        open=[one for one in found if one.course.is_undecided],
        standing=standing,
        unit=standing.community.unit,
        kinds=KINDS,
        states=STATES,
        **paged(over),
    )


def paged(over: Sequence[object]) -> dict[str, Any]:
    """What of the past is on the page that the address names, and whether there is more."""
    page = max(request.args.get("page", default=1, type=whole), 1)
    shown = over[(page - 1) * _SHOWN : page * _SHOWN]
    return {"over": shown, "page": page, "has_more": len(over) > page * _SHOWN}
