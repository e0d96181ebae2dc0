"""Errors as responses: one table from kinds of error to status, pages or problem+json."""

from __future__ import annotations

from flask import Flask, Response, current_app, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from jinja2 import TemplateNotFound
from werkzeug.exceptions import HTTPException, InternalServerError

from ledger.kernel.errors import Busy, Conflict, Forbidden, LedgerError, NotFound, Refused
from ledger.text.prose import explain
from ledger.web import runtime
from ledger.web.guard import SignInNeeded
from ledger.web.patience import RETRY_AFTER

STATUS: tuple[tuple[type[LedgerError], int], ...] = (
    (SignInNeeded, 401),
    (NotFound, 404),
    (Forbidden, 403),
    (Conflict, 409),
    (Refused, 422),
    (Busy, 503),
    (LedgerError, 422),
)
"""The first line that fits holds."""

SECRETS = frozenset({"password", "present", "code"})
"""Fields of forms that are never sent back, as `static/simpul.js` never keeps them."""


def status_of(error: LedgerError) -> int:
    """The HTTP status that says what kind of `error` this is."""
    return next(status for kind, status in STATUS if isinstance(error, kind))


def said(error: LedgerError) -> str:
    """`error` in the visitor's language, with the community's unit and account numbers."""
    community = runtime.community()
    unit, code = (community.unit, community.code) if community else (None, "")
    return explain(error, runtime.speaker(), unit, code)


def init_app(app: Flask) -> None:
    """Answer every error with a page of ours, or with problem+json where that is asked for."""
    app.register_error_handler(LedgerError, _on_ledger_error)
    app.register_error_handler(Busy, _on_busy)
    app.register_error_handler(CSRFError, _on_forgery)
    app.register_error_handler(HTTPException, _on_http_error)


def _on_ledger_error(error: LedgerError) -> Response:
    return _answer(status_of(error), error.code, said(error))


def _on_busy(error: Busy) -> Response:
    """Nothing was done: the page has all that was sent, to be sent again with one button."""
    answer = _answer(503, error.code, said(error), sent=_to_send_again())
    answer.headers["Retry-After"] = str(RETRY_AFTER)
    return answer


def _to_send_again() -> list[tuple[str, str]] | None:
    """What a form sent; None where it holds a secret or a file, which no page gives back."""
    sent = list(request.form.items(multi=True))
    if request.method != "POST" or request.files or SECRETS & set(request.form):
        return None
    return [(name, value) for name, value in sent if name != "csrf_token"]


def _on_forgery(_error: CSRFError) -> Response:
    return _answer(400, "web.csrf", "", template="csrf")


def _on_http_error(error: HTTPException) -> Response:
    if error.response is not None and not isinstance(error, InternalServerError):
        return current_app.make_response(error.get_response())
    status = error.code or 500
    answer = _answer(status, f"http.{status}", "")
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            answer.headers[name] = value
    return answer


def _answer(status: int, code: str, detail: str, template: str = "", **more: object) -> Response:
    if runtime.wants_json():
        return _problem(status, code, detail)
    name = template or str(status)
    try:
        page = render_template(f"errors/{name}.html", detail=detail, status=status, **more)
    except TemplateNotFound:
        page = render_template("errors/other.html", detail=detail, status=status)
    return current_app.make_response((page, status))


def _problem(status: int, code: str, detail: str) -> Response:
    """RFC 9457, with our stable `code` beside the status."""
    body = jsonify(status=status, code=code, **({"detail": detail} if detail else {}))
    body.status_code = status
    body.mimetype = "application/problem+json"
    return body
