"""Pages go over the wire compressed, and no two times quite alike."""

import gzip

from flask.testing import FlaskClient

from ledger.web.packing import packed

PAGE = "/c/SB/SB001/take"


def test_browsers_that_take_gzip_get_the_same_page_in_fewer_bytes(siti: FlaskClient) -> None:
    plain = siti.get("/no-such-page", headers={"Accept-Encoding": "identity"})
    small = siti.get("/no-such-page", headers={"Accept-Encoding": "br, gzip"})
    assert small.headers["Content-Encoding"] == "gzip"
    assert len(small.data) < len(plain.data) / 2
    assert int(small.headers["Content-Length"]) == len(small.data)
    assert gzip.decompress(small.data).decode().startswith("<!doctype html>")
    assert "Content-Encoding" not in plain.headers
    for answer in (plain, small):
        assert "Accept-Encoding" in answer.headers["Vary"]


def test_a_browser_that_takes_none_or_refuses_it_gets_it_plain(siti: FlaskClient) -> None:
    for accepted in ("", "br", "gzip;q=0"):
        answer = siti.get(PAGE, headers={"Accept-Encoding": accepted})
        assert "Content-Encoding" not in answer.headers
        assert answer.text.startswith("<!doctype html>")


def test_what_is_no_page_is_left_as_it_is(siti: FlaskClient) -> None:
    answer = siti.get("/healthz", headers={"Accept-Encoding": "gzip"})
    assert answer.json == {"status": "ok"}
    assert "Content-Encoding" not in answer.headers


def test_the_same_page_has_many_lengths() -> None:
    page = b"<p>Saldo</p>" * 500
    sent = [packed(page) for _ in range(60)]
    assert len({len(one) for one in sent}) > 10
    assert {gzip.decompress(one) for one in sent} == {page}
