"""Lots: a steward's part with a tap each, and everything it takes to draw again."""

from __future__ import annotations

import json
import secrets

from flask import g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.governance import queries, service
from ledger.governance.errors import LotUnknown, NonceUnreadable
from ledger.governance.pages.blueprint import pages, read, write
from ledger.governance.queries import LotView
from ledger.kernel import clock
from ledger.kernel.errors import Conflict, Forbidden, Refused
from ledger.members import queries as members
from ledger.members.queries import CommunityView, Standing
from ledger.web import forms, guard, runtime
from ledger.web.addresses import whole
from ledger.web.forms import Form


@pages.get("/c/<code>/lots")
@guard.open_to("community")
def lots() -> ResponseReturnValue:
    """The lots of the community, the newest first, or those before a number."""
    standing: Standing = guard.standing()
    before = request.args.get("before", type=whole)
    found = read(lambda db: queries.lots(db, standing.community, clock.now(), before=before))
    return render_template("governance/lots.html", page=found, before=before, standing=standing)


@pages.get("/c/<code>/lots/<int:lot>")
@guard.open_to("anyone")
def lot(lot: int) -> ResponseReturnValue:
    """A lot, with a steward's part in it. Raises `LotUnknown`."""
    return _page(lot, forms.blank())


@pages.get("/c/<code>/lots/<int:lot>/lot.json")
@guard.open_to("anyone")
def lot_json(lot: int) -> ResponseReturnValue:
    """A lot that was drawn, to be drawn again. Raises `LotUnknown`."""
    _, _, found = read(lambda db: _read(db, lot))
    published = found.published()
    if published is None:
        raise LotUnknown
    response = make_response(json.dumps(published))
    response.headers["Content-Type"] = "application/json"
    name = found.name.replace("/", "-")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return response


@pages.post("/c/<code>/lots/<int:lot>/promise")
@guard.open_to("community")
def promise(lot: int) -> ResponseReturnValue:
    """Promise the number that the form made; it is kept here unless they keep it themselves."""
    standing: Standing = guard.standing()
    form = Form(request.form.to_dict())
    keep = form.values.get("keep") != "self"
    try:
        nonce = _nonce(form.values.get("nonce", ""))
        write(
            lambda db: service.promise_nonce(db, standing, lot, nonce, keep=keep, now=clock.now())
        )
    except (Refused, Conflict, Forbidden) as refusal:
        return _page(lot, form.refused(refusal))
    return redirect(url_for(".lot", lot=lot), code=303)


@pages.post("/c/<code>/lots/<int:lot>/reveal")
@guard.open_to("community")
def reveal(lot: int) -> ResponseReturnValue:
    """Reveal the number that was kept here, or the one that is brought."""
    standing: Standing = guard.standing()
    form = Form(request.form.to_dict())
    written = form.values.get("nonce", "")
    try:
        nonce = _nonce(written) if written else None
        write(lambda db: service.reveal_nonce(db, standing, lot, nonce, clock.now()))
    except (Refused, Conflict, Forbidden) as refusal:
        return _page(lot, form.refused(refusal))
    return redirect(url_for(".lot", lot=lot), code=303)


def _nonce(written: str) -> bytes:
    """The bytes behind hex digits, however they are spaced. Raises `NonceUnreadable`."""
    try:
        return bytes.fromhex("".join(written.split()))
    except ValueError:
        raise NonceUnreadable from None


def _page(number: int, form: Form) -> ResponseReturnValue:
    community, standing, found = read(lambda db: _read(db, number))
    g.community = community
    runtime.speak(zone=community.zone)
    mine = found.part_of(standing.person_id) if standing else None
    return forms.page(
        "governance/lot.html",
        form,
        place=community,
        standing=standing,
        lot=found,
        mine=mine,
        nonce=secrets.token_hex(32),
    )


def _read(db: Session, number: int) -> tuple[CommunityView, Standing | None, LotView]:
    now, who = clock.now(), guard.visitor()
    community = members.community_by_code(db, g.code)
    found = queries.lot(db, community, number, now) if community else None
    if community is None or found is None:
        raise LotUnknown
    standing = members.find_standing(db, who.person_id, g.code, now) if who else None
    return community, standing, found
