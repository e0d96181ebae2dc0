"""Agreeing anew where it has changed who sees balances."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from ledger.kernel import clock
from ledger.members.pages.blueprint import pages
from ledger.members.queries import Standing
from ledger.members.service.accepting import accept_transparency
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.web import guard, runtime
from ledger.web.addresses import whole


@pages.post("/c/<code>/agree")
@guard.open_to("community")
def agree() -> ResponseReturnValue:
    """Keep that the visitor agreed to the version they were shown. Raises `TransparencyMoved`."""
    standing: Standing = guard.standing()
    version = request.form.get("version", type=whole)
    in_unit_of_work(
        runtime.engine(),
        lambda db: accept_transparency(
            db, standing.community.id, standing.person_id, version, clock.now()
        ),
    )
    return redirect(guard.safe_next(request.form.get("next"), url_for("identity.me")), code=303)
