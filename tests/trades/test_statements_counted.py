"""Pages about trades take as many statements for a lot as for a little."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ledger.kernel import clock
from ledger.kernel.clock import noon_of
from ledger.kernel.identifiers import new_request_key
from ledger.members.queries import Acting, Standing
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.trades.rules.objections import ObjectionEvent
from ledger.trades.rules.plans import Rhythm
from ledger.trades.rules.states import Event
from ledger.trades.service import MakeBook, make_book, run_plan
from ledger.web.runtime import EXTENSION
from tests.access.test_auditor import an_auditor
from tests.communities import ACommunity, a_cell, a_community, number_of
from tests.counting import counted
from tests.databases import Databases
from tests.pages import an_app, browser
from tests.trades.moving import an_intake
from tests.trades.paper import a_coordinator, a_line, a_typed, begin, end, object_to, type_in

LITTLE, MORE = 2, 6
OWN = ("", "waiting", "history", "history?q=jamu", "history.csv", "got", "gave", "plans",
       "plans/new", "slips", "leave", "trades/{trade}", "trades/{slip}")  # fmt: skip
OFFICE = ("slips", "slips/typed", "slips/typed?book=A", "slips/sheets", "slips/sheets/B2",
          "slips/stacks/{stack}", "slips?batch={batch}", "objections", "objections/1",
          "moving-in", "moving-in/1", "to/SB001")  # fmt: skip
PAGES = [
    *(("coordinator", f"slips{path}") for path in (" look", " book", "/check", " save")),
    *(("member", f"SB001/{path}") for path in OWN),
    *(("coordinator", path) for path in OFFICE),
    *(("auditor", path) for path in ("slips/typed", "objections", "objections/1")),
]
Counts = dict[tuple[str, str], list[str]]


@dataclass
class Market:
    """A cell that trades with many, the coordinator who types slips, and their browsers."""

    home: ACommunity
    own: Acting
    citra: Standing
    browsers: dict[str, FlaskClient]
    places: dict[str, str]
    slips: int = 0
    typed: int = 0

    def grow(self, many: int) -> None:
        """So many of everything more, each with another cell."""
        for _ in range(many):
            other = self.home.enrol(a_cell())
            self.trade_with(other)
            self.plan_with(other)
            self.type_about(other)
            in_unit_of_work(self.home.engine, self.make_book_of(other))
            an_intake(self.home, self.citra.person_id)
        lines = [a_typed("Z", one, to=str(1 + one)) for one in range(1, many + 1)]
        self.places["stack"] = begin(self.home, self.citra, *lines).batch

    def trade_with(self, other: Acting) -> None:
        self.home.pay(self.own, other, 1)
        self.home.ask(other, self.own, 1)
        asked = self.home.ask(self.own, other, 1)
        self.home.answer(other, asked.token, Event.CONFIRM)
        self.home.ask(self.own, other, 2)
        paid = self.home.pay(other, self.own, 1)
        self.home.answer(other, paid.token, Event.ASK_REVERSAL, "Keliru")
        self.places["trade"] = paid.token

    def plan_with(self, other: Acting) -> None:
        """One that runs, and one that could not be recorded."""
        day = self.home.now.date() + timedelta(days=1)
        self.home.plan(self.own, other, 1, Rhythm.WEEKLY, day)
        large = self.home.plan(self.own, other, 900_000, Rhythm.WEEKLY, day)
        then = noon_of(day, self.home.view.zone) + timedelta(hours=1)
        in_unit_of_work(self.home.engine, lambda db: run_plan(db, large, day, then))

    def type_about(self, other: Acting) -> None:
        """Three slips: an open objection, an ended one, and none."""
        numbers = range(self.slips + 1, self.slips + 4)
        self.slips += 3
        sides = (number_of(self.own), number_of(other))
        open_one, ended, _ = type_in(
            self.home, self.citra, *(a_line("A", number, *sides, 1) for number in numbers)
        )
        object_to(self.home, self.own, open_one)
        raised = object_to(self.home, other, ended)
        end(self.home, self.citra, raised, ObjectionEvent.ANSWER)
        assert open_one.token is not None
        self.places["slip"] = open_one.token

    def make_book_of(self, other: Acting) -> Callable[..., str]:
        book = MakeBook(f"B{other.account}", 1, new_request_key())
        return lambda db: make_book(db, self.citra, book, self.home.now)

    def open(self, who: str, path: str) -> None:
        """Open a page; `slips book` and its like send a grid of as many lines as cells."""
        client, (place, _, act) = self.browsers[who], path.partition(" ")
        address = f"/c/SB/{place.format(**self.places)}"
        if act or place.endswith("check"):
            answer = client.post(address, data=self.grid(act))
        else:
            answer = client.get(address)
        assert answer.status_code in {200, 303}, answer.text

    def grid(self, act: str) -> dict[str, str]:
        """A line with each cell that there is."""
        cells = self.slips // 3
        key = new_request_key()
        if act == "book":
            self.places["batch"] = key
        sent = {"occurred_on": self.home.now.date().isoformat(), "request_key": key, "act": act}
        for place in range(1, cells + 1):
            self.typed += 1
            line = a_typed("C", self.typed, "1.00", to=str(place + 1))
            sent |= {f"{name}-{place}": value for name, value in line.items()}
        return sent


@pytest.fixture(scope="module")
def measured(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Counts, Counts]]:
    """What each page asks the database while there is little, and when there is a lot."""
    now = datetime(2026, 11, 23, 3, tzinfo=UTC)
    with (
        pytest.MonkeyPatch.context() as patch,
        databases.fresh("sqlite") as database,
        an_app(database, tmp_path_factory.mktemp("var")) as app,
    ):
        patch.setattr(clock, "now", lambda: now)
        market = a_market(app, now)
        market.grow(LITTLE)
        little = counts(market)
        market.grow(MORE)
        yield little, counts(market)


def a_market(app: Flask, now: datetime) -> Market:
    home = a_community(app.extensions[EXTENSION].engine, now - timedelta(days=40))
    own = home.enrol(a_cell("Warung Siti").with_limit(10_000), 1)
    home = replace(home, now=now)
    citra = a_coordinator(home)
    people = {"member": own.person_id, "coordinator": citra.person_id}
    people["auditor"] = an_auditor(home)
    browsers = {who: browser(app, home, person) for who, person in people.items()}
    return Market(home, own, citra, browsers, {"batch": "b" * 22})


def counts(market: Market) -> Counts:
    found: Counts = {}
    for who, path in PAGES:
        market.open(who, path)  # the first visit notes the session's
        with counted(market.home.engine) as statements:
            market.open(who, path)
        found[who, path] = statements
    return found


@pytest.mark.parametrize(("who", "path"), PAGES)
def test_a_page_takes_as_many_for_a_lot(
    measured: tuple[Counts, Counts], who: str, path: str
) -> None:
    little, lot = (one[who, path] for one in measured)
    assert little
    assert len(lot) == len(little), Counter(lot) - Counter(little)
