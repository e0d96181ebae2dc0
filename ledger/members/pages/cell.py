"""My cell: what it says of itself."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from ledger.kernel.errors import Conflict, Forbidden, Refused
from ledger.members.errors import NameLooksLike
from ledger.members.pages.blueprint import pages
from ledger.members.pages.wording import ELEMENTS
from ledger.members.queries import Acting
from ledger.members.schemas import CellSchema
from ledger.members.service.describing import Describe, describe, description
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.web import forms, guard, runtime
from ledger.web.forms import Form


@pages.get("/c/<code>/<number>/cell")
@guard.open_to("acting")
def cell() -> ResponseReturnValue:
    """What the cell says of itself."""
    acting: Acting = guard.acting()
    found = in_unit_of_work(runtime.engine(), lambda db: description(db, acting), write=False)
    return _form(forms.blank(**_values(found)))


@pages.post("/c/<code>/<number>/cell")
@guard.open_to("acting")
def change_cell() -> ResponseReturnValue:
    """Change it."""
    acting: Acting = guard.acting()
    form, alike = forms.read(CellSchema()), False
    if form.ok:
        data: dict[str, Any] = dict(form.data)
        for consent in ("is_email_shown", "is_phone_shown"):
            data[consent] = bool(data[consent])
        data["is_name_meant"] = bool(data.pop("even_so"))
        try:
            in_unit_of_work(runtime.engine(), lambda db: describe(db, acting, Describe(**data)))
            return redirect(url_for("portal.home"), code=303)
        except (Refused, Conflict, Forbidden) as refusal:
            form, alike = form.refused(refusal), isinstance(refusal, NameLooksLike)
    return _form(form, alike=alike)


def _values(found: Describe) -> dict[str, str]:
    values = {name: value for name, value in asdict(found).items() if isinstance(value, str)}
    ticks = dict.fromkeys(found.elements, "1")
    shown = {"is_email_shown": found.is_email_shown, "is_phone_shown": found.is_phone_shown}
    return {**values, **ticks, **{name: "1" for name, value in shown.items() if value}}


def _form(form: Form, *, alike: bool = False) -> ResponseReturnValue:
    return forms.page("members/cell.html", form, elements=ELEMENTS, alike=alike)
