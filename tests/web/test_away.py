"""A database that does not answer is no fault of the page's, and comes back."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from app import create_app
from config import Settings
from ledger.persistence.engine import pool_of
from ledger.web.runtime import EXTENSION
from tests.databases import Databases, connected


@contextmanager
def away(databases: Databases, name: str) -> Iterator[None]:
    """Nobody can connect to the database of this name, and who was connected is not."""
    with (
        connected(databases.server.url()) as engine,
        engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection,
    ):
        connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
        kill = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = :name"
        assert all(connection.scalars(text(kill), {"name": name}))
        yield
        connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"))


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "The books cannot be reached"), ("id", "Pembukuan tidak dapat dijangkau")],
)
def test_a_page_says_that_the_books_cannot_be_reached(
    databases: Databases, tmp_path: Path, caplog: pytest.LogCaptureFixture, language: str, said: str
) -> None:
    headers = {"Accept-Language": language}
    with databases.fresh("postgresql") as database:
        settings = {"SIMPUL_DATABASE_URL": database.url, "SIMPUL_VAR": str(tmp_path)}
        app = create_app(Settings.from_environment({"SIMPUL_ENVIRONMENT": "test", **settings}))
        engine = app.extensions[EXTENSION].engine
        client = app.test_client()
        assert client.get("/", headers=headers).status_code == 200
        assert engine.url.database
        with away(databases, engine.url.database), caplog.at_level(logging.WARNING):
            page = client.get("/", headers=headers)
            assert (page.status_code, page.headers["Retry-After"]) == (503, "15")
            assert said in page.text
            assert 'data-keep="send"' not in page.text  # nothing was sent
            told = client.get("/", headers={"Accept": "application/json"})
            assert (told.status_code, told.json and told.json["code"]) == (503, "away")
            assert client.get("/healthz").status_code == 503
            assert "the database is away" in caplog.text
        assert client.get("/healthz").status_code == 200
        assert pool_of(engine).checkedout() == 1
        engine.dispose()
