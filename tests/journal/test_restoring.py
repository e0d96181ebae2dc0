"""What `docs/operating.md` says of backups is done here, to the letter."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from tests.bookkeeping import MORNING, Bookkeeper, proven
from tests.databases import OWNER, SERVICE, Databases, connected

OPERATING = Path(__file__).parents[2] / "docs" / "operating.md"


def said(beginning: str) -> list[str]:
    """The commands of the page that begin so, as a shell takes them apart."""
    lines = re.findall(rf"^ {{4}}({re.escape(beginning)}.*)$", OPERATING.read_text(), re.MULTILINE)
    return [shlex.split(line, comments=True) for line in lines]


def trade_on(engine: Engine, before: int) -> None:
    """Book and reverse in restored books, which held `before` entries and prove themselves."""
    assert [books.entries for books in proven(engine)] == [before]
    books = Bookkeeper(engine, now=MORNING)
    books.reverse(books.pay(2, 1, 3, request_key="after-the-restore").entry_id)
    assert [books.entries for books in proven(engine)] == [before + 2]


def test_a_copy_of_sqlite_is_whole(sqlite_engine: Engine, tmp_path: Path) -> None:
    books = Bookkeeper(sqlite_engine).with_accounts(1, 2)
    books.pay(1, 2, 5)
    assert sqlite_engine.url.database
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "simpul.db").symlink_to(sqlite_engine.url.database)
    ((_python, *command),) = said(".venv/bin/python -c")

    subprocess.run([sys.executable, *command], cwd=tmp_path, check=True)

    books.pay(1, 2, 7)  # too late for the copy
    shutil.move(tmp_path / "simpul-backup.db", tmp_path / "simpul.db")
    with connected(f"sqlite:///{tmp_path / 'simpul.db'}") as restored:
        trade_on(restored, before=1)


@pytest.mark.postgresql
@pytest.mark.parametrize("role", [OWNER, SERVICE])
def test_a_dump_of_postgresql_is_whole(
    postgres_engine: Engine, databases: Databases, role: str
) -> None:
    """Whoever the service signs in as; else one that has no login of its own could not post."""
    Bookkeeper(postgres_engine).with_accounts(1, 2).pay(1, 2, 5)
    name = postgres_engine.url.database
    with databases.fresh("postgresql", migrated=False) as empty:
        restored = empty.url.partition("?")[0].rpartition("/")[2]
        known = {"simpul": str(name), "restored": restored, "simpul.dump": f"{name}.dump"}
        for program, *arguments in (*said("pg_dump"), *steps_of_the_restore()):
            given = [known.get(each, each) for each in arguments]
            databases.server.run(
                program, "--host", str(databases.home / "pg" / "data"), "--username", OWNER, *given
            )
        with connected(databases.server.url(restored, role)) as engine:
            trade_on(engine, before=1)
        with connected(databases.server.url(restored, OWNER)) as engine, engine.begin() as owner:
            names = text("SELECT proowner::regrole::text FROM pg_proc WHERE proname ~ '^post_'")
            assert set(owner.scalars(names)) == {"simpul_books"}
            create = text("SELECT has_schema_privilege('simpul_books', 'public', 'CREATE')")
            assert owner.scalar(create) is False


def steps_of_the_restore() -> list[list[str]]:
    """Grant, restore, revoke."""
    before, after = said("psql --dbname restored")
    (restore,) = said("pg_restore")
    return [before, restore, after]
