"""The pages of market day over HTTP: the grid with and without script, sheets, objections."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from ledger.kernel import clock
from ledger.kernel.identifiers import new_request_key
from ledger.members import queries as members
from ledger.text.speaker import Speaker
from ledger.trades import queries
from ledger.trades.model import Slip, SlipBook, Trade
from ledger.trades.rules.objections import ObjectionEvent
from ledger.web.runtime import EXTENSION
from tests.communities import ACommunity, a_cell, a_community
from tests.databases import Database
from tests.pages import an_app, browser
from tests.trades.paper import a_coordinator, a_line, end, object_to, type_in

GRID = "/c/SB/slips"
ERROR = re.compile(r'id="([a-z]+-\d+)-error">([^<]+)<')


@dataclass
class Stall:
    """A coordinator before the grid, and the two cells that traded."""

    app: Flask
    community: ACommunity
    got: members.Acting
    gave: members.Acting
    citra: members.Standing
    client: FlaskClient

    @property
    def today(self) -> str:
        return clock.day_of(self.community.now, self.community.view.zone).isoformat()

    def form(self, *lines: dict[str, str], **more: str) -> dict[str, str]:
        """The grid as a browser sends it."""
        sent = {"occurred_on": self.today, "request_key": new_request_key(), **more}
        for place, line in enumerate(lines, start=1):
            filled = {"key": new_request_key(), **line}
            sent |= {f"{name}-{place}": value for name, value in filled.items()}
        return sent

    def count(self, model: Any) -> int:
        with Session(self.community.engine) as session:
            return int(session.query(model).count())


@pytest.fixture
def stall(database: Database, tmp_path: Path) -> Iterator[Stall]:
    with an_app(database, tmp_path) as app:
        community = a_community(app.extensions[EXTENSION].engine, clock.now(), transparency="own")
        got = community.enrol(a_cell("Yang Mendapat").with_limit(100))
        gave = community.enrol(a_cell("Yang Memberi"))
        citra = a_coordinator(community)
        client = browser(app, community, citra.person_id)
        yield Stall(app, community, got, gave, citra, client)


def a_row(number: int, amount: str = "5.00", **more: str) -> dict[str, str]:
    return {
        "book": "", "number": str(number), "from": "SB001", "to": "sb2", "amount": amount,
        "what": "Jamu", **more,
    }  # fmt: skip


def errors(text: str) -> dict[str, str]:
    return {name: said for name, said in ERROR.findall(text) if said}


def typed(text: str) -> dict[str, str]:
    """What stands in the fields of the lines."""
    fields = re.findall(r'name="([a-z]+-\d+)"[^>]*value="([^"]*)"', text)
    return {name: value for name, value in fields if value and not name.startswith("key")}


def told(text: str) -> str:
    """What stands at the foot of the grid."""
    (said,) = re.findall(r"data-told>([^<]*)<", text)
    return str(said)


def test_good_lines_are_booked_and_bad_ones_stand_there_with_their_reasons(stall: Stall) -> None:
    form = stall.form(
        a_row(1, book="a"), a_row(2, "1,5"), {}, a_row(3, to="Siapa"), a_row(4, "95.01"), a_row(5)
    )
    sent = stall.client.post(GRID, data=form)
    assert sent.status_code == 422
    assert "2 slips are booked: 10.00\u00a0poin in all." in sent.text
    assert "3 slips are not booked" in sent.text
    assert errors(sent.text) == {
        "amount-1": "Write the amount in digits, for example 12.50.",
        "to-2": "No cell has this number or name.",
        "amount-3": "This would pass the limit of SB001, so it cannot be booked.",
    }
    assert typed(sent.text) == {
        "book-1": "a", "number-1": "2", "from-1": "SB001", "to-1": "sb2", "amount-1": "1,5",
        "what-1": "Jamu",
        "book-2": "a", "number-2": "3", "from-2": "SB001", "to-2": "Siapa", "amount-2": "5.00",
        "what-2": "Jamu",
        "book-3": "a", "number-3": "4", "from-3": "SB001", "to-3": "sb2", "amount-3": "95.01",
        "what-3": "Jamu",
    }  # fmt: skip
    assert stall.community.balance(stall.gave) == 1000
    assert (stall.count(Trade), stall.count(Slip)) == (2, 2)


def test_a_whole_stack_is_sent_twice_and_booked_once(stall: Stall) -> None:
    form = stall.form(a_row(1, book="A"), a_row(2), a_row(3, "7.50"))
    places = {stall.client.post(GRID, data=form).location for _ in range(3)}
    assert len(places) == 1
    shown = stall.client.get(places.pop()).text
    assert "3 slips are booked: 17.50\u00a0poin in all." in shown
    assert typed(shown) == {"book-1": "A"}
    assert stall.community.balance(stall.gave) == 1750
    again = stall.client.post(GRID, data=stall.form(a_row(2, book="A")))
    assert "Slip A 2 was typed already" in errors(again.text)["number-1"]


def test_the_rest_of_a_stack_is_sent_once_it_is_mended(stall: Stall) -> None:
    form = stall.form(a_row(1, book="A"), a_row(2, to="Siapa"))
    stall.client.post(GRID, data=form)
    mended = stall.client.post(GRID, data={**form, "to-2": "SB002"})
    assert mended.status_code == 303
    assert "2 slips are booked" in stall.client.get(mended.location).text
    assert stall.community.balance(stall.gave) == 1000


def test_a_day_that_cannot_be_books_nothing(stall: Stall) -> None:
    for day, said in (("2020-01-01", "Choose a day from"), ("", "fill this in"), ("x", "Choose")):
        sent = stall.client.post(GRID, data=stall.form(a_row(1, book="A"), occurred_on=day))
        assert sent.status_code == 422
        assert said in sent.text.split('id="occurred_on-error"')[1][:200]
        assert typed(sent.text)["number-1"] == "1"
    assert stall.count(Trade) == 0


def test_what_is_damaged_books_nothing_and_is_said_at_its_line(stall: Stall) -> None:
    form = stall.form(a_row(1, book="A", key="short"), a_row(2), a_row(0), a_row(4, what="x" * 201))
    sent = stall.client.post(GRID, data={**form, "book-900": "A", "key-0": "x", "nonsense-1": "x"})
    found = errors(sent.text)
    assert "damaged" in found["line-1"]
    assert "number that is printed" in found["number-2"]
    assert "at most 200" in found["what-3"]
    assert stall.community.balance(stall.gave) == 500


def test_nothing_typed_and_too_much_typed(stall: Stall) -> None:
    nothing = stall.client.post(GRID, data=stall.form({"book": "A"}))
    assert nothing.status_code == 422
    assert "Type at least one slip." in nothing.text
    much = stall.client.post(GRID, data=stall.form(*(a_row(n, book="A") for n in range(1, 62))))
    assert much.status_code == 422
    assert "At most 60 slips" in much.text
    assert len([name for name in typed(much.text) if name.startswith("number")]) == 61
    assert stall.count(Trade) == 0


def test_looking_and_more_lines_book_nothing(stall: Stall) -> None:
    form = stall.form(a_row(1, book="A"), a_row(2, to="Siapa"))
    looked = stall.client.post(GRID, data={**form, "act": "check"})
    assert errors(looked.text) == {"to-2": "No cell has this number or name."}
    assert 'id="to-1-name">Yang Memberi<' in looked.text
    assert told(looked.text) == "1 slip to book, 5.00\u00a0poin in all. 1 still wrong."
    more = stall.client.post(GRID, data={**form, "act": "more"})
    assert more.status_code == 200
    assert more.text.count("<fieldset") == 12
    assert typed(more.text)["to-2"] == "Siapa"
    assert told(more.text) == told(looked.text)
    assert stall.count(Trade) == 0


def test_the_script_is_told_names_problems_count_and_sum(stall: Stall) -> None:
    form = stall.form(
        a_row(1, book="A"), {"number": "2", "from": "SB777"}, {}, a_row(1, "1000000.00")
    )
    told = stall.client.post(f"{GRID}/check", data=form).json
    assert told["lines"] == {
        "1": {"from": "Yang Mendapat", "to": "Yang Memberi", "errors": {}},
        "2": {"from": "", "to": "", "errors": {"from": "No cell has this number or name."}},
        "4": {
            "from": "Yang Mendapat",
            "to": "Yang Memberi",
            "errors": {"number": "Slip A 1 stands in a line above already."},
        },
    }
    assert told["told"] == "1 slip to book, 5.00\u00a0poin in all. 2 still wrong."
    begun = {**form, "from-2": "SB001", "number-4": "3"}
    told = stall.client.post(f"{GRID}/check", data=begun).json
    assert told["told"] == "2 slips to book, 1,000,005.00\u00a0poin in all. 1 unfinished."
    assert "limit" not in str(told)
    assert stall.count(Slip) == 0


def test_at_the_foot_stands_what_would_still_be_booked(stall: Stall) -> None:
    form = stall.form(a_row(1, book="A"), a_row(2, "95.01"), a_row(3, "1,5"))
    rest = stall.client.post(GRID, data=form)
    assert told(rest.text) == "0 slips to book, 0.00\u00a0poin in all. 2 still wrong."
    early = stall.client.post(GRID, data=stall.form(a_row(4), a_row(5, to="?"), occurred_on="x"))
    assert (
        told(early.text) == "0 slips to book, 0.00\u00a0poin in all. 1 still wrong. 1 unfinished."
    )


def test_both_sides_of_a_slip_have_the_same_names_on_paper_and_on_the_screen(stall: Stall) -> None:
    sides = ("Who got goods or services (balance goes down)",
             "Who gave goods or services (balance goes up)")  # fmt: skip
    names = re.findall(r'<label class="form-label" for="(?:from|to)-1">([^<]+)<',
                       stall.client.get(GRID).text)  # fmt: skip
    assert tuple(names) == sides
    form = {"book": "a", "sheets": "1", "request_key": new_request_key()}
    paper = stall.client.get(stall.client.post(f"{GRID}/sheets", data=form).location).text
    for side in sides:
        said = Speaker("id").gettext(side)
        assert said != side
        assert paper.count(f"<dt>{said}: nomor dan nama</dt>") == 8
    (line,) = type_in(stall.community, stall.citra, a_line("A", 7, "1", "2", 30))
    about = stall.client.get(f"/c/SB/objections/{object_to(stall.community, stall.got, line)}").text
    assert all(f"<dt>{side}</dt>" in about for side in sides)
    assert (
        "Yang Memberi SB002 gave to Yang Mendapat SB001" in stall.client.get(f"{GRID}/typed").text
    )


def test_empty_slips_are_printed_in_the_communitys_language_once_per_number(stall: Stall) -> None:
    form = {"book": "a", "sheets": "2", "request_key": new_request_key()}
    made = {stall.client.post(f"{GRID}/sheets", data=form).location for _ in range(2)}
    assert made == {"/c/SB/slips/sheets/A"}
    page = stall.client.get(made.pop()).text
    assert re.findall(r"<strong>Slip A (\d+)</strong>", page) == [str(n) for n in range(1, 17)]
    assert "Komunitas SB" in page
    assert "bukan alat pembayaran" in page
    assert "Jumlah (poin)" in page
    other = {**form, "request_key": new_request_key()}
    refused = stall.client.post(f"{GRID}/sheets", data=other)
    assert refused.status_code == 409
    assert "Name another" in refused.text
    assert 'value="B"' in stall.client.get(f"{GRID}/sheets").text
    for wrong in ({"sheets": "13"}, {"book": "-"}):
        bad = {**form, "book": "C", "request_key": new_request_key(), **wrong}
        assert stall.client.post(f"{GRID}/sheets", data=bad).status_code == 422
    assert stall.client.get(f"{GRID}/sheets/Z").status_code == 404
    assert stall.count(SlipBook) == 1


def test_what_was_typed_is_listed_by_book(stall: Stall) -> None:
    type_in(
        stall.community,
        stall.citra,
        *(a_line("A", number, "1", "2", 1) for number in range(1, 52)),
        a_line("B", 3, "1", "2", 1, "Kunyit"),
    )
    listed = stall.client.get(f"{GRID}/typed").text
    assert re.findall(r"slip ([AB] \d+)", listed)[:2] == ["B 3", "A 51"]
    assert "typed by Orang" in listed
    (older,) = re.findall(r'rel="next" href="([^"]+)"', listed)
    assert re.findall(r"slip ([AB] \d+)", stall.client.get(older).text) == ["A 2", "A 1"]
    only = stall.client.get(f"{GRID}/typed?book=b").text
    assert re.findall(r"slip ([AB] \d+)", only) == ["B 3"]
    assert "Nothing was typed from book C." in stall.client.get(f"{GRID}/typed?book=c").text
    assert stall.client.get(f"{GRID}/typed?book=-").status_code == 422


def test_an_objection_is_raised_listed_and_answered(stall: Stall) -> None:
    (line,) = type_in(stall.community, stall.citra, a_line("A", 7, "1", "2", 30))
    cell = browser(stall.app, stall.community, stall.got)
    home = cell.get("/c/SB/SB001/").text
    assert "1 paper slip was booked for you" in home
    assert "paper slip A 7, typed by" in home
    assert f"/trades/{line.token}" in cell.get("/c/SB/SB001/slips").text
    address = f"/c/SB/SB001/trades/{line.token}"
    silent = cell.post(f"{address}/object", data={"request_key": new_request_key()})
    assert silent.status_code == 422
    assert 'id="objection-error"' in silent.text
    form = {"request_key": new_request_key(), "objection": "Seharusnya 3"}
    assert {cell.post(f"{address}/object", data=form).location for _ in range(2)} == {address}
    assert "You objected:" in cell.get(address).text
    assert "You objected to slip A 7" in cell.get("/c/SB/SB001/").text
    for page in ("/c/SB/desk", "/c/SB/"):
        assert "Objection to slip A 7" in stall.client.get(page).text
    listed = stall.client.get("/c/SB/objections").text
    assert "Seharusnya 3" in listed
    at = re.findall(r"/c/SB/objections/\d+", listed)[0]
    ending = {"request_key": new_request_key(), "event": "answer", "answer": ""}
    assert 'id="answer-error"' in stall.client.post(at, data=ending).text
    ending["answer"] = "Di kertas tertulis 30"
    assert {stall.client.post(at, data=ending).location for _ in range(2)} == {at}
    assert "Di kertas tertulis 30" in cell.get(address).text
    assert "Objection to slip A 7" not in stall.client.get("/c/SB/desk").text
    late = {**ending, "event": "reverse", "request_key": new_request_key()}
    assert stall.client.post(at, data=late).status_code == 409
    assert stall.community.balance(stall.gave) == 3000


def test_what_is_reversed_upon_an_objection_says_so(stall: Stall) -> None:
    (line,) = type_in(stall.community, stall.citra, a_line("A", 7, "1", "2", 30))
    objection = object_to(stall.community, stall.gave, line)
    end(stall.community, stall.citra, objection, ObjectionEvent.REVERSE, "Salah ketik")
    cell = browser(stall.app, stall.community, stall.got)
    page = cell.get(f"/c/SB/SB001/trades/{line.token}").text
    assert "reversed by a coordinator" in page
    assert "Salah ketik" in page
    assert f"/trades/{line.token}/object" not in page
    stranger = stall.app.test_client().get(f"/r/{line.token}", headers={"Accept-Language": "en"})
    assert "It no longer counts." in stranger.text
    assert "A 7" in stranger.text
    assert "Salah ketik" not in stranger.text


def test_who_acts_for_a_side_is_shown_no_way_to_end_it(stall: Stall) -> None:
    holder = a_coordinator(stall.community, stall.gave.person_id)
    (line,) = type_in(stall.community, stall.citra, a_line("A", 7, "1", "2", 30))
    at = f"/c/SB/objections/{object_to(stall.community, stall.got, line)}"
    client = browser(stall.app, stall.community, holder.person_id)
    assert "another coordinator answers this" in client.get(at).text
    sent = {"request_key": new_request_key(), "event": "reverse", "answer": "Ya"}
    assert client.post(at, data=sent).status_code == 403
    assert stall.community.balance(stall.gave) == 3000


def test_the_objections_of_another_community_are_not_there(stall: Stall) -> None:
    (line,) = type_in(stall.community, stall.citra, a_line("A", 7, "1", "2", 30))
    number = object_to(stall.community, stall.got, line)
    abroad = a_community(stall.community.engine, stall.community.now, "XX")
    client = browser(stall.app, abroad, a_coordinator(abroad).person_id)
    assert client.get(f"/c/SB/objections/{number}").status_code == 404
    seen = {client.get(f"/c/XX/objections/{one}").status_code for one in (number, number + 9)}
    assert seen == {404}
    with Session(abroad.engine) as session:
        assert queries.open_objections(session, abroad.view) == []
