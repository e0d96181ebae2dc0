"""Who may open which page. Everything is closed unless its view says otherwise.

Every view carries `@open_to(…)`, below its route:

    @pages.get("/c/<code>/<number>/history")
    @guard.open_to("acting")
    def history() -> ResponseReturnValue:
        acting: Acting = guard.acting()

The guard takes `code` and `number` out of the address, so views have no such
parameters; `url_for` fills them in again for pages of the same place.

| audience | who |
|---|---|
| `anyone` | the public; the guard looks nothing up |
| `signed_in` | any signed-in person |
| `acting` | somebody who acts for the cell `<code>/<number>` of the address |
| `community` | anybody who belongs to the community `<code>` |
| a role, such as `coordinator` | who has one of the roles named, in that community |
| `acting` and a role | beside those who act for the cell, who reads it by that role: `reading()` |

The unknown and the foreign get the same 404.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

import flask_login
from flask import Flask, current_app, g, redirect, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.kernel import clock
from ledger.kernel.errors import Forbidden, NotFound
from ledger.kernel.units import read_number, shown_number
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.web import forgery, runtime
from ledger.web.visitor import Visitor

SIGN_IN = "/sign-in"
ROLES = frozenset({"coordinator", "steward", "auditor"})
AUDIENCES = ROLES | {"anyone", "signed_in", "acting", "community"}

View = TypeVar("View", bound=Callable[..., Any])


class SignInNeeded(Forbidden):
    """The page is for people who are signed in, and this one is not."""

    code = "web.sign_in_needed"


def open_to(*audiences: str) -> Callable[[View], View]:
    """Mark a view as open to any of `audiences`. Raises ValueError for an unknown one."""
    if not audiences or not AUDIENCES.issuperset(audiences):
        raise ValueError(f"A view is open to some of {sorted(AUDIENCES)}, not {audiences}.")

    def mark(view: View) -> View:
        view.open_to = frozenset(audiences)  # type: ignore[attr-defined]
        return view

    return mark


def acting() -> Any:
    """The `members.queries.Acting` of this request: who acts, for which cell, where."""
    return g.acting


def reading() -> Any:
    """Whose account is read: the `Acting` of who acts for it, or a `members.queries.Reading`."""
    return g.get("acting") or g.reading


def standing() -> Any:
    """The visitor's standing in the community of this request: `.community`, `.roles`."""
    return g.standing


def visitor() -> Visitor | None:
    """Who is signed in, if anybody is."""
    user = flask_login.current_user
    return user if user.is_authenticated else None


def sign_in(who: Visitor) -> None:
    """Begin a browser session for `who`, leaving nothing of the one before."""
    session.clear()
    session.permanent = True
    flask_login.login_user(who)
    forgery.renew_token()


def sign_out() -> None:
    """End the browser's session and have the browser forget what it kept for it."""
    flask_login.logout_user()
    session.clear()
    g.forget = True


def safe_next(address: str | None, otherwise: str = "/") -> str:
    """`address` if it is a path of our own, else `otherwise`: never another host."""
    text = address or ""
    plain = text.isascii() and text.isprintable() and "\\" not in text and len(text) <= 500
    parts = urlsplit(text) if plain and text.startswith("/") and text[1:2] != "/" else None
    return text if parts and not parts.scheme and not parts.netloc else otherwise


def init_app(app: Flask) -> None:
    """Close the application: nothing answers that is not declared open."""
    manager = flask_login.LoginManager()
    manager.session_protection = None  # it would sign out phones that change networks
    manager.user_loader(_find_visitor)
    # Its `init_app` would add nothing but the remember cookie, which nobody can revoke.
    app.login_manager = manager  # type: ignore[attr-defined]
    app.url_value_preprocessor(_take_place)
    app.url_defaults(_fill_place)
    app.before_request(_admit)


def undeclared(app: Flask) -> list[str]:
    """Endpoints whose views do not say to whom they are open."""
    return sorted(name for name, view in app.view_functions.items() if not _audiences(view))


def _audiences(view: Any) -> frozenset[str]:
    return getattr(view, "open_to", frozenset())


def _find_visitor(token: str) -> Visitor | None:
    parts = runtime.runtime()
    return parts.lookups.find_visitor(parts.engine, token, clock.now())


def _take_place(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    values = values if values is not None else {}
    g.code, g.number = values.pop("code", None), values.pop("number", None)


def _fill_place(endpoint: str, values: dict[str, Any]) -> None:
    for name in ("code", "number"):
        held = g.get(name)
        if held is not None and current_app.url_map.is_endpoint_expecting(endpoint, name):
            values.setdefault(name, held)


def _admit() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None  # no such address: dispatching says so
    audiences = _audiences(current_app.view_functions[request.endpoint])
    if not audiences:
        current_app.logger.error("closed for want of open_to: %s", request.endpoint)
        raise Forbidden
    if "anyone" in audiences:
        return None
    who = visitor()
    if who is None:
        return _ask_to_sign_in()
    if g.code is not None:
        in_unit_of_work(
            runtime.engine(),
            lambda db: _find_place(db, who.person_id, audiences),
            write=False,
        )
    elif "signed_in" not in audiences:
        raise NotFound
    return None


def _find_place(db: Session, person_id: int, audiences: frozenset[str]) -> None:
    """Put the visitor's `acting`, `reading` or `standing` into `g`.

    Raises `NotFound`, `Forbidden`.
    """
    lookups, now = runtime.runtime().lookups, clock.now()
    if "acting" in audiences and g.number is not None:
        number = _number()
        g.acting = found = lookups.find_acting(db, person_id, g.code, number, now)
        if found is None and audiences & ROLES:
            g.reading = found = lookups.find_reading(
                db, person_id, g.code, number, audiences & ROLES, now
            )
    else:
        g.standing = found = lookups.find_standing(db, person_id, g.code, now)
    if found is None:
        raise NotFound
    if not audiences & {"acting", "community", "signed_in"} and not audiences & found.roles:
        raise Forbidden
    g.community = found.community
    runtime.speak(zone=found.community.zone)


def _number() -> int:
    """The number in the address, written as it should be. Raises `NotFound`."""
    number = read_number(g.code, g.number)
    if number is None or g.number != shown_number(g.code, number):
        raise NotFound
    return number


def _ask_to_sign_in() -> ResponseReturnValue:
    if request.method != "GET" or runtime.wants_json():
        raise SignInNeeded
    here = request.full_path.rstrip("?")
    return redirect(f"{SIGN_IN}?{urlencode({'next': here})}" if here != "/" else SIGN_IN, code=303)
