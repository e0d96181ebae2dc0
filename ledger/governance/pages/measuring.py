"""What decisions can do besides limits: proposing it, changing it, and a sponsor's answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.governance import queries, service
from ledger.governance.errors import NotYours, ProposalUnknown, SponsorUnfit
from ledger.governance.pages import proposal as one
from ledger.governance.pages.blueprint import pages, read, write
from ledger.governance.pages.wording import MEASURES
from ledger.governance.queries import ProposalView
from ledger.governance.rules.measures import FROM_A_FUND, Kind
from ledger.governance.rules.states import State
from ledger.governance.schemas import LONGEST_REASONS, MEASURE_SCHEMAS, AmendMeasureSchema
from ledger.kernel import clock
from ledger.kernel.errors import Conflict, Forbidden, NotFound, Refused
from ledger.members import queries as members
from ledger.members.errors import CellUnknown
from ledger.members.queries import CommunityView, Standing
from ledger.web import forms, guard, runtime
from ledger.web.forms import Form


@pages.get("/c/<code>/measures")
@guard.open_to("community")
def measures() -> ResponseReturnValue:
    """What can be put to the vote, in plain words."""
    standing: Standing = guard.standing()
    return render_template(
        "governance/measures.html", kinds=_open_to(standing), words=MEASURES, standing=standing
    )


@pages.get("/c/<code>/measures/<kind>")
@guard.open_to("community")
def propose_measure(kind: str) -> ResponseReturnValue:
    """The form for one kind. Raises `ProposalUnknown`, or `NotYours` where stewards propose."""
    return _form(_kind(kind), forms.blank(cell=request.args.get("cell", "")))


@pages.post("/c/<code>/measures/<kind>")
@guard.open_to("community")
def put_measure(kind: str) -> ResponseReturnValue:
    """Put it before the community."""
    standing: Standing = guard.standing()
    wanted = _kind(kind)
    form = forms.read(MEASURE_SCHEMAS[wanted]())
    if form.ok:
        try:
            made = write(lambda db: _propose(db, standing, wanted, form.data))
            return redirect(url_for(".proposal", proposal=made), code=303)
        except (Refused, Conflict, Forbidden, NotFound) as refusal:
            form = form.refused(refusal)
    return _form(wanted, form)


@pages.get("/c/<code>/proposals/<int:proposal>/measure")
@guard.open_to("community")
def change_measure(proposal: int) -> ResponseReturnValue:
    """The form that changes one's own proposal. Raises `ProposalUnknown` or `NotYours`."""
    found = _own(proposal)
    standing: Standing = guard.standing()
    amount = found.facts.get("amount")
    shown = runtime.speaker().entry(amount, standing.community.unit) if amount else ""
    return _amend_form(found, forms.blank(amount=shown, reasons=found.reasons))


@pages.post("/c/<code>/proposals/<int:proposal>/measure")
@guard.open_to("community")
def amend_measure(proposal: int) -> ResponseReturnValue:
    """Change it, which begins the discussion anew; a sponsor has to agree anew."""
    found = _own(proposal)
    standing: Standing = guard.standing()
    form = forms.read(AmendMeasureSchema())
    if form.ok:
        amount = form.data["amount"]
        changed = {"amount": int(amount)} if amount is not None else {}
        try:
            write(
                lambda db: service.amend_measure(
                    db, standing, proposal, changed, form.data["reasons"], clock.now()
                )
            )
            return redirect(url_for(".proposal", proposal=proposal), code=303)
        except (Refused, Conflict, Forbidden) as refusal:
            form = form.refused(refusal)
    return _amend_form(found, form)


@pages.post("/c/<code>/proposals/<int:proposal>/sponsor/<said>")
@guard.open_to("community")
def answer_sponsor(proposal: int, said: str) -> ResponseReturnValue:
    """Agree for one's cell to take over a debt (`yes`), or refuse. Raises `ProposalUnknown`."""
    standing: Standing = guard.standing()
    agrees = {"yes": True, "no": False}.get(said)
    if agrees is None:
        raise ProposalUnknown
    try:
        write(
            lambda db: service.answer_sponsor(
                db, standing, proposal, agrees=agrees, now=clock.now()
            )
        )
    except (Refused, Conflict) as refusal:
        return one.page(proposal, forms.blank().refused(refusal), "sponsor")
    return redirect(url_for(".proposal", proposal=proposal), code=303)


def _kind(written: str) -> Kind:
    if written not in MEASURES:
        raise ProposalUnknown
    kind = Kind(written)
    if kind not in _open_to(guard.standing()):
        raise NotYours
    return kind


def _open_to(standing: Standing) -> list[Kind]:
    """Stewards propose everything, people with a cell what may be about it, anybody a fund."""
    if "steward" in standing.roles:
        return [Kind(one) for one in MEASURES]
    if standing.cells:
        return [Kind(one) for one in MEASURES if one != Kind.FREEZE]
    return [Kind.FUND]


def _propose(db: Session, standing: Standing, kind: Kind, given: Mapping[str, Any]) -> int:
    community = standing.community
    facts: dict[str, object] = {}
    account = None
    if kind is Kind.FUND:
        facts = {"name": given["name"], "purpose": given["purpose"], "limit": int(given["limit"])}
    else:
        account = _named(db, community, given["cell"])
    if "amount" in given:
        facts["amount"] = int(given["amount"])
    if kind in FROM_A_FUND:
        facts["fund"] = given["fund"]
    if kind is Kind.TAKE_OVER:
        try:
            facts["sponsor"] = _named(db, community, given["sponsor"])
        except CellUnknown:
            raise SponsorUnfit from None
    command = service.ProposeMeasure(kind, account, given["reasons"], given["request_key"], facts)
    return service.propose_measure(db, standing, command, clock.now())


def _named(db: Session, community: CommunityView, text: str) -> int:
    """The number of the cell that was written. Raises `CellUnknown`."""
    found = members.search_cells(db, community, text)
    if len(found) != 1:
        raise CellUnknown
    return found[0].number


def _form(kind: Kind, form: Form) -> ResponseReturnValue:
    standing: Standing = guard.standing()
    community = standing.community
    funds, text = read(
        lambda db: (queries.fund_lines(db, community), queries.text_in_force(db, community))
    )
    return forms.page(
        "governance/propose_measure.html",
        form,
        kind=kind,
        words=MEASURES[kind],
        funds=funds,
        from_a_fund=kind in FROM_A_FUND,
        standing=standing,
        unit=community.unit,
        grid=text.grid,
        longest=LONGEST_REASONS,
    )


def _own(number: int) -> ProposalView:
    standing: Standing = guard.standing()
    found = read(lambda db: one.find(db, standing, number, clock.now()))
    if found.kind == Kind.LIMIT:
        raise ProposalUnknown
    if found.proposer_id != standing.person_id:
        raise NotYours
    return found


def _amend_form(found: ProposalView, form: Form) -> ResponseReturnValue:
    standing: Standing = guard.standing()
    return forms.page(
        "governance/amend_measure.html",
        form,
        proposal=found,
        unit=standing.community.unit,
        longest=LONGEST_REASONS,
        is_open=found.course.state in (State.DRAFT, State.DISCUSSION),
    )
