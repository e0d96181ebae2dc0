"""Invitations: a coordinator's to the first holder of a cell, and the page where one joins."""

from __future__ import annotations

from collections.abc import Callable

import segno
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from ledger.identity import service as identity
from ledger.identity.rules.passwords import PasswordHash, hash_password
from ledger.kernel import clock
from ledger.kernel.errors import Conflict, Forbidden, Refused
from ledger.members import queries
from ledger.members.errors import CellUnknown, InvitationOver, SecondSignature
from ledger.members.pages.blueprint import pages
from ledger.members.pages.wording import KINDS
from ledger.members.queries import CellView, CommunityView, InvitedTo, Standing
from ledger.members.schemas import FirstHolderSchema, JoinSchema
from ledger.members.service import acts, inviting
from ledger.members.service.mailing import mail_invitation
from ledger.members.service.wording import SIGHTS
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.web import forms, guard, runtime
from ledger.web.addresses import whole
from ledger.web.forms import Form


@pages.get("/c/<code>/invite")
@guard.open_to("coordinator")
def first_holder() -> ResponseReturnValue:
    """The form to invite the first holder of a cell."""
    return _first_holder(forms.blank(cell=request.args.get("cell", "")))


@pages.post("/c/<code>/invite")
@guard.open_to("coordinator")
def invite_first() -> ResponseReturnValue:
    """Invite them; the link is shown once. Where two must sign, ask for that first."""
    form = forms.read(FirstHolderSchema())
    if form.ok:
        try:
            return _invite_first(form)
        except (Refused, Forbidden) as refusal:
            form = form.refused(refusal)
            asks_why = isinstance(refusal, SecondSignature)
            return _first_holder(form, asks_why=asks_why or "reason" in form.values)
    return _first_holder(form)


def _invite_first(form: Form) -> ResponseReturnValue:
    """Show the link, or put the cell before a second person where that takes a reason."""
    standing: Standing = guard.standing()
    cell = in_unit_of_work(runtime.engine(), lambda db: _cell(db, form), write=False)

    def issue(db: Session) -> str:
        return inviting.invite_first(db, standing, cell.number, clock.now())

    def ask(db: Session) -> int:
        facts = {"cell": cell.number}
        return acts.ask(db, standing, inviting.KIND, facts, form.data["reason"], clock.now())

    try:
        return show_link(cell, form, issue, url_for(".desk"))
    except SecondSignature:
        if not form.data["reason"]:
            raise
    in_unit_of_work(runtime.engine(), ask)
    return redirect(url_for(".desk"), code=303)


def show_link(
    cell: CellView, form: Form, issue: Callable[[Session], str], back: str
) -> ResponseReturnValue:
    """Issue an invitation, mail it if there is an address, and show its link and QR code once."""
    community: CommunityView = runtime.community()
    kind = form.data.get("kind", "holder")

    def work(db: Session) -> str:
        address = f"{runtime.runtime().public_url}/join/{issue(db)}"
        if form.data["email"]:
            mail_invitation(db, form.data["email"], community, cell, address, clock.now())
        return address

    address = in_unit_of_work(runtime.engine(), work)
    return render_template(
        "members/invitation.html",
        community=community,
        cell=cell,
        kind=KINDS[kind],
        address=address,
        qr=_qr(address),
        email=form.data["email"],
        until=clock.now() + inviting.LIFE,
        back=back,
    )


@pages.get("/join/<token>")
@guard.open_to("anyone")
def join(token: str) -> ResponseReturnValue:
    """What one is invited to, and the form for who is not known here yet."""
    return _join(token, forms.blank())


@pages.post("/join/<token>")
@guard.open_to("anyone")
def accept(token: str) -> ResponseReturnValue:
    """Join: as who is signed in, or as a new person, who is signed in then."""
    who, form = guard.visitor(), forms.blank()
    if who is None:
        form = forms.read(JoinSchema())
    if not form.ok:
        return _join(token, form)
    try:
        return _come_in(token, who.person_id) if who else _register(token, form.data)
    except (Refused, Conflict) as refusal:
        return _join(token, form.refused(refusal))


def _come_in(token: str, person_id: int) -> ResponseReturnValue:
    def work(db: Session) -> str:
        about = _about(db, token)
        inviting.accept(db, token, person_id, clock.now(), _shown())
        return _home(about)

    return redirect(in_unit_of_work(runtime.engine(), work), code=303)


def _register(token: str, data: dict[str, str]) -> ResponseReturnValue:
    """Make the person, let them in, and sign them in."""
    about = in_unit_of_work(runtime.engine(), lambda db: _about(db, token), write=False)
    words = [data["name"], data["email"], data["phone"], about.cell.name, about.cell.shown]
    words += queries.words_of(about.community)
    chosen = hash_password(data["password"], [word for word in words if word])
    in_unit_of_work(runtime.engine(), lambda db: _take_up(db, token, data, chosen))
    identifier = data["email"] or data["phone"] or about.cell.shown
    found: ResponseReturnValue = runtime.runtime().welcome(
        identifier, data["password"], _home(about)
    )
    return found


def _take_up(db: Session, token: str, data: dict[str, str], chosen: PasswordHash) -> None:
    now = clock.now()
    command = identity.Register(
        data["name"],
        email=data["email"] or None,
        phone=data["phone"] or None,
        language=runtime.speaker().language,
        password_hash=chosen,
    )
    inviting.accept(db, token, identity.register(db, command, now), now, _shown())


def _shown() -> int | None:
    """The version of who sees balances that the form said."""
    return request.form.get("version", type=whole)


def _home(about: InvitedTo) -> str:
    return url_for("portal.home", code=about.community.code, number=about.cell.shown)


def _cell(db: Session, form: Form) -> CellView:
    standing: Standing = guard.standing()
    found = queries.search_cells(db, standing.community, form.data["cell"])
    if len(found) != 1:
        raise CellUnknown
    return found[0]


def _first_holder(form: Form, *, asks_why: bool = False) -> ResponseReturnValue:
    standing: Standing = guard.standing()
    free = in_unit_of_work(
        runtime.engine(),
        lambda db: queries.cells_nobody_holds(db, standing.community),
        write=False,
    )
    return forms.page("members/first_holder.html", form, cells=free, asks_why=asks_why)


def _join(token: str, form: Form) -> ResponseReturnValue:
    try:
        found = in_unit_of_work(runtime.engine(), lambda db: _about(db, token), write=False)
    except InvitationOver as over:
        return forms.page("members/join_over.html", form.refused(over))
    runtime.speak(zone=found.community.zone)
    return forms.page(
        "members/join.html",
        form,
        about=found,
        kind=KINDS[found.kind],
        sight=SIGHTS[found.transparency],
        version=found.version,
        address=url_for(".join", token=token),
    )


def _about(db: Session, token: str) -> InvitedTo:
    """Raises `InvitationOver`."""
    found = queries.invited_to(db, token, clock.now())
    if found is None:
        raise InvitationOver
    return found


def _qr(address: str) -> Markup:
    code = segno.make(address, error="m", micro=False)
    picture = code.svg_inline(scale=4, border=3, light="#fff", omitsize=True, svgclass="qr")
    return Markup(picture)  # noqa: S704 - segno's own drawing, none of the address's text
