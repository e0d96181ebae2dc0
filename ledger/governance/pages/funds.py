"""The community's funds, for everybody to read; cells give to them."""

from __future__ import annotations

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.governance import queries, service
from ledger.governance.errors import FundUnknown
from ledger.governance.pages.blueprint import pages, read, write
from ledger.governance.queries import FundPage
from ledger.governance.schemas import GiveSchema
from ledger.kernel import clock
from ledger.kernel.errors import Conflict, Forbidden, Refused
from ledger.members import queries as members
from ledger.members.queries import Acting, CommunityView, Standing
from ledger.web import forms, guard, runtime
from ledger.web.addresses import whole
from ledger.web.forms import Form


@pages.get("/c/<code>/funds")
@guard.open_to("anyone")
def funds() -> ResponseReturnValue:
    """Every fund with what it holds and how far it may go. Raises `FundUnknown`."""
    community, standing = _place()
    return render_template(
        "governance/funds.html",
        place=community,
        standing=standing,
        funds=read(lambda db: queries.fund_lines(db, community)),
        unit=community.unit,
    )


@pages.get("/c/<code>/funds/<int:fund>")
@guard.open_to("anyone")
def fund(fund: int) -> ResponseReturnValue:
    """One fund, with its limits and movements; cells are named to members only."""
    community, standing = _place()
    found = read(lambda db: _found(db, community, fund))
    return render_template(
        "governance/fund.html",
        place=community,
        standing=standing,
        page=found,
        fund=found.fund,
        unit=community.unit,
    )


@pages.get("/c/<code>/<number>/funds/<int:fund>/give")
@guard.open_to("acting")
def give(fund: int) -> ResponseReturnValue:
    """The form by which a cell gives to a fund. Raises `FundUnknown`."""
    return _give_form(fund, forms.blank())


@pages.post("/c/<code>/<number>/funds/<int:fund>/give")
@guard.open_to("acting")
def given(fund: int) -> ResponseReturnValue:
    """Give it, once for each form."""
    acting: Acting = guard.acting()
    form = forms.read(GiveSchema())
    if form.ok:
        command = service.Contribute(fund, form.data["amount"], form.data["request_key"])
        try:
            write(lambda db: service.contribute(db, acting, command, clock.now()))
            return redirect(url_for(".fund", fund=fund), code=303)
        except (Refused, Conflict, Forbidden) as refusal:
            form = form.refused(refusal)
    return _give_form(fund, form)


def _give_form(number: int, form: Form) -> ResponseReturnValue:
    acting: Acting = guard.acting()
    found = read(lambda db: _found(db, acting.community, number))
    return forms.page("governance/give.html", form, fund=found.fund, unit=acting.community.unit)


def _found(db: Session, community: CommunityView, number: int) -> FundPage:
    before = request.args.get("before", type=whole)
    found = queries.fund_page(db, community, number, before=before)
    if found is None:
        raise FundUnknown
    return found


def _place() -> tuple[CommunityView, Standing | None]:
    """The community of the address, and the visitor's standing in it, if they have one."""
    who, now = guard.visitor(), clock.now()

    def look(db: Session) -> tuple[CommunityView | None, Standing | None]:
        found = members.community_by_code(db, g.code)
        standing = members.find_standing(db, who.person_id, g.code, now) if who else None
        return found, standing

    community, standing = read(look)
    if community is None:
        raise FundUnknown
    g.community = community
    runtime.speak(zone=community.zone)
    return community, standing
