"""Bringing a database to a revision, and asking whether it matches the models."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config


def migrate(url: str, scripts: Path, revision: str = "head") -> None:
    """Bring the database at `url` up to `revision` of the migrations in `scripts`.

    `url` must be the owner's: the service's own role may not change tables.
    """
    command.upgrade(_config(url, scripts), revision)


def unwind(url: str, scripts: Path, revision: str = "base") -> None:
    """Take the database at `url` down to `revision`, losing what later ones hold."""
    command.downgrade(_config(url, scripts), revision)


def ensure_no_drift(url: str, scripts: Path) -> None:
    """Raise alembic's `CommandError` if the models say other than the migrations made."""
    command.check(_config(url, scripts))


def _config(url: str, scripts: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    return config
