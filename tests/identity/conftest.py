"""The application over a fresh database, and a browser without a screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from config import Settings
from ledger.web.runtime import EXTENSION
from tests.databases import Database


@pytest.fixture
def app(database: Database, tmp_path: Path) -> Iterator[Flask]:
    app = create_app(
        Settings.from_environment(
            {
                "SIMPUL_ENVIRONMENT": "test",
                "SIMPUL_DATABASE_URL": database.url,
                "SIMPUL_VAR": str(tmp_path),
            }
        )
    )
    yield app
    app.extensions[EXTENSION].engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return a_browser(app)


def a_browser(app: Flask) -> FlaskClient:
    """A browser of its own, that asks for pages."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT"] = "text/html"
    return client
