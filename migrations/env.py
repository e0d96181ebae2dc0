"""How alembic meets our databases: which models, which address, one transaction.

The address is the one handed over by `ledger.persistence.migrations`, else
`alembic -x url=…`, else the owner's of the settings.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sqlite3
from functools import partial
from typing import Any

from alembic import context
from sqlalchemy import Connection, event, text

import ledger
from config import Settings
from ledger.persistence.base import Base
from ledger.persistence.engine import begin_writing, make_engine

_ONE_AT_A_TIME = 0x51_4D_50_55_4C
"""The advisory lock that lets only one process migrate a PostgreSQL database."""


def load_models() -> None:
    """Import every room's `model`, so that `Base.metadata` knows all tables."""
    for room in pkgutil.iter_modules(ledger.__path__, "ledger."):
        if importlib.util.find_spec(f"{room.name}.model"):
            importlib.import_module(f"{room.name}.model")


def database_url() -> str:
    """The database to migrate, always with its owner's rights."""
    given = context.config.attributes.get("url") or context.get_x_argument(True).get("url")
    return given or Settings.from_environment(os.environ).owner_url


def forget_foreign_keys(connection: sqlite3.Connection, _record: Any) -> None:
    """SQLite changes a table by replacing it: its rows' references must hold still.

    Outside a transaction only can this be said; `run` checks all of them before
    the commit instead.
    """
    connection.execute("PRAGMA foreign_keys = OFF")


def is_for(dialect: str, item: Any, _name: str | None, *_about: Any) -> bool:
    """Whether the models mean `item` for this database: some rules live in triggers on one."""
    return getattr(item, "info", {}).get("only_on", dialect) == dialect


def run(connection: Connection) -> None:
    """Run the migrations asked for in one transaction, one process at a time."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        include_object=partial(is_for, connection.dialect.name),
    )
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
    context.run_migrations()
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).first()
        if broken:
            raise RuntimeError(f"The migration left a row without its parent: {tuple(broken)}")


def migrate() -> None:
    """Open the database with the owner's rights and run."""
    load_models()
    engine = make_engine(database_url())
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", forget_foreign_keys)
    with begin_writing(engine) as connection:
        run(connection)
    engine.dispose()


migrate()
