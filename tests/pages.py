"""The whole application over a fresh database, and browsers in which people are signed in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from config import Settings
from ledger.identity.model import LoginSession
from ledger.identity.rules.throttle import digest
from ledger.members.queries import Acting
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.web.runtime import EXTENSION
from tests.communities import ACommunity
from tests.databases import Database

OWN_WORDS = re.compile(r"\b(you|your|yours|my|Anda|saya)\b", re.IGNORECASE)
"""What only the holder is told of an account."""


@contextmanager
def an_app(database: Database, var: Path) -> Iterator[Flask]:
    """The application at `https://simpul.example.org`; forms need no token."""
    app = create_app(
        Settings.from_environment(
            {
                "SIMPUL_ENVIRONMENT": "test",
                "SIMPUL_DATABASE_URL": database.url,
                "SIMPUL_VAR": str(var),
                "SIMPUL_PUBLIC_URL": "https://simpul.example.org",
            }
        )
    )
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    app.extensions[EXTENSION].engine.dispose()


def browser(app: Flask, community: ACommunity, person: Acting | int) -> FlaskClient:
    """A browser, in English, in which this person is signed in."""
    person_id = person if isinstance(person, int) else person.person_id
    token = f"token-of-{person_id}".ljust(43, "x")
    row = LoginSession(
        token_digest=digest(token),
        person_id=person_id,
        agent="",
        created_at=community.now,
        last_seen_at=community.now,
    )
    in_unit_of_work(community.engine, lambda session: session.add(row))
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = token, True
    return client
