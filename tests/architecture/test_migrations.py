"""Migrations go up, down and up again, and say the same as the models."""

import re

from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from ledger.persistence.migrations import ensure_no_drift, migrate, unwind
from tests.databases import MIGRATIONS, Database, connected

NAME = r"\d{8}_\d{4}_[a-z0-9_]+"


def tables(database: Database) -> set[str]:
    with connected(database.owner_url) as engine:
        return set(inspect(engine).get_table_names())


def test_up_down_and_up_again(database: Database) -> None:
    made = tables(database)
    unwind(database.owner_url, MIGRATIONS)
    assert tables(database) == {"alembic_version"}
    migrate(database.owner_url, MIGRATIONS)
    assert tables(database) == made


def test_models_and_migrations_agree(database: Database) -> None:
    ensure_no_drift(database.owner_url, MIGRATIONS)


def test_migrating_twice_changes_nothing(database: Database) -> None:
    made = tables(database)
    migrate(database.owner_url, MIGRATIONS)
    assert tables(database) == made


def test_migrations_import_no_application_code() -> None:
    guilty = [
        file.name
        for file in (MIGRATIONS / "versions").glob("*.py")
        if any(
            line.lstrip().startswith((f"import {name}", f"from {name}"))
            for line in file.read_text().splitlines()
            for name in ("ledger", "app", "config")
        )
    ]
    assert guilty == []


def test_migrations_are_named_by_time_in_one_line() -> None:
    script = ScriptDirectory(str(MIGRATIONS))
    line = [revision.revision for revision in script.walk_revisions()][::-1]
    files = sorted(file.stem for file in (MIGRATIONS / "versions").glob("*.py"))
    assert line == files
    assert all(re.fullmatch(NAME, name) for name in files)
