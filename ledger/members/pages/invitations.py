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
from ledger.members.errors import CellUnknown, ContactNeeded, InvitationOver
from ledger.members.pages.blueprint import pages
from ledger.members.pages.wording import KINDS
from ledger.members.queries import CellView, CommunityView, Standing
from ledger.members.schemas import FirstHolderSchema, JoinSchema
from ledger.members.service import inviting
from ledger.members.service.mailing import mail_invitation
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.web import forms, guard, runtime
from ledger.web.forms import Form


@pages.get("/c/<code>/invite")
@guard.open_to("coordinator")
def first_holder() -> ResponseReturnValue:
    """The form to invite the first holder of a cell."""
    return _first_holder(forms.blank(cell=request.args.get("cell", "")))


@pages.post("/c/<code>/invite")
@guard.open_to("coordinator")
def invite_first() -> ResponseReturnValue:
    """Invite them; the link is shown once, to be sent or printed."""
    standing: Standing = guard.standing()
    form = forms.read(FirstHolderSchema())
    if form.ok:
        try:
            cell = in_unit_of_work(runtime.engine(), lambda db: _cell(db, form), write=False)
            return show_link(
                standing.community,
                cell,
                form,
                lambda db: inviting.invite_first(db, standing, cell.number, clock.now()),
            )
        except (Refused, Forbidden) as refusal:
            form = form.refused(refusal)
    return _first_holder(form)


def show_link(
    community: CommunityView, cell: CellView, form: Form, issue: Callable[[Session], str]
) -> ResponseReturnValue:
    """Issue an invitation, mail it if there is an address, and show its link and QR code once."""
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
    )


@pages.get("/join/<token>")
@guard.open_to("anyone")
def join(token: str) -> ResponseReturnValue:
    """What one is invited to, and the form for who is not known here yet."""
    return _join(token, forms.blank())


@pages.post("/join/<token>")
@guard.open_to("anyone")
def accept(token: str) -> ResponseReturnValue:
    """Join: as who is signed in, or as a new person."""
    who = guard.visitor()
    if who is not None:
        try:
            in_unit_of_work(
                runtime.engine(),
                lambda db: inviting.accept(db, token, who.person_id, clock.now()),
            )
            return redirect("/", code=303)
        except (Refused, Conflict) as refusal:
            return _join(token, forms.blank().refused(refusal))
    form = forms.read(JoinSchema())
    if form.ok:
        try:
            _register(token, form)
            return redirect(url_for("identity.sign_in", welcome=1), code=303)
        except (Refused, Conflict) as refusal:
            form = form.refused(refusal)
    return _join(token, form)


def _register(token: str, form: Form) -> None:
    data = form.data
    if not data["email"] and not data["phone"]:
        raise ContactNeeded
    words = [data["name"], data["email"], data["phone"]]
    chosen = hash_password(data["password"], [word for word in words if word])
    in_unit_of_work(runtime.engine(), lambda db: _take_up(db, token, data, chosen))


def _take_up(db: Session, token: str, data: dict[str, str], chosen: PasswordHash) -> None:
    now = clock.now()
    command = identity.Register(
        data["name"],
        email=data["email"] or None,
        phone=data["phone"] or None,
        language=runtime.speaker().language,
        password_hash=chosen,
    )
    inviting.accept(db, token, identity.register(db, command, now), now)


def _cell(db: Session, form: Form) -> CellView:
    standing: Standing = guard.standing()
    found = queries.search_cells(db, standing.community, form.data["cell"])
    if len(found) != 1:
        raise CellUnknown
    return found[0]


def _first_holder(form: Form) -> ResponseReturnValue:
    standing: Standing = guard.standing()
    free = in_unit_of_work(
        runtime.engine(),
        lambda db: queries.cells_nobody_holds(db, standing.community),
        write=False,
    )
    return forms.page("members/first_holder.html", form, cells=free)


def _join(token: str, form: Form) -> ResponseReturnValue:
    found = in_unit_of_work(runtime.engine(), lambda db: _about(db, token), write=False)
    if found is None:
        over = form if form.errors else form.refused(InvitationOver())
        return forms.page("members/join_over.html", over)
    community, cell, kind = found
    runtime.speak(zone=community.zone)
    here = url_for(".join", token=token)
    return forms.page(
        "members/join.html", form, where=community, cell=cell, kind=KINDS[kind], address=here
    )


def _about(db: Session, token: str) -> tuple[CommunityView, CellView, str] | None:
    found = queries.open_invitation(db, token, clock.now())
    community = queries.community(db, found.community_id) if found else None
    cell = queries.cell(db, community, found.number) if found and community else None
    return (community, cell, found.kind) if found and community and cell else None


def _qr(address: str) -> Markup:
    code = segno.make(address, error="m", micro=False)
    picture = code.svg_inline(scale=4, border=3, light="#fff", omitsize=True, svgclass="qr")
    return Markup(picture)  # noqa: S704 - segno's own drawing, none of the address's text
