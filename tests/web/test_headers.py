"""What every answer tells the browser."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from ledger.web import guard
from tests.web.conftest import house

EVERYWHERE = ["/open", "/no-such-page", "/broken", "/mine", "/healthz", "/c/SB/SB001/take"]


@pytest.mark.parametrize("address", EVERYWHERE)
def test_every_answer_carries_the_policy(siti: FlaskClient, address: str) -> None:
    headers = siti.get(address).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "charset=utf-8" in headers["Content-Type"] or headers["Content-Type"].endswith("json")


def test_what_a_signed_in_person_sees_is_not_stored(
    siti: FlaskClient, stranger: FlaskClient
) -> None:
    assert siti.get("/mine").headers["Cache-Control"] == "no-store"
    assert siti.get("/open").headers["Cache-Control"] == "no-store"
    public = stranger.get("/open").headers
    assert public["Cache-Control"] == "no-cache"
    assert "Cookie" in public["Vary"]


def test_production_insists_on_an_encrypted_line(tmp_path: Path, stranger: FlaskClient) -> None:
    app = house(
        tmp_path,
        SIMPUL_ENVIRONMENT="production",
        SIMPUL_SECRET_KEY="0f4b1c77d2a9e6358b0c4d1e2f3a4b5c",
        SIMPUL_PUBLIC_URL="https://simpul.example.org",
    )
    secure = app.test_client().get("/open").headers["Strict-Transport-Security"]
    assert secure == "max-age=63072000; includeSubDomains"
    assert "Strict-Transport-Security" not in stranger.get("/open").headers


def test_forwarded_addresses_count_only_behind_a_trusted_proxy(tmp_path: Path) -> None:
    from flask import Flask, request

    def who(app: Flask) -> str:
        app.add_url_rule("/who", "who", guard.open_to("anyone")(lambda: f"{request.remote_addr}"))
        return app.test_client().get("/who", headers={"X-Forwarded-For": "203.0.113.9"}).text

    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert who(house(tmp_path / "a")) == "127.0.0.1"
    assert who(house(tmp_path / "b", SIMPUL_TRUSTED_PROXIES="1")) == "203.0.113.9"
