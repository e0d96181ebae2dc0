"""Databases for tests: migrated once into a template, then copied for each test."""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import Engine

from ledger.persistence.engine import make_engine
from ledger.persistence.migrations import migrate
from tests.postgres import PostgresServer

MIGRATIONS = Path(__file__).parent.parent / "migrations"

OWNER = "simpul_owner"
SERVICE = "simpul_test_service"
"""The login the service uses: a member of the group `simpul_service` and no more."""

_TEMPLATE = "simpul_template"

_ENOUGH = 2**30
"""Bytes that PostgreSQL's programs, its log and a few databases surely fit into."""


def swift_folder() -> Path:
    """Where files cost least: memory, where it has room and programs may run from it.

    A fresh PostgreSQL database is some 700 files: 40 ms in memory, half a second
    and more on a busy disk. What tests kill are processes, and what those had
    written outlives them here as it does there.
    """
    memory = Path("/dev/shm")
    if os.access(memory, os.W_OK):
        found = os.statvfs(memory)
        if found.f_bavail * found.f_frsize >= _ENOUGH and not found.f_flag & os.ST_NOEXEC:
            return memory
    return Path("/tmp")


@dataclass(frozen=True, slots=True)
class Database:
    """One fresh database: its address for the service, and for its owner."""

    kind: str
    url: str
    owner_url: str


class Databases:
    """Hands out fresh databases of one test session.

    `home` is a short folder shared by the processes of the session.
    """

    def __init__(self, home: Path, **settings: str) -> None:
        """`settings` are put over those of the tests' PostgreSQL."""
        self.home = home
        self.server = PostgresServer(home / "pg", **settings)
        self._numbers = itertools.count(1)

    @contextmanager
    def fresh(self, kind: str, *, migrated: bool = True) -> Iterator[Database]:
        """Yield a database of `kind` "sqlite" or "postgresql", gone afterwards.

        Raises `PostgresMissing` where PostgreSQL can't be had.
        """
        name = f"simpul_{os.getpid()}_{next(self._numbers)}"
        maker = self._fresh_sqlite if kind == "sqlite" else self._fresh_postgresql
        with maker(name, migrated) as database:
            yield database

    def settle(self, database: Database) -> None:
        """Do at once what PostgreSQL would do in its own time after a large load.

        For those who measure: else vacuum and checkpoint would run beside them.
        """
        if database.kind == "postgresql":
            name = database.url.partition("?")[0].rpartition("/")[2]
            self._administer("VACUUM (ANALYZE)", "CHECKPOINT", database=name)

    def stop(self) -> None:
        """End the server and remove everything. For the session's first process alone."""
        self.server.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    @contextmanager
    def _fresh_sqlite(self, name: str, migrated: bool) -> Iterator[Database]:
        folder = self.home / name
        folder.mkdir()
        file = folder / "simpul.db"
        if migrated:
            shutil.copyfile(self._sqlite_template(), file)
        try:
            yield Database("sqlite", f"sqlite:///{file}", f"sqlite:///{file}")
        finally:
            shutil.rmtree(folder)

    def _sqlite_template(self) -> Path:
        file = self.home / "template.db"
        with self._alone():
            if not file.exists():
                unfinished = file.with_suffix(".unfinished")
                migrate(f"sqlite:///{unfinished}", MIGRATIONS)
                unfinished.rename(file)
        return file

    @contextmanager
    def _fresh_postgresql(self, name: str, migrated: bool) -> Iterator[Database]:
        self._postgresql_template()
        source = _TEMPLATE if migrated else "template0"
        # Copying files costs less than the default, which writes every page to the log too.
        self._administer(
            f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {source} STRATEGY FILE_COPY"
        )
        try:
            yield Database(
                "postgresql",
                self.server.url(name, SERVICE),
                self.server.url(name, OWNER),
            )
        finally:
            self._administer(f"DROP DATABASE {name} WITH (FORCE)")

    def _postgresql_template(self) -> None:
        with self._alone():
            ready = self.home / "postgresql.ready"
            if ready.exists():
                return
            self.server.start()
            self._administer(
                f"CREATE ROLE {OWNER} LOGIN CREATEROLE",
                f"CREATE ROLE {SERVICE} LOGIN",
                f"CREATE DATABASE {_TEMPLATE} OWNER {OWNER} TEMPLATE template0",
            )
            migrate(self.server.url(_TEMPLATE, OWNER), MIGRATIONS)
            self._administer(f"GRANT simpul_service TO {SERVICE}")
            ready.touch()

    def _administer(self, *statements: str, database: str = "postgres") -> None:
        url = self.server.url(database).replace("+psycopg", "")
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.home / "template.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


@contextmanager
def connected(url: str) -> Iterator[Engine]:
    """Yield an engine on `url` whose connections are all closed afterwards."""
    engine = make_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()
