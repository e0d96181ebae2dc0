"""Stacks of slips that are begun: kept as typed, continued by anybody, never written over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.jobs.model import Job
from ledger.jobs.service import run_due
from ledger.journal import queries as books
from ledger.kernel import clock
from ledger.kernel.errors import LedgerError
from ledger.kernel.identifiers import new_request_key
from ledger.members.queries import Acting
from ledger.members.service import leaving
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.text.speaker import Speaker
from ledger.trades import queries, service
from ledger.trades.errors import StackGone, StackMoved, TooManyStacks
from ledger.trades.model import SlipStack
from ledger.trades.rules.stacks import FIELDS, KEPT_FOR, MOST_STACKS, Typing, read
from ledger.trades.service import SaveStack
from ledger.web.runtime import EXTENSION
from tests.communities import ACommunity, a_cell, a_community
from tests.databases import Database
from tests.pages import an_app, browser
from tests.trades.paper import a_coordinator, a_typed, begin, save

GRID = "/c/SB/slips"


@pytest.fixture
def app(database: Database, tmp_path: Path) -> Iterator[Flask]:
    with an_app(database, tmp_path) as app:
        yield app


@pytest.fixture
def community(app: Flask) -> ACommunity:
    community = a_community(app.extensions[EXTENSION].engine, clock.now(), transparency="own")
    community.enrol(a_cell("Yang Mendapat").with_limit(100))
    community.enrol(a_cell("Yang Memberi"))
    return community


def received(community: ACommunity) -> int:
    """The balance of the cell that gave."""
    with Session(community.engine) as session:
        return books.account(session, community.view.id, 2).balance


@pytest.fixture
def dewi(app: Flask, community: ACommunity) -> FlaskClient:
    return browser(app, community, a_coordinator(community).person_id)


@pytest.fixture
def rina(app: Flask, community: ACommunity) -> FlaskClient:
    return browser(app, community, a_coordinator(community).person_id)


def fields(text: str) -> dict[str, str]:
    """All that the grid of a page would send, as the browser of somebody without script does."""
    form = text.partition("data-slips")[2].partition("</form>")[0]
    found = re.findall(r"<input[^>]*>", form)
    inputs = [dict(re.findall(r'\b(name|value)="([^"]*)"', one)) for one in found]
    return {one["name"]: one.get("value", "") for one in inputs if one["name"] != "csrf_token"}


def filled(client: FlaskClient, *lines: dict[str, str], at: str = GRID) -> dict[str, str]:
    """A grid as it is opened, with these lines typed into it."""
    sent = fields(client.get(at).text)
    for place, line in enumerate(lines, start=1):
        sent |= {f"{name}-{place}": value for name, value in line.items() if name != "key"}
    return sent


def waiting(community: ACommunity) -> list[list[str]]:
    """The numbers of the slips in each stack that waits."""
    with Session(community.engine) as session:
        begun = queries.stacks_begun(session, community.view, community.now)
    return [[line["number"] for line in one.typing.lines] for one in begun]


def test_a_stack_is_saved_as_typed_and_continued_by_another_on_another_phone(
    community: ACommunity, dewi: FlaskClient, rina: FlaskClient
) -> None:
    form = filled(dewi, a_typed("a", 1), a_typed("", 2, "1,5", to=""))
    saved = dewi.post(GRID, data={**form, "occurred_on": "besok", "act": "save"})
    assert saved.status_code == 303
    assert re.fullmatch(rf"{GRID}/stacks/[\w-]+", saved.location)
    listed = rina.get(GRID).text
    assert "2 slips" in listed
    assert f'href="{saved.location}"' in listed
    page = rina.get(saved.location)
    assert page.status_code == 200
    assert "begun by Orang" in page.text
    typed = fields(page.text)
    assert {name: typed[name] for name in ("number-2", "to-2", "amount-2", "occurred_on")} == {
        "number-2": "2", "to-2": "", "amount-2": "1,5", "occurred_on": "besok",
    }  # fmt: skip
    assert (typed["key-1"], typed["version"]) == (form["key-1"], "1")
    assert 'id="to-2-error" hidden' in page.text, "what is still to come is not wrong"
    mended = {**typed, "to-2": "2", "amount-2": "1.50", "occurred_on": form["occurred_on"]}
    booked = rina.post(GRID, data=mended)
    assert booked.status_code == 303
    assert received(community) == 650
    assert waiting(community) == []
    assert dewi.get(saved.location).status_code == 404


def test_of_two_who_type_at_once_the_second_is_told_and_loses_nothing(
    community: ACommunity, dewi: FlaskClient, rina: FlaskClient
) -> None:
    first = dewi.post(GRID, data={**filled(dewi, a_typed("A", 1)), "act": "save"}).location
    here, there = filled(dewi, at=first), filled(rina, at=first)
    there |= {"number-2": "2", "from-2": "1", "act": "save"}
    assert rina.post(GRID, data=there).status_code == 303
    here |= {"number-2": "3", "from-2": "2"}
    for _ in range(2):
        late = dewi.post(GRID, data={**here, "act": "save"})
        assert late.status_code == 409
        assert "has saved this stack from another screen" in late.text
        assert fields(late.text)["number-2"] == "3"
    assert waiting(community) == [["1", "2"]]
    quiet = dewi.post(f"{GRID}/check", data=here).json
    assert "has saved this stack" in quiet["stack"]["refused"]
    assert quiet["stack"]["version"] == 1
    apart = dewi.post(GRID, data={**fields(late.text), "act": "apart"})
    assert apart.location != first
    assert waiting(community) == [["1", "3"], ["1", "2"]]
    keys = [fields(dewi.get(at).text)["key-1"] for at in (first, apart.location)]
    assert len(set(keys)) == 2


def test_only_what_is_booked_goes_from_a_stack(
    community: ACommunity, dewi: FlaskClient, rina: FlaskClient
) -> None:
    lines = (a_typed("A", 1), a_typed("A", 2, "100.00"), a_typed("A", 3))
    at = dewi.post(GRID, data={**filled(dewi, *lines), "act": "save"}).location
    behind = {**filled(rina, at=at), "number-4": "5"}
    rest = dewi.post(GRID, data=filled(dewi, at=at))
    assert "2 slips are booked" in rest.text
    assert waiting(community) == [["2"]]
    assert rina.post(GRID, data={**behind, "act": "save"}).status_code == 409
    again = {**fields(rest.text), "number-2": "4", "from-2": "1", "act": "save"}
    assert dewi.post(GRID, data=again).location == at
    assert waiting(community) == [["2", "4"]]
    assert rina.post(GRID, data=behind).status_code == 422
    assert waiting(community) == [["2", "4"]], "what was added meanwhile stays"


def test_it_is_kept_quietly_while_one_types_and_thrown_away_by_a_button(
    community: ACommunity, dewi: FlaskClient, rina: FlaskClient
) -> None:
    form = filled(dewi, a_typed("A", 1))
    kept = dewi.post(f"{GRID}/check", data=form).json["stack"]
    assert kept["version"] == 1
    assert "any coordinator can continue it" in kept["told"]
    for number in ("1", "2", "2"):  # the answers before were lost: the page still says 0
        assert dewi.post(f"{GRID}/check", data={**form, "number-1": number}).json["stack"]["told"]
    assert waiting(community) == [["2"]]
    at = f"{GRID}/stacks/{form['request_key']}"
    assert dewi.post(f"{at}/drop", data={"version": "1"}).location == f"{at}?kept=1"
    assert "so it is not thrown away" in dewi.get(f"{at}?kept=1").text
    version = fields(rina.get(at).text)["version"]
    assert rina.post(f"{at}/drop", data={"version": version}).location == GRID
    assert waiting(community) == []
    gone = dewi.post(GRID, data={**form, "version": version, "act": "save"})
    assert gone.status_code == 409
    assert "booked or thrown away from another screen" in gone.text
    emptied = {**form, "request_key": new_request_key(), "act": ""}
    assert dewi.post(f"{GRID}/check", data=emptied).json["stack"]["version"] == 1
    bare = {name: "" if name.endswith("-1") else value for name, value in emptied.items()}
    assert dewi.post(f"{GRID}/check", data={**bare, "version": "1"}).json["stack"]["version"] == 0
    assert waiting(community) == []


def test_amounts_are_read_in_the_notation_in_which_they_were_typed(
    community: ACommunity, dewi: FlaskClient
) -> None:
    lines = (a_typed("A", 1, "1.500"), a_typed("A", 2, "2,5"), a_typed("A", 3, "9.99"))
    page = begin(community, a_coordinator(community), *lines, language="id")
    shown = fields(dewi.get(f"{GRID}/stacks/{page.batch}").text)
    assert [shown[f"amount-{place}"] for place in (1, 2, 3)] == ["1,500.00", "2.50", ""]
    assert dewi.post(f"{GRID}/check", data=shown).json["stack"]["version"] == 1
    assert "1.500" in _contents(community), "who only reads it changes nothing"
    mended = {**shown, "amount-3": "9.99"}
    assert dewi.post(f"{GRID}/check", data=mended).json["stack"]["version"] == 2
    assert "1,500.00" in _contents(community)


def test_saving_the_same_changes_nothing_and_a_late_saving_brings_nothing_back(
    community: ACommunity,
) -> None:
    citra = a_coordinator(community)
    page = begin(community, citra, a_typed("A", 1), a_typed("A", 2))
    assert save(community, citra, page) == 1
    in_unit_of_work(
        community.engine, lambda db: service.drop_stack(db, citra, page.batch, page.version)
    )
    with pytest.raises(StackGone):
        save(community, citra, page)
    for _ in range(MOST_STACKS):
        begin(community, citra, a_typed("A", 1))
    with pytest.raises(TooManyStacks):
        begin(community, citra, a_typed("A", 1))


def test_of_two_at_the_same_moment_one_is_saved_and_one_is_told(community: ACommunity) -> None:
    citra = a_coordinator(community)
    page = begin(community, citra, a_typed("A", 1))
    both, outcomes = Barrier(2), []

    def write(number: int) -> None:
        typing = Typing(page.typing.day, (a_typed("A", number),))
        own = replace(page, pen=new_request_key(), typing=typing)
        both.wait()
        try:
            outcomes.append(str(save(community, citra, own)))
        except LedgerError as error:
            outcomes.append(error.code)

    threads = [Thread(target=write, args=(number,)) for number in (2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["2", StackMoved.code]


def test_what_is_booked_meanwhile_is_not_saved_again(
    community: ACommunity, dewi: FlaskClient
) -> None:
    form = filled(dewi, a_typed("A", 1))
    assert dewi.post(GRID, data=form).status_code == 303
    assert dewi.post(f"{GRID}/check", data=form).json["stack"]["version"] == 0
    assert waiting(community) == []


def test_another_communitys_stacks_are_not_there(app: Flask, community: ACommunity) -> None:
    page: SaveStack = begin(community, a_coordinator(community), a_typed("A", 1))
    abroad = a_community(community.engine, community.now, "XX")
    client = browser(app, abroad, a_coordinator(abroad).person_id)
    assert "stacks/" not in client.get("/c/XX/slips").text
    for code in ("SB", "XX"):
        assert client.get(f"/c/{code}/slips/stacks/{page.batch}").status_code == 404
    assert client.post(f"/c/XX/slips/stacks/{page.batch}/drop", data={"version": "1"}).location
    assert waiting(community) == [["1"]]


def test_what_nobody_changes_for_thirty_days_goes(
    app: Flask, community: ACommunity, dewi: FlaskClient
) -> None:
    citra, now = a_coordinator(community), community.now
    begun = community.later(days=-29, hours=-23)
    page = begin(begun, citra, a_typed("A", 1))
    assert save(community, citra, page) == 1, "to look at it changes nothing"
    day = Speaker("en", community.view.zone).day(begun.now + KEPT_FOR)
    for at in (GRID, f"{GRID}/stacks/{page.batch}"):
        assert f"deleted on {day} unless somebody changes it" in dewi.get(at).text
    (work,) = (one for one in app.extensions[EXTENSION].regular if one.name == "old stacks")
    work.act(now)
    assert waiting(community) == [["1"]]
    typing = Typing(page.typing.day, (a_typed("A", 2),))
    kept = begin(begun, citra, a_typed("A", 3))
    assert save(community, citra, replace(kept, typing=typing)) == 2
    later = community.later(hours=1)
    assert waiting(later) == [["2"]], "gone at once, whether or not due work came by"
    assert _rows(community) == 2
    work.act(later.now)
    assert _rows(community) == 1
    work.act(now + KEPT_FOR)
    assert _rows(community) == 0


def _contents(community: ACommunity) -> str:
    with Session(community.engine) as session:
        return "".join(session.scalars(select(SlipStack.content)))


def _rows(community: ACommunity) -> int:
    with Session(community.engine) as session:
        return session.scalar(select(func.count()).select_from(SlipStack)) or 0


def _leave(app: Flask, community: ACommunity, who: Acting, *, erase: bool) -> None:
    in_unit_of_work(
        community.engine,
        lambda db: leaving.leave(db, who, erase=erase, now=community.now),
    )
    parts = app.extensions[EXTENSION]
    for _ in range(2):
        run_due(parts.engine, parts.job_handlers, community.now + timedelta(minutes=1))


@pytest.mark.parametrize("erase", [True, False])
def test_lines_that_name_a_cell_go_with_it(
    app: Flask, community: ACommunity, dewi: FlaskClient, *, erase: bool
) -> None:
    yem = community.enrol(a_cell("Jamu Ibu Yem"))
    community.enrol(a_cell("Jamu Bu Tri"))
    citra = a_coordinator(community)
    lines = [
        a_typed("A", 1, to="SB003 Jamu Ibu Yem"),
        a_typed("A", 2, **{"from": "3"}),
        a_typed("A", 3, to="jamu  IBU yem"),
        a_typed("A", 4, to="yem"),
        a_typed("A", 5, to="jamu"),
        a_typed("A", 6, to="Ibu Yatmi"),
        a_typed("A", 7, to=""),
    ]
    page = begin(community, citra, *lines)
    begin(community, citra, *lines[:2])
    here = filled(dewi, at=f"{GRID}/stacks/{page.batch}")
    _leave(app, community, yem, erase=erase)
    every = [["1", "2"], ["1", "2", "3", "4", "5", "6", "7"]]
    assert sorted(waiting(community)) == ([["5", "6", "7"]] if erase else every)
    with Session(community.engine) as session:
        told = " ".join(session.scalars(select(Job.payload).where(Job.kind == "cell_left")))
    assert "Yem" not in told
    now = filled(dewi, at=f"{GRID}/stacks/{page.batch}")
    given = {now[f"number-{place}"]: now[f"to-{place}"] for place in (1, 2, 3)}
    if erase:
        assert given == {"5": "", "6": "Ibu Yatmi", "7": ""}, "nobody knows whom it meant"
    late = dewi.post(GRID, data={**here, "number-7": "8", "act": "save"})
    assert late.status_code == (409 if erase else 303)


def test_a_field_that_may_have_meant_who_left_does_not_come_to_mean_another(
    app: Flask, community: ACommunity
) -> None:
    """`jamu` meant two cells and was refused; once one is erased it would mean the other."""
    yem = community.enrol(a_cell("Jamu Ibu Yem 5"))
    for name in ("Jamu Bu Tri", "Ibu", "Jamu Ibu Yem 5"):
        community.enrol(a_cell(name))
    texts = ["jamu", "Jamu Bu", "ibu", "5", "SB005 Ibu", "Jamu Ibu Yem 5", "yem"]
    kept = ["", "Jamu Bu", "ibu", "5", "SB005 Ibu", "", ""]
    lines = [a_typed("A", place, **{"from": text}) for place, text in enumerate(texts, start=1)]
    lines.append({**dict.fromkeys(FIELDS, ""), "book": "A", "from": "jamu"})
    begin(community, a_coordinator(community), *lines)
    _leave(app, community, yem, erase=True)
    with Session(community.engine) as session:
        (row,) = session.scalars(select(SlipStack))
        typing = read(row.content)
    assert [one["from"] for one in typing.lines] == kept
    assert row.slips == len(kept), "of the last line nothing is left"


def test_whoever_acts_for_a_cell_finds_what_is_typed_of_it(community: ACommunity) -> None:
    yem, tri = community.enrol(a_cell("Jamu Ibu Yem")), community.enrol(a_cell("Warung Tri"))
    citra = a_coordinator(community)
    begin(community, citra, a_typed("A", 1, to="yem", what="Jahe"), a_typed("A", 2, to="jamu ibu"))
    with Session(community.engine) as session:
        mine, theirs = (
            queries.own_data(session, who.person_id, community.now)["slips_not_booked_yet"]
            for who in (yem, tri)
        )
    assert [(one["slip"], one["given_by"], one["what"]) for one in mine] == [
        (["A", "1"], "yem", "Jahe"),
        (["A", "2"], "jamu ibu", "Jamu"),
    ]
    assert theirs == []
