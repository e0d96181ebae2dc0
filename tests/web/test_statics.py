"""Styles and scripts: few bytes, kept for ever, ours alone."""

import gzip
import re

from flask.testing import FlaskClient

from ledger.web.statics import STATIC


def addresses(page: str) -> list[str]:
    return re.findall(r'(?:href|src)="(/static/[^"]+)"', page)


def test_names_change_with_the_content_and_never_expire(stranger: FlaskClient) -> None:
    found = addresses(stranger.get("/no-such-page").text)
    assert len(found) == 4
    for address in found:
        assert re.fullmatch(r"/static/\w+\.[0-9a-f]{12}\.(css|js|svg)", address)
        answer = stranger.get(address)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Set-Cookie" not in answer.headers


def test_browsers_that_take_gzip_get_what_was_compressed_at_start(stranger: FlaskClient) -> None:
    for address in addresses(stranger.get("/no-such-page").text):
        plain = stranger.get(address, headers={"Accept-Encoding": "identity"})
        packed = stranger.get(address, headers={"Accept-Encoding": "br, gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"


def test_a_page_weighs_little_the_first_time_and_less_after(siti: FlaskClient) -> None:
    page = siti.get("/c/SB/SB001/take")
    packed = [
        len(siti.get(address, headers={"Accept-Encoding": "gzip"}).data)
        for address in addresses(page.text)
    ]
    assert len(page.data) < 20_000
    assert len(page.data) + sum(packed) < 100_000


def test_pages_ask_nothing_of_other_hosts(siti: FlaskClient) -> None:
    page = siti.get("/c/SB/SB001/take").text
    assert re.findall(r'(?:href|src|action)="(?:https?:)?//[^"]*"', page) == []
    for file in STATIC.glob("*.css"):
        assert re.findall(r"url\([\"']?(?![\"']?data:)", file.read_text()) == []


def test_pages_hold_no_script_or_style_of_their_own(siti: FlaskClient) -> None:
    page = siti.get("/c/SB/SB001/take").text
    assert re.findall(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=", page) == []


def test_there_is_no_way_out_of_the_folder(stranger: FlaskClient) -> None:
    for address in ("simpul.css", "../app.py", "%2e%2e/app.py", "", "simpul.000000000000.css"):
        assert stranger.get(f"/static/{address}").status_code == 404
