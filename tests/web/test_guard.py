"""Everything is closed unless its view says to whom it is open."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ledger.web import guard


@pytest.mark.parametrize("address", ["/mine", "/c/SB/SB001/stand", "/c/SB/everyone", "/c/SB/paper"])
def test_strangers_are_asked_to_sign_in_and_brought_back(
    stranger: FlaskClient, address: str
) -> None:
    answer = stranger.get(address)
    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=" + address.replace("/", "%2F")


def test_a_strangers_post_is_refused_not_redirected(stranger: FlaskClient) -> None:
    assert stranger.post("/out").status_code == 401


@pytest.mark.parametrize(
    ("address", "of_siti", "of_budi"),
    [
        ("/open", 200, 200),
        ("/mine", 200, 200),
        ("/c/SB/SB001/stand", 200, 404),
        ("/c/SB/SB002/stand", 404, 404),
        ("/c/SB/SB1/", 404, 404),
        ("/c/SB/sb001/", 404, 404),
        ("/c/XX/XX001/stand", 404, 404),
        ("/c/SB/SB999999999999/", 404, 404),
        ("/c/SB/everyone", 200, 200),
        ("/c/XX/everyone", 404, 404),
        ("/c/SB/paper", 403, 200),
        ("/c/XX/paper", 404, 404),
        ("/c/SB/audit", 403, 403),
        ("/nowhere", 404, 404),
    ],
)
def test_each_person_sees_what_is_theirs(
    siti: FlaskClient, budi: FlaskClient, address: str, of_siti: int, of_budi: int
) -> None:
    assert siti.get(address).status_code == of_siti
    assert budi.get(address).status_code == of_budi


def test_the_foreign_and_the_unknown_look_the_same(siti: FlaskClient) -> None:
    pages = [siti.get(f"/c/{place}/stand").text for place in ("SB/SB002", "SB/SB777", "XX/XX001")]
    told = {page.replace(place, "") for page, place in zip(
        pages, ("/c/SB/SB002/stand", "/c/SB/SB777/stand", "/c/XX/XX001/stand"), strict=True
    )}  # fmt: skip
    without_tokens = {page.split("csrf_token")[0] for page in told}
    assert len(without_tokens) == 1


def test_a_page_speaks_in_the_zone_of_its_community(siti: FlaskClient) -> None:
    assert siti.get("/c/SB/SB001/stand").json == {"speaker": "Asia/Makassar", "account": 1}
    assert siti.get("/mine").json == {"speaker": "Asia/Jakarta", "account": 0}


def test_a_view_that_does_not_say_is_closed_and_named(app: Flask, siti: FlaskClient) -> None:
    app._got_first_request = False
    app.add_url_rule("/forgotten", "forgotten", lambda: "open!")
    assert siti.get("/forgotten").status_code == 403
    assert guard.undeclared(app) == ["forgotten"]


def test_an_audience_nobody_knows_is_an_error() -> None:
    with pytest.raises(ValueError, match="open to some of"):
        guard.open_to("everybody")
    with pytest.raises(ValueError, match="open to some of"):
        guard.open_to()


def test_signing_out_ends_the_session_and_clears_the_phone(siti: FlaskClient) -> None:
    answer = siti.post("/out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert siti.get("/mine").status_code == 303


def test_a_session_that_ended_elsewhere_opens_nothing(siti: FlaskClient) -> None:
    from tests.web.conftest import PEOPLE

    taken = PEOPLE.pop("token-of-siti")
    try:
        assert siti.get("/mine").status_code == 303
    finally:
        PEOPLE["token-of-siti"] = taken


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(tmp_path: Path) -> None:
    from tests.web.conftest import house

    app = house(tmp_path, SIMPUL_PUBLIC_URL="https://simpul.example.org")
    app.config["WTF_CSRF_ENABLED"] = False
    cookies = app.test_client().post("/in/token-of-siti").headers.getlist("Set-Cookie")
    held = {cookie.split("=")[0]: set(cookie.split("; ")) for cookie in cookies}
    assert set(held) == {"__Host-simpul", "language"}
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= held["__Host-simpul"]


ELSEWHERE = [
    "//evil.example", " /a", "///evil.example", "/\\evil.example", "\\/evil.example", "https://evil.example",
    "http:evil.example", "javascript:alert(1)", "/%0d%0aLocation:x\r\n", "/\t/evil.example", "",
    "evil.example", "//evil.example/c/SB", "/\x00", "/ev\u2025il", "data:text/html,x", "/a\n",
    "/" + "a" * 600,
]  # fmt: skip


@pytest.mark.parametrize("address", ELSEWHERE, ids=repr)
def test_the_way_back_never_leaves_the_house(address: str) -> None:
    assert guard.safe_next(address) == "/"


@pytest.mark.parametrize("address", ["/", "/c/SB/SB001/stand", "/c/SB/SB001/history?before=5"])
def test_the_way_back_leads_to_where_one_was(address: str) -> None:
    assert guard.safe_next(address) == address
