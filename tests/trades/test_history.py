"""History: found again by words, name, day and direction; stable while entries arrive."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.journal import queries as books
from ledger.members.queries import Acting
from ledger.trades import queries
from ledger.trades.queries import Sought
from ledger.trades.rules.states import Event
from tests.communities import ACommunity, a_cell, a_community


@pytest.fixture
def community(engine: Engine, now: datetime) -> ACommunity:
    return a_community(engine, now)


@pytest.fixture
def own(community: ACommunity) -> Acting:
    """A cell that got, gave, and had something reversed, on three days."""
    own = community.enrol(a_cell("Sendiri").with_limit(500))
    shop, mother = community.enrol(a_cell("Warung Sari")), community.enrol(a_cell("Ibu Jamú"))
    community.pay(own, shop, 10, "Kopi robusta 2 kg")
    community.pay(mother, own, 20, "KÓPI bubuk")
    tomorrow = community.later(days=1)
    spoiled = tomorrow.pay(own, mother, 30, "Beras 100% organik")
    overmorrow = community.later(days=2)
    overmorrow.answer(mother, spoiled.token, Event.GIVE_BACK)
    return own


def found(community: ACommunity, own: Acting, **sought: object) -> list[str]:
    with Session(community.engine) as session:
        page = queries.history(session, community.view, own.account, sought=Sought(**sought))  # type: ignore[arg-type]
    return [f"{line.seq} {line.what.split()[0]} {line.amount // 100}" for line in page.lines]


ALL = ["4 Beras 30", "3 Beras -30", "2 KÓPI 20", "1 Kopi -10"]


def test_nothing_said_is_everything(community: ACommunity, own: Acting) -> None:
    assert found(community, own) == ALL


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("kopi", [2, 3]),
        ("KOPI  BUBUK", [2]),
        ("jamu", [0, 1, 2]),
        ("warung", [3]),
        ("2 kg", [3]),
        ("sb003", [0, 1, 2]),
        ("100%", [0, 1]),
        ("1_0", []),
        ("%", [0, 1]),
        ("sendiri", []),
        ("emas", []),
    ],
)
def test_words_and_names_are_found_however_written(
    community: ACommunity, own: Acting, text: str, wanted: list[int]
) -> None:
    assert found(community, own, text=text) == [ALL[index] for index in wanted]


def test_a_counterpart_a_direction_and_days_narrow_it(community: ACommunity, own: Acting) -> None:
    day: date = community.now.date()
    assert found(community, own, other="SB002") == ALL[3:]
    assert found(community, own, other="ibu") == ALL[:3]
    assert found(community, own, other="nobody") == []
    assert found(community, own, direction="sent") == ["3 Beras -30", "1 Kopi -10"]
    assert found(community, own, direction="received") == ["4 Beras 30", "2 KÓPI 20"]
    assert found(community, own, until=day) == ALL[2:]
    assert found(community, own, since=day + timedelta(days=2)) == ALL[:1]
    tomorrow = day + timedelta(days=1)
    assert found(community, own, since=tomorrow, until=tomorrow) == ["3 Beras -30"]
    assert found(community, own, text="kopi", direction="sent") == ALL[3:]


def test_days_are_those_of_the_community(engine: Engine, now: datetime) -> None:
    late = now.replace(hour=18)  # one in the morning of the next day in Jakarta
    community = a_community(engine, late)
    own, other = community.enrol(a_cell()), community.enrol(a_cell())
    community.pay(own, other, 1, "Ronda")
    assert found(community, own, until=late.date()) == []
    assert found(community, own, since=late.date() + timedelta(days=1)) == ["1 Ronda -1"]


def test_pages_stay_as_they_are_while_entries_arrive(community: ACommunity, own: Acting) -> None:
    other = community.enrol(a_cell())
    later = community.later(days=3)
    for number in range(6):
        later.pay(own, other, 1, f"Kopi {number}")
    kopi = Sought(text="kopi")

    def page(before: int | None) -> queries.HistoryPage:
        with Session(community.engine) as session:
            return queries.history(
                session, community.view, own.account, sought=kopi, before_seq=before, limit=3
            )

    second = page(page(None).older)
    later.pay(own, other, 1, "Kopi lagi")
    assert page(second.lines[0].seq + 1) == second
    seen, before = [], None
    while True:
        one = page(before)
        seen += [line.seq for line in one.lines]
        if (before := one.older) is None:
            break
    assert seen == [11, 10, 9, 8, 7, 6, 5, 2, 1]


def test_the_picture_covers_the_days_sought_and_has_the_floor(
    community: ACommunity, own: Acting
) -> None:
    day = community.now.date()
    with Session(community.engine) as session:
        account = books.account(session, community.view.id, own.account)
        assert account is not None

        def drawn(**days: date) -> tuple[int, int, int, int] | None:
            today = day + timedelta(days=9)
            sought = Sought(**days)  # type: ignore[arg-type]
            chart = queries.drawn(session, community.view, account, today, sought)
            return chart and (chart.lowest, chart.highest, chart.last, chart.floor.value)

        assert drawn() == (-2000, 1000, 1000, -50000)
        assert drawn(until=day) == (-1000, 1000, 1000, -50000)
        assert drawn(since=day + timedelta(days=1)) == (-2000, 1000, 1000, -50000)
        assert drawn(since=day + timedelta(days=5)) is None


def test_another_cells_history_is_not_touched(community: ACommunity, own: Acting) -> None:
    stranger = community.enrol(a_cell())
    assert found(community, replace(own, account=stranger.account), text="kopi") == []
