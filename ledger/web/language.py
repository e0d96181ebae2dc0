"""Which language a visitor is spoken to in, and how they change it."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, request
from flask.typing import ResponseReturnValue

from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.text.speaker import LANGUAGES, Speaker, negotiate, speaking
from ledger.web import guard, runtime
from ledger.web.forgery import csrf

COOKIE = "language"
_A_YEAR = 365 * 24 * 3600

pages = Blueprint("language", __name__)


@pages.post("/language")
@guard.open_to("anyone")
def choose() -> ResponseReturnValue:
    """Remember the language and go back to the page the visitor was on."""
    response = redirect(guard.safe_next(request.form.get("next")), code=303)
    language = request.form.get("language", "")
    if language in LANGUAGES:
        _remember(language)
        response.set_cookie(
            COOKIE,
            language,
            max_age=_A_YEAR,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure,
        )
    return response


def _remember(language: str) -> None:
    """Keep a signed-in person's choice, for their other devices and for mail."""
    who = guard.visitor()
    if who is not None and who.language != language:
        remember = runtime.runtime().lookups.remember_language
        in_unit_of_work(runtime.engine(), lambda db: remember(db, who.person_id, language))


def init_app(app: Flask) -> None:
    """Find each request's language before anything else can fail."""
    app.before_request(_listen)
    app.register_blueprint(pages)
    # No token, so that public pages need no session; Sec-Fetch-Site still guards it.
    csrf.exempt(choose)


def _listen() -> None:
    accepted = list(request.accept_languages.values())
    speaking.set(Speaker(negotiate(request.cookies.get(COOKIE), accepted)))
