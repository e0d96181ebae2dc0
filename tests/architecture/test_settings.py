"""Settings: all documented, and none that production should not start with."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.cli import FlaskGroup

from app import create_app
from config import PROJECT, Settings, SettingsError, SmtpServer

GOOD_KEY = "0f4b1c77d2a9e6358b0c4d1e2f3a4b5c"


class Recorder(dict[str, str]):
    """An empty environment that remembers what it was asked for."""

    asked: set[str]

    def __init__(self) -> None:
        super().__init__()
        self.asked = set()

    def get(self, name: str, default: str = "") -> str:
        self.asked.add(name)
        return default


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    environment = Recorder()
    Settings.from_environment(environment)
    text = (PROJECT / "docs" / "operating.md").read_text()
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", text, re.MULTILINE)) == environment.asked


def test_only_the_settings_read_the_environment() -> None:
    readers = [
        file.relative_to(PROJECT).as_posix()
        for file in (PROJECT / "ledger").rglob("*.py")
        if re.search(
            r"\bos\.(environ|getenv)\b|from os import .*(environ|getenv)", file.read_text()
        )
    ]
    assert readers == []


@pytest.mark.parametrize(
    "key",
    ["", "short", "a" * 64, "development-only-not-a-secret-at-all", "please-CHANGE-ME-" + GOOD_KEY],
)
def test_production_refuses_a_key_that_is_none(key: str) -> None:
    with pytest.raises(SettingsError, match="make one with"):
        Settings.from_environment({"SIMPUL_ENVIRONMENT": "production", "SIMPUL_SECRET_KEY": key})


def test_production_starts_with_a_key_of_its_own() -> None:
    settings = Settings.from_environment(
        {"SIMPUL_ENVIRONMENT": "production", "SIMPUL_SECRET_KEY": GOOD_KEY}
    )
    assert settings.in_production
    assert settings.secret_key == GOOD_KEY


def test_the_owner_and_the_anchors_follow_from_the_rest(tmp_path: Path) -> None:
    settings = Settings.from_environment({"SIMPUL_VAR": str(tmp_path)})
    assert settings.owner_url == settings.database_url == f"sqlite:///{tmp_path}/simpul.db"
    assert settings.anchor_file == tmp_path / "anchors"
    assert settings.mail_directory == tmp_path / "mail"


def test_a_mail_server_is_read_from_its_address() -> None:
    assert SmtpServer.from_url("smtp+starttls://sb%40x:p%3Aw@mail.example.org") == SmtpServer(
        "mail.example.org", 587, "sb@x", "p:w", "starttls"
    )
    assert SmtpServer.from_url("smtps://mail.example.org:4650").port == 4650


@pytest.mark.parametrize(
    "environment",
    [
        {"PORT": "0"},
        {"PORT": "many"},
        {"SIMPUL_ENVIRONMENT": "staging"},
        {"SIMPUL_SMTP_URL": "mail.example.org"},
        {"SIMPUL_SMTP_URL": "smtp://mail.example.org:99999"},
        {"SIMPUL_TRUSTED_PROXIES": "-1"},
        {"SIMPUL_DATABASE_URL": "mysql://root:hush@localhost/simpul"},
        {"SIMPUL_DATABASE_URL": "simpul.db"},
        {"SIMPUL_DATABASE_URL": "sqlite://"},
        {"SIMPUL_DATABASE_URL": "sqlite:///:memory:"},
        {"SIMPUL_OWNER_URL": "postgresql"},
        {"SIMPUL_PUBLIC_URL": "simpul.example.org"},
        {"SIMPUL_MAIL_FROM": "Simpul"},
    ],
)
def test_a_setting_without_sense_stops_the_start_and_is_named(environment: dict[str, str]) -> None:
    (name,) = environment
    with pytest.raises(SettingsError, match=name) as failure:
        Settings.from_environment(environment)
    assert "hush" not in str(failure.value)


@pytest.mark.parametrize(
    "environment",
    [
        {"SIMPUL_DATABASE_URL": "sqlite:////var/lib/simpul/simpul.db"},
        {"SIMPUL_DATABASE_URL": "postgresql+psycopg://web:a%40b@/simpul?host=/run/postgresql"},
        {"SIMPUL_PUBLIC_URL": "https://simpul.example.org/bandung/"},
        {"SIMPUL_MAIL_FROM": "simpul@example.org"},
        {"SIMPUL_MAIL_FROM": "Simpul Bandung\N{EN DASH}Sragen <simpul@example.org>"},
    ],
)
def test_a_setting_that_makes_sense_is_taken(environment: dict[str, str]) -> None:
    Settings.from_environment(environment)


def test_the_command_line_says_which_setting_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIMPUL_WORKERS", "none")
    result = CliRunner().invoke(FlaskGroup(create_app=create_app), ["routes"])
    assert result.exit_code == 1
    assert result.output == "Error: SIMPUL_WORKERS is a number from 1 to 64, not 'none'\n"
