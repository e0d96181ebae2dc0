"""Forms: read by the same schemas as JSON, and shown again with what was wrong.

A page that takes a form:

    form = forms.read(GotSchema())
    if form.ok:
        try:
            done = in_unit_of_work(engine(), lambda db: service.got(db, acting, form.data, now()))
            return redirect(url_for("trades.receipt", token=done.token), code=303)
        except Refused as refusal:
            form = form.refused(refusal)
    return forms.page("trades/got.html", form)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import EXCLUDE, Schema, ValidationError

from ledger.kernel.errors import LedgerError
from ledger.kernel.identifiers import new_request_key
from ledger.text.fields import Reading, reading, translated
from ledger.web import problems, runtime

WHOLE = ""
"""The key of an error that belongs to the form and to no field of it."""


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed, what was wrong with it, and if nothing was, what it means."""

    values: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    """By field, in the visitor's language; `WHOLE` for the form itself."""

    data: Any = None
    """What the schema made of it."""

    valid: Mapping[str, Any] = field(default_factory=dict)
    """What could be read by itself, where something else could not."""

    status: int = 200

    @property
    def ok(self) -> bool:
        """Whether `data` holds."""
        return not self.errors

    def refused(self, error: LedgerError, at: str | None = None) -> Form:
        """The form again, with `error` at the field `at` or the one it names, or above all."""
        named = at or error.field
        where = named if named in self.values else WHOLE
        errors = {**self.errors, where or WHOLE: problems.said(error)}
        return replace(self, errors=errors, status=problems.status_of(error))

    def with_error(self, message: str, where: str = WHOLE) -> Form:
        """The form again, with a `message` (to be translated) at the field `where`."""
        errors = {**self.errors, where: runtime.speaker().gettext(message)}
        return replace(self, errors=errors, status=422)


def blank(**values: str) -> Form:
    """A form not yet sent, with a new request key and `values` filled in."""
    return Form({"request_key": new_request_key(), **values})


def read(schema: Schema, *, query: bool = False) -> Form:
    """Load the request's form, or its query, with `schema`; amounts in the community's unit.

    Fields the schema does not know, such as the CSRF token, are left out.
    """
    return load(schema, (request.args if query else request.form).to_dict())


def load(schema: Schema, values: Mapping[str, str]) -> Form:
    """Load `values`, of one form among several in the request, as `read` does."""
    community = runtime.community()
    unit, code = (community.unit, community.code) if community else (None, "")
    try:
        with reading(Reading(unit, code, runtime.speaker())):
            return Form(values, data=schema.load(values, unknown=EXCLUDE))
    except ValidationError as error:
        valid = error.valid_data if isinstance(error.valid_data, dict) else {}
        return Form(values, _told(error), valid=valid, status=422)


def page(template: str, form: Form, **values: Any) -> ResponseReturnValue:
    """The page with `form` in it; status 422 (or the refusal's own) when something is wrong."""
    return render_template(template, form=form, **values), form.status


def _told(error: ValidationError) -> dict[str, str]:
    speaker = runtime.speaker()
    messages = error.normalized_messages()  # type: ignore[no-untyped-call]
    return {
        WHOLE if name == "_schema" else name: translated(inner, speaker)
        for name, inner in messages.items()
    }
