"""Nobody else's page can make a visitor do something."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

GOT = {"payer": "SB002", "amount": "25,50", "what": "Beras", "request_key": "k" * 22}


@pytest.fixture
def careful(app: Flask, siti: FlaskClient) -> FlaskClient:
    """Siti's browser, with forms' tokens in force."""
    app.config["WTF_CSRF_ENABLED"] = True
    return siti


def token_of(client: FlaskClient) -> str:
    page = client.get("/c/SB/SB001/take").text
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def test_a_form_without_its_token_is_refused_with_a_page_that_helps(careful: FlaskClient) -> None:
    answer = careful.post("/c/SB/SB001/take", data=GOT)
    assert answer.status_code == 400
    assert "Nothing has been booked" in answer.text


def test_a_form_with_its_token_is_taken(careful: FlaskClient) -> None:
    careful.set_cookie("language", "id")
    answer = careful.post("/c/SB/SB001/take", data={**GOT, "csrf_token": token_of(careful)})
    assert answer.status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    ],
    ids=str,
)
def test_what_another_site_sends_is_refused_even_with_a_token(
    careful: FlaskClient, headers: dict[str, str]
) -> None:
    form = {**GOT, "csrf_token": token_of(careful)}
    assert careful.post("/c/SB/SB001/take", data=form, headers=headers).status_code == 403


def test_another_site_cannot_even_change_the_language(stranger: FlaskClient) -> None:
    answer = stranger.post(
        "/language", data={"language": "en"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403


def test_another_sites_link_still_leads_in(siti: FlaskClient) -> None:
    assert siti.get("/mine", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_pages_that_a_new_session_loads_at_once_agree_on_the_token(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()
    client.get("/in/token-of-siti")
    assert "Set-Cookie" not in client.get("/no-such-page").headers
    assert "Set-Cookie" not in client.get("/c/SB/SB001/take").headers
