"""The edge around a small house: two cells of one community, and pages of every audience."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g, jsonify, redirect, request
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from jinja2 import ChoiceLoader, FileSystemLoader
from marshmallow import Schema
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app import create_app
from config import Settings
from ledger.journal.errors import BeyondFloor
from ledger.kernel.units import Unit
from ledger.text import fields
from ledger.web import forms, guard, language, runtime
from ledger.web.visitor import Visitor

POIN = Unit("poin", "poin", 2, "XPO")


@dataclass(frozen=True)
class Community:
    code: str = "SB"
    name: str = "Sumber Bersama"
    zone: str = "Asia/Makassar"
    unit: Unit = POIN


@dataclass(frozen=True)
class Cell:
    name: str


@dataclass(frozen=True)
class Acting:
    community: Community
    cell: Cell
    account: int
    may_record: bool = True


@dataclass(frozen=True)
class Standing:
    community: Community
    roles: frozenset[str]


PEOPLE = {
    "token-of-siti": Visitor(1, "Siti", "token-of-siti", "en"),
    "token-of-budi": Visitor(2, "Budi", "token-of-budi", "id"),
}
CELLS = {(1, "SB", 1): Acting(Community(), Cell("Bersama Muda"), 1)}
ROLES = {(1, "SB"): frozenset[str](), (2, "SB"): frozenset({"coordinator"})}


def find_visitor(_engine: Engine, token: str, _now: datetime) -> Visitor | None:
    return PEOPLE.get(token)


def find_acting(
    _db: Session, person_id: int, code: str, number: int, _now: datetime
) -> Acting | None:
    return CELLS.get((person_id, code, number))


def find_standing(_db: Session, person_id: int, code: str, _now: datetime) -> Standing | None:
    roles = ROLES.get((person_id, code))
    return None if roles is None else Standing(Community(), roles)


class Got(Schema):
    payer = fields.AccountNumber(required=True)
    amount = fields.Money(required=True)
    what = fields.Text(required=True)
    request_key = fields.RequestKey(required=True)


BOOKED: list[Any] = []
CHOSEN: list[tuple[int, str]] = []


def open_pages(app: Flask) -> None:
    """Add a page for each audience; what a room would do, without the room."""

    def add(rule: str, *audiences: str) -> None:
        @guard.open_to(*audiences)
        def view() -> ResponseReturnValue:
            return jsonify(speaker=runtime.speaker().zone, account=getattr(_acting(), "account", 0))

        app.add_url_rule(rule, rule, view)

    add("/open", "anyone")
    add("/mine", "signed_in")
    add("/c/<code>/<number>/stand", "acting")
    add("/c/<code>/everyone", "community")
    add("/c/<code>/paper", "coordinator", "steward")
    add("/c/<code>/audit", "auditor")
    add("/nowhere", "acting")

    @app.route("/in/<token>", methods=["GET", "POST"])
    @guard.open_to("anyone")
    def let_in(token: str) -> ResponseReturnValue:
        guard.sign_in(PEOPLE[token])
        response = app.make_response(redirect("/mine"))
        response.set_cookie(language.COOKIE, PEOPLE[token].language or "")
        return response

    @app.post("/out")
    @guard.open_to("signed_in")
    def let_out() -> ResponseReturnValue:
        guard.sign_out()
        return redirect("/open")

    @app.get("/broken")
    @guard.open_to("anyone")
    def broken() -> ResponseReturnValue:
        raise ZeroDivisionError("<b>secret</b>")

    @app.route("/c/<code>/<number>/take", methods=["GET", "POST"])
    @guard.open_to("acting")
    def got() -> ResponseReturnValue:
        form = forms.read(Got()) if request.method == "POST" else forms.blank()
        if form.data and form.data["amount"] > 30000:
            refusal = BeyondFloor(account=1, floor=-30000, balance=0, amount=0, left=30000)
            form = form.refused(refusal)
        elif form.data:
            BOOKED.append(form.data)
            return redirect("/open", code=303)
        return forms.page("got_for_tests.html", form, unit=POIN)


def _acting() -> Any:
    return g.get("acting")


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """The application with the small house in place of the rooms."""
    BOOKED.clear()
    return house(tmp_path)


def house(folder: Path, **environment: str) -> Flask:
    """The small house, on a database in `folder` that nobody reads."""
    url = f"sqlite:///{folder / 'edge.db'}"
    settings = {"SIMPUL_ENVIRONMENT": "test", "SIMPUL_DATABASE_URL": url, **environment}
    return furnish(Settings.from_environment(settings))


def furnish(settings: Settings) -> Flask:
    """The application with the small house in place of the rooms."""
    app = create_app(settings)
    own = FileSystemLoader(Path(__file__).parent / "templates")
    app.jinja_env.loader = ChoiceLoader([own, app.jinja_env.loader])  # type: ignore[list-item]
    lookups = runtime.Lookups(
        find_visitor=find_visitor,
        remember_language=lambda _db, person, language: CHOSEN.append((person, language)),
        find_member=lambda _db, _number: None,
        own_words=lambda _db, _person: [],
        find_acting=find_acting,
        find_standing=find_standing,
        find_reading=lambda _db, _person, _code, _number, _roles, _now: None,
        find_places=lambda _db, _person, _now: [],
    )
    parts = app.extensions[runtime.EXTENSION]
    app.extensions[runtime.EXTENSION] = replace(parts, lookups=lookups)
    open_pages(app)
    return app


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    """A browser that nobody has signed in with."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


@pytest.fixture
def siti(app: Flask) -> FlaskClient:
    """Siti acts for SB001 and has no role."""
    return signed_in(app, "token-of-siti")


@pytest.fixture
def budi(app: Flask) -> FlaskClient:
    """Budi is a coordinator of SB and acts for no cell."""
    return signed_in(app, "token-of-budi")


def signed_in(app: Flask, token: str) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post(f"/in/{token}")
    return client
