"""The settings: the only reader of the environment.

Every setting is described in `docs/operating.md`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import click

PROJECT = Path(__file__).resolve().parent

_PLACEHOLDERS = re.compile(r"change.?me|placeholder|default|secret|password|example", re.IGNORECASE)
_SHORTEST_SECRET = 32
_DEVELOPMENT_SECRET = "development-only-not-a-secret-at-all"  # noqa: S105 - refused in production


_DATABASE = re.compile(r"sqlite:///(?!:memory:).+|postgresql(\+psycopg)?://.+")
_PAGES = re.compile(r"https?://[^/\s]+(/\S*)?")
_SENDER = re.compile(r"[^@<>]+@[^@<>\s]+|[^<>]*<[^@<>\s]+@[^@<>\s]+>")


class SettingsError(click.ClickException):
    """A setting that Simpul can't start with; the message says which and what to do.

    The command line says no more than that message.
    """


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail is handed in. `security` is "none", "starttls" or "tls"."""

    host: str
    port: int
    user: str | None
    password: str | None
    security: str

    @classmethod
    def from_url(cls, url: str) -> SmtpServer:
        """Read `smtp://host`, `smtp+starttls://user:password@host:587` or `smtps://…`.

        Raises `SettingsError`.
        """
        parts = urlsplit(url)
        known = {"smtp": ("none", 25), "smtp+starttls": ("starttls", 587), "smtps": ("tls", 465)}
        if parts.scheme not in known or not parts.hostname:
            raise SettingsError(
                "SIMPUL_SMTP_URL begins with smtp://, smtp+starttls:// or smtps:// "
                "and names a host, like smtp+starttls://user:password@mail.example.org:587"
            )
        security, usual = known[parts.scheme]
        try:
            port = parts.port or usual
        except ValueError as error:
            raise SettingsError(f"SIMPUL_SMTP_URL: {error}") from error
        user = unquote(parts.username) if parts.username else None
        password = unquote(parts.password) if parts.password else None
        return cls(parts.hostname, port, user, password, security)


@dataclass(frozen=True, slots=True)
class Settings:
    """How this installation runs. See `docs/operating.md`."""

    environment: str
    secret_key: str
    database_url: str
    owner_url: str
    var: Path
    anchor_file: Path
    public_url: str
    mail_from: str
    smtp: SmtpServer | None
    trusted_proxies: int
    host: str
    port: int
    workers: int
    session_idle_days: int
    session_days: int

    @property
    def in_production(self) -> bool:
        """Whether strangers use this installation."""
        return self.environment == "production"

    @property
    def mail_directory(self) -> Path:
        """Where mail is put as `.eml` files while there is no mail server."""
        return self.var / "mail"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """Read the settings from `environ`, such as `os.environ`. Raises `SettingsError`."""
        reader = _Reader(environ)
        environment = reader.choice(
            "SIMPUL_ENVIRONMENT", "development", ("development", "production", "test")
        )
        var = reader.path("SIMPUL_VAR", PROJECT / "var")
        host, port = reader.text("SIMPUL_HOST", "127.0.0.1"), reader.number("PORT", 5000, 1, 65535)
        database_url = reader.database("SIMPUL_DATABASE_URL", f"sqlite:///{var / 'simpul.db'}")
        smtp_url = reader.text("SIMPUL_SMTP_URL", "")
        return cls(
            environment=environment,
            secret_key=_secret_key(reader, environment),
            database_url=database_url,
            owner_url=reader.database("SIMPUL_OWNER_URL", database_url),
            var=var,
            anchor_file=reader.path("SIMPUL_ANCHOR_FILE", var / "anchors"),
            public_url=reader.like(
                "SIMPUL_PUBLIC_URL", f"http://{host}:{port}", _PAGES, "an address of pages"
            ).rstrip("/"),
            mail_from=reader.like(
                "SIMPUL_MAIL_FROM", "Simpul <simpul@localhost>", _SENDER, "an address of mail"
            ),
            smtp=SmtpServer.from_url(smtp_url) if smtp_url else None,
            trusted_proxies=reader.number("SIMPUL_TRUSTED_PROXIES", 0, 0, 10),
            host=host,
            port=port,
            workers=reader.number("SIMPUL_WORKERS", 1, 1, 64),
            session_idle_days=reader.number("SIMPUL_SESSION_IDLE_DAYS", 14, 1, 365),
            session_days=reader.number("SIMPUL_SESSION_DAYS", 90, 1, 365),
        )


def _secret_key(reader: _Reader, environment: str) -> str:
    """Return the secret key. Raises `SettingsError` in production for one that is none."""
    key = reader.text("SIMPUL_SECRET_KEY", "")
    if environment != "production":
        return key or _DEVELOPMENT_SECRET
    make_one = "make one with: python3 -c 'import secrets; print(secrets.token_hex(32))'"
    if not key:
        raise SettingsError(f"Production needs SIMPUL_SECRET_KEY; {make_one}")
    if key == _DEVELOPMENT_SECRET or _PLACEHOLDERS.search(key):
        raise SettingsError(f"SIMPUL_SECRET_KEY is a default or a placeholder; {make_one}")
    if len(key) < _SHORTEST_SECRET or len(set(key)) < 10:
        raise SettingsError(
            f"SIMPUL_SECRET_KEY has fewer than {_SHORTEST_SECRET} characters, "
            f"or repeats too few; {make_one}"
        )
    return key


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads typed values; an empty variable counts as none. Raises `SettingsError`."""

    environ: Mapping[str, str]

    def text(self, name: str, default: str) -> str:
        return self.environ.get(name, "").strip() or default

    def path(self, name: str, default: Path) -> Path:
        return Path(self.text(name, str(default))).expanduser().absolute()

    def like(self, name: str, default: str, shape: re.Pattern[str], what: str) -> str:
        value = self.text(name, default)
        if not shape.fullmatch(value):
            raise SettingsError(f"{name} is {what}, not {value!r}")
        return value

    def database(self, name: str, default: str) -> str:
        """The message does not repeat the value: a password may stand in it."""
        value = self.text(name, default)
        if not _DATABASE.fullmatch(value):
            raise SettingsError(
                f"{name} is sqlite:/// and the path of a file, "
                "or postgresql+psycopg://user:password@host/database"
            )
        return value

    def choice(self, name: str, default: str, among: tuple[str, ...]) -> str:
        value = self.text(name, default)
        if value not in among:
            raise SettingsError(f"{name} is one of {', '.join(among)}, not {value!r}")
        return value

    def number(self, name: str, default: int, least: int, most: int) -> int:
        value: Any = self.text(name, str(default))
        if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
            raise SettingsError(f"{name} is a number from {least} to {most}, not {value!r}")
        return int(value)
