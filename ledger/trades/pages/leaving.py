"""Leaving the community: what is missing before it, and the last step."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.journal import queries as books
from ledger.kernel import clock
from ledger.kernel.errors import Conflict, Forbidden, Refused
from ledger.members.queries import Acting
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.text.phrases import N_
from ledger.trades import queries, service
from ledger.trades.pages.blueprint import pages
from ledger.trades.queries import ObjectionView, OwnTrade
from ledger.web import guard, problems, runtime

_UNSURE = N_("Tick the box if you want to leave for good.")


@dataclass(frozen=True, slots=True)
class _Standing:
    account: books.Account
    waiting: list[OwnTrade]
    objections: list[ObjectionView]

    @property
    def is_ready(self) -> bool:
        return self.account.balance == 0 and not self.waiting and not self.objections


@pages.get("/c/<code>/<number>/leave")
@guard.open_to("acting")
def leaving() -> ResponseReturnValue:
    """What leaving means, and what is missing before it."""
    return _leaving()


@pages.post("/c/<code>/<number>/leave")
@guard.open_to("acting")
def leave() -> ResponseReturnValue:
    """Close the account and let the people go."""
    acting: Acting = guard.acting()
    erase = bool(request.form.get("erase"))
    if not request.form.get("sure"):
        return _leaving(runtime.speaker().gettext(_UNSURE)), 422
    try:
        in_unit_of_work(
            runtime.engine(), lambda db: service.leave(db, acting, erase=erase, now=clock.now())
        )
    except (Refused, Conflict, Forbidden) as refusal:
        return _leaving(problems.said(refusal)), problems.status_of(refusal)
    return redirect(url_for("portal.first", left=1), code=303)


def _leaving(problem: str = "") -> str:
    found = in_unit_of_work(runtime.engine(), _read, write=False)
    unit = guard.acting().community.unit
    return render_template("trades/leaving.html", stands=found, unit=unit, problem=problem)


def _read(db: Session) -> _Standing:
    acting: Acting = guard.acting()
    account = books.account(db, acting.community.id, acting.account)
    if account is None:
        raise LookupError(f"cell {acting.account} has no account")
    waiting = queries.waiting(db, acting, clock.now())
    return _Standing(account, waiting, queries.objections_about(db, acting))
