"""A runner that watches outlives a database that is away for a while."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, text

from config import PROJECT
from ledger.jobs.service import Mail, send_mail
from ledger.persistence.engine import begin_writing
from ledger.persistence.unit_of_work import in_unit_of_work


def renamed(engine: Engine, table: str, name: str) -> None:
    """Have a table answer to another name, as if the database were away."""
    with begin_writing(engine) as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO {name}"))


def wait_until_file(folder: Path, pattern: str, content: str = "") -> None:
    """Wait for a file in the folder that has the content."""
    deadline = time.monotonic() + 30
    while not any(content in file.read_text() for file in folder.glob(pattern)):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_what_is_due_is_done_when_the_database_is_back(
    sqlite_engine: Engine, now: datetime, tmp_path: Path
) -> None:
    mail = Mail("siti@example.org", "Halo", "Yth. Ibu Siti,\n", "<p>Yth. Ibu</p>")
    in_unit_of_work(sqlite_engine, lambda session: send_mail(session, mail, now))
    renamed(sqlite_engine, "job", "mislaid")
    settings = {"SIMPUL_DATABASE_URL": str(sqlite_engine.url.set(drivername="sqlite"))}
    command = [sys.executable, "-m", "flask", "--app", "app", "jobs", "run-due", "--watch", "0.1"]
    with (
        (tmp_path / "log").open("w") as log,
        subprocess.Popen(
            command,
            cwd=PROJECT,
            env=os.environ | settings | {"SIMPUL_VAR": str(tmp_path)},
            stdout=log,
            stderr=log,
        ) as runner,
    ):
        try:
            wait_until_file(tmp_path, "log", "this round of due work failed")
            renamed(sqlite_engine, "mislaid", "job")
            wait_until_file(tmp_path / "mail", "*.eml", "siti@example.org")
        finally:
            runner.terminate()
    assert runner.returncode == 0
