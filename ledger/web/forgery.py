"""Refuses requests that another site made in the visitor's name."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, g, request
from flask_wtf.csrf import CSRFProtect, generate_csrf

from ledger.kernel.errors import Forbidden

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

csrf = CSRFProtect()
"""The token in every form; `@csrf.exempt` only where nothing of the visitor's changes."""


class RequestForged(Forbidden):
    """The browser says that another site sent this."""

    code = "web.request_forged"


def init_app(app: Flask) -> None:
    """Check the browser's word first, then the form's token."""
    app.before_request(_ensure_own_page)
    # A form may lie open for hours on a phone without signal: its token lives
    # as long as the session.
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    csrf.init_app(app)


def renew_token() -> None:
    """Give the session its token now.

    Two pages that a new session loads at once would otherwise each make one, and
    the form of the first would be refused.
    """
    g.pop("csrf_token", None)
    generate_csrf()


def _ensure_own_page() -> None:
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in {"same-origin", "none"}:
        raise RequestForged
    origin = request.headers.get("Origin")
    if site is None and origin is not None and urlsplit(origin).netloc != request.host:
        raise RequestForged
