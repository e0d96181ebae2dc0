"""One small community over which every page is opened by everybody."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import make_url

from app import create_app
from config import Settings
from ledger.kernel import clock
from ledger.web.runtime import EXTENSION
from tests.access.world import World, a_world
from tests.databases import Databases, connected


@dataclass
class Prepared:
    """The application over a database that is put back after each request."""

    app: Flask
    world: World
    file: Path
    kept: Path

    @contextmanager
    def put_back(self) -> Iterator[None]:
        """Undo whatever happens within."""
        try:
            yield
        finally:
            if self._was_written_to():
                self.app.extensions[EXTENSION].engine.dispose()
                for leftover in ("-wal", "-shm"):
                    self.file.with_name(self.file.name + leftover).unlink(missing_ok=True)
                shutil.copy2(self.kept, self.file)

    def _was_written_to(self) -> bool:
        """A write is in the log or, once the log has been emptied, in the file."""
        log = self.file.with_name(self.file.name + "-wal")
        is_logged = not log.exists() or log.stat().st_size > 0
        return is_logged or self.file.stat().st_mtime_ns != self.kept.stat().st_mtime_ns


@pytest.fixture(scope="package")
def prepared(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    var = tmp_path_factory.mktemp("access")
    with databases.fresh("sqlite") as database:
        with connected(database.url) as engine:
            world = a_world(engine, clock.now())
        app = create_app(
            Settings.from_environment(
                {
                    "SIMPUL_ENVIRONMENT": "test",
                    "SIMPUL_DATABASE_URL": database.url,
                    "SIMPUL_VAR": str(var),
                }
            )
        )
        app.config["WTF_CSRF_ENABLED"] = False
        file = Path(make_url(database.url).database or "")
        kept = var / "kept.db"
        shutil.copy2(file, kept)
        yield Prepared(app, world, file, kept)
        app.extensions[EXTENSION].engine.dispose()
