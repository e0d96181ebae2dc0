"""The desk of those who serve: what waits for a second signature, and the trail."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.kernel import clock
from ledger.kernel.errors import Conflict, Forbidden, Refused
from ledger.members import queries
from ledger.members.errors import CellUnknown
from ledger.members.pages.blueprint import pages
from ledger.members.queries import ActView, FreezeView, Standing
from ledger.members.schemas import CellActSchema
from ledger.members.service import acts
from ledger.members.service.wording import sentence
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.text.phrases import N_
from ledger.web import errands, forms, guard, problems, runtime
from ledger.web.addresses import whole
from ledger.web.errands import Errand
from ledger.web.forms import Form

_TRAIL = 25


@dataclass(frozen=True, slots=True)
class _Desk:
    waiting: list[ActView]
    past: list[ActView]
    freezes: list[FreezeView]
    frozen: dict[int, str]
    """The cells, by number, that a decision froze until another one."""
    unheld: frozenset[int]
    errands: list[Errand]


@pages.get("/c/<code>/desk")
@guard.open_to("coordinator", "steward", "auditor")
def desk() -> ResponseReturnValue:
    """What waits for a signature, what is in force, and what was done."""
    return _desk()


@pages.post("/c/<code>/desk/sign")
@guard.open_to("coordinator", "steward", "auditor")
def sign() -> ResponseReturnValue:
    """Sign an act, which does it; a refusal stands above the desk."""
    return _answer(acts.sign)


@pages.post("/c/<code>/desk/end")
@guard.open_to("coordinator", "steward", "auditor")
def end() -> ResponseReturnValue:
    """Withdraw one's own act, or refuse another's."""
    return _answer(acts.end)


@pages.get("/c/<code>/freeze")
@guard.open_to("coordinator")
def freeze() -> ResponseReturnValue:
    """The form that asks for a freeze."""
    return _cell_form("freeze", forms.blank(cell=request.args.get("cell", "")))


@pages.post("/c/<code>/freeze")
@guard.open_to("coordinator")
def ask_freeze() -> ResponseReturnValue:
    """Put a freeze before a second person."""
    return _ask_about_cell("freeze")


@pages.get("/c/<code>/thaw")
@guard.open_to("coordinator", "steward")
def thaw() -> ResponseReturnValue:
    """The form that asks for the end of a freeze."""
    return _cell_form("thaw", forms.blank(cell=request.args.get("cell", "")))


@pages.post("/c/<code>/thaw")
@guard.open_to("coordinator", "steward")
def ask_thaw() -> ResponseReturnValue:
    """Put the end of a freeze before a second person."""
    return _ask_about_cell("thaw")


@pages.get("/c/<code>/close")
@guard.open_to("coordinator")
def close() -> ResponseReturnValue:
    """The form that asks for the end of a cell."""
    return _cell_form("close", forms.blank(cell=request.args.get("cell", "")))


@pages.post("/c/<code>/close")
@guard.open_to("coordinator")
def ask_close() -> ResponseReturnValue:
    """Put the end of a cell before a second person."""
    return _ask_about_cell("close")


def _answer(answer: acts.Answer) -> ResponseReturnValue:
    standing: Standing = guard.standing()
    act_id = request.form.get("act", type=whole) or 0
    try:
        in_unit_of_work(runtime.engine(), lambda db: answer(db, standing, act_id, clock.now()))
    except (Refused, Conflict, Forbidden) as refusal:
        return _desk(problems.said(refusal)), problems.status_of(refusal)
    return redirect(url_for(".desk"), code=303)


def _desk(problem: str = "") -> str:
    standing: Standing = guard.standing()
    before = request.args.get("before", type=whole)
    found = in_unit_of_work(runtime.engine(), lambda db: _read(db, standing, before), write=False)
    said = {
        act.id: sentence(act, runtime.speaker(), standing.community.code)
        for act in (*found.waiting, *found.past)
    }
    older = found.past[-1].id if len(found.past) == _TRAIL else None
    return render_template(
        "members/desk.html",
        desk=found,
        unheld=found.unheld,
        said=said,
        problem=problem,
        older=older,
        standing=standing,
    )


def _read(db: Session, standing: Standing, before: int | None) -> _Desk:
    now = clock.now()
    return _Desk(
        queries.waiting_acts(db, standing, now),
        queries.past_acts(db, standing, now, before=before, limit=_TRAIL),
        queries.freezes(db, standing.community.id, now),
        queries.frozen_by_decision(db, standing.community.id, now),
        frozenset(cell.number for cell in queries.cells_nobody_holds(db, standing.community)),
        errands.waiting(db, standing, now),
    )


_TITLES = {
    "freeze": N_("Freeze an account"),
    "thaw": N_("End a freeze"),
    "close": N_("Close an account"),
}


def _cell_form(kind: str, form: Form) -> ResponseReturnValue:
    return forms.page("members/cell_act.html", form, kind=kind, title=_TITLES[kind])


def _ask_about_cell(kind: str) -> ResponseReturnValue:
    standing: Standing = guard.standing()
    form = forms.read(CellActSchema())
    if form.ok:
        try:
            in_unit_of_work(runtime.engine(), lambda db: _ask(db, standing, kind, form))
            return redirect(url_for(".desk"), code=303)
        except (Refused, Conflict) as refusal:
            form = form.refused(refusal)
    return _cell_form(kind, form)


def _ask(db: Session, standing: Standing, kind: str, form: Form) -> None:
    found = queries.search_cells(db, standing.community, form.data["cell"])
    if len(found) != 1:
        raise CellUnknown
    facts: dict[str, object] = {"cell": found[0].number}
    if kind == "close":
        facts["erase"] = bool(form.data["erase"])
    acts.ask(db, standing, kind, facts, form.data["reason"], clock.now())
