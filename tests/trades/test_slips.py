"""Market day: paper slips are typed in one go, the good ones are booked, each counts once."""

from __future__ import annotations

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from ledger.journal import queries as books
from ledger.journal import service as journal
from ledger.journal.errors import KeyReused
from ledger.members import queries as members
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.trades import errors, queries
from ledger.trades.model import Slip, Trade
from ledger.trades.rules.slips import MOST_LINES, book_name, next_book
from ledger.trades.service import Line, MakeBook, Written, look, make_book
from tests.communities import ACommunity, a_cell, a_community
from tests.trades.letters import Letters, let_in
from tests.trades.paper import a_coordinator, a_line, codes, type_in


@dataclass(frozen=True)
class Market:
    """A coordinator, SB001 who got things and may sink to -100, and SB002 who gave them."""

    community: ACommunity
    got: members.Acting
    gave: members.Acting
    citra: members.Standing

    def type_in(self, *lines: Written, on: date | None = None) -> list[Line]:
        return type_in(self.community, self.citra, *lines, on=on)


@pytest.fixture
def market(engine: Engine, now: datetime) -> Market:
    community = a_community(engine, now, transparency="own")
    got = community.enrol(a_cell("Yang Mendapat").with_limit(100))
    gave = community.enrol(a_cell("Yang Memberi"))
    return Market(community, got, gave, a_coordinator(community))


def test_good_lines_are_booked_and_bad_ones_come_back_with_their_reasons(market: Market) -> None:
    lines = type_in(
        market.community,
        market.citra,
        a_line("A", 1, "SB001", "SB002", 30, "Jamu"),
        a_line("A", 2, "SB001", "SB777", 1),
        a_line("A", 3, "Yang", "SB002", 1),
        a_line("A", 4, "1", "sb1", 1),
        a_line("A", 1, "SB001", "SB002", 5),
        a_line("A", 5, "Yang Mendapat", "Yang Memberi", 71),
        a_line("A", 6, "SB001", "SB002", 70, "Kunyit"),
    )
    assert codes(lines) == [
        {},
        {"to": "trades.unknown_other"},
        {"from": "trades.several_cells"},
        {"to": "trades.with_oneself"},
        {"number": "trades.slip_twice"},
        {"amount": "trades.side_limit"},
        {},
    ]
    assert market.community.balance(market.got) == -10000
    assert market.community.balance(market.gave) == 10000
    assert stack(market.community) == [("A", 1), ("A", 6)]


def test_a_refusal_by_a_limit_names_the_cell_and_no_figure(market: Market) -> None:
    market.community.enrol(a_cell("Hampir Penuh").with_ceiling(10))
    over, full = market.type_in(a_line("A", 1, "1", "2", 101), a_line("A", 2, "1", "3", 11))
    assert over.problems["amount"].facts == {"account": market.got.account}
    assert full.problems["amount"].facts == {"account": 3}


def test_a_look_says_nothing_of_limits(market: Market, now: datetime) -> None:
    written = [a_line("A", 1, "1", "2", 1_000_000)]
    (line,) = in_unit_of_work(
        market.community.engine,
        lambda db: look(db, market.citra, written, now.date(), now),
        write=False,
    )
    assert line.problems == {}
    assert (line.payer and line.payer.name) == "Yang Mendapat"


def test_a_slip_counts_once_per_community_and_book(market: Market) -> None:
    rina = a_coordinator(market.community)
    assert codes(market.type_in(a_line("A", 7, "1", "2", 5))) == [{}]
    again = a_line(book_name("a"), 7, "1", "2", 5)
    for who in (market.citra, rina):
        (line,) = type_in(market.community.later(days=1), who, again)
        assert codes([line]) == [{"number": "trades.slip_counted"}]
        assert line.problems["number"].facts == {"slip": "A 7", "day": date(2026, 11, 23)}
    assert codes(market.type_in(a_line("B", 7, "1", "2", 5))) == [{}]
    abroad = a_community(market.community.engine, market.community.now, "XX")
    abroad.enrol(a_cell()), abroad.enrol(a_cell())
    assert codes(type_in(abroad, a_coordinator(abroad), a_line("A", 7, "1", "2", 5))) == [{}]
    assert market.community.balance(market.gave) == 1000


def test_what_was_sent_twice_is_booked_once_and_answered_alike(market: Market) -> None:
    sent = [a_line("A", 1, "1", "2", 30), a_line("A", 2, "1", "2", 90), a_line("A", 3, "1", "2", 5)]
    first = market.type_in(*sent)
    with ThreadPoolExecutor(4) as pool:
        later = list(pool.map(lambda _: market.type_in(*sent), range(6)))
    for lines in later:
        assert [line.token for line in lines] == [line.token for line in first]
        assert codes(lines) == [{}, {"amount": "trades.side_limit"}, {}]
    assert market.community.balance(market.gave) == 3500


def test_the_same_key_for_another_slip_or_other_content_books_nothing(market: Market) -> None:
    line = a_line("A", 1, "1", "2", 30)
    market.type_in(line)
    other = a_line("A", 2, "1", "2", 30, key=line.request_key)
    changed = a_line("A", 1, "1", "2", 31, key=line.request_key)
    assert codes(market.type_in(other)) == [{"": KeyReused.code}]
    assert codes(market.type_in(changed)) == [{"number": "trades.slip_counted"}]
    twice = a_line("A", 3, "1", "2", 1)
    copied = a_line("A", 4, "1", "2", 1, key=twice.request_key)
    assert codes(market.type_in(twice, copied)) == [{}, {"": KeyReused.code}]
    assert market.community.balance(market.gave) == 3100


def test_a_frozen_cell_only_receives_and_a_closed_one_does_neither(market: Market) -> None:
    closed = market.community.enrol(a_cell("Tutup"))
    set_status(market.community, market.got, "frozen")
    set_status(market.community, closed, "closed")
    lines = type_in(
        market.community,
        market.citra,
        a_line("A", 1, "1", "2", 1),
        a_line("A", 2, "2", "1", 1),
        a_line("A", 3, "3", "2", 1),
        a_line("A", 4, "2", "3", 1),
    )
    assert codes(lines) == [
        {"from": "trades.side_frozen"},
        {},
        {"from": "trades.side_closed"},
        {"to": "trades.side_closed"},
    ]


def set_status(community: ACommunity, cell: members.Acting, status: str) -> None:
    in_unit_of_work(
        community.engine,
        lambda db: journal.set_status(
            db,
            community.view.id,
            cell.account,
            status=status,
            authority="decision:1",
            now=community.now,
        ),
    )


def test_the_day_of_the_market_is_up_to_31_days_back(market: Market) -> None:
    today = market.community.now.date()
    for day, refusal in (
        (today + timedelta(days=1), errors.DayAhead),
        (today - timedelta(days=32), errors.DayTooOld),
    ):
        with pytest.raises(refusal):
            market.type_in(a_line("A", 1, "1", "2", 1), on=day)
    earliest = today - timedelta(days=31)
    (line,) = market.type_in(a_line("A", 1, "1", "2", 1), on=earliest)
    with Session(market.community.engine) as session:
        trade = session.scalars(select(Trade).where(Trade.token == line.token)).one()
        entry = books.entry(session, market.community.view.id, trade.entry_id or 0)
    assert (trade.occurred_on, trade.source) == (earliest, "slip")
    assert entry is not None
    assert (entry.actor, entry.occurred_on, entry.booked_at) == (
        market.citra.actor,
        earliest,
        market.community.now,
    )


def test_more_than_a_grid_takes_is_refused_whole(market: Market) -> None:
    lines = [a_line("A", number, "1", "2", 1) for number in range(1, MOST_LINES + 2)]
    with pytest.raises(errors.TooManySlips):
        market.type_in(*lines)
    assert codes(market.type_in(*lines[:-1])) == [{}] * MOST_LINES
    assert market.community.balance(market.gave) == 6000


def test_a_book_that_was_printed_here_ends_somewhere_and_is_printed_once(market: Market) -> None:
    def make(book: str, sheets: int, key: str = "k" * 20) -> str:
        command = MakeBook(book, sheets, key)
        return in_unit_of_work(
            market.community.engine,
            lambda db: make_book(db, market.citra, command, market.community.now),
        )

    assert {make("A", 2), make("A", 2)} == {"A"}
    with pytest.raises(errors.BookUsed):
        make("A", 2, "l" * 20)
    lines = type_in(
        market.community,
        market.citra,
        a_line("A", 16, "1", "2", 1),
        a_line("A", 17, "1", "2", 1),
        a_line("B", 17, "1", "2", 1),
    )
    assert codes(lines) == [{}, {"number": "trades.not_in_book"}, {}]
    with pytest.raises(errors.BookUsed):
        make("B", 1, "m" * 20)
    with Session(market.community.engine) as session:
        assert queries.unused_book(session, market.community.view.id) == "C"
        (book,) = queries.slip_books(session, market.community.view)
    assert (book.name, book.slips, book.typed) == ("A", 16, 1)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        (" a ", "A"),
        ("a-01", "A-1"),
        ("A 1", "A-1"),
        ("007", "7"),
        ("ｂ", "B"),
        ("pasar/11", "PASAR-11"),
    ],
)
def test_a_book_has_one_spelling(typed: str, name: str) -> None:
    assert book_name(typed) == name
    assert book_name(name) == name


@pytest.mark.parametrize("typed", ["", "-", "x" * 13, "\u200b"])
def test_what_names_no_book(typed: str) -> None:
    with pytest.raises(errors.BookUnreadable):
        book_name(typed)


def test_books_follow_each_other() -> None:
    letters = [chr(ord("A") + place) for place in range(26)]
    assert next_book(frozenset()) == "A"
    assert next_book(frozenset({"A", "C"})) == "B"
    assert next_book(frozenset(letters)) == "AA"
    assert next_book(frozenset([*letters, *(f"A{one}" for one in letters)])) == "BA"


def test_both_cells_are_told_once_in_their_language(market: Market, tmp_path: Path) -> None:
    let_in(market.community, market.got, "Budi", "holder", "id")
    let_in(market.community, market.gave, "Ann", "clerk", "en")
    let_in(market.community, market.gave, "Vera", "viewer", "en")
    type_in(
        market.community,
        market.citra,
        a_line("A", 1, "1", "2", 30, "Jamu"),
        a_line("A", 2, "1", "2", 5, "Kunyit"),
    )
    (ann, budi) = Letters(market.community, tmp_path).read()
    assert (ann[0], budi[0]) == ("ann@example.org", "budi@example.org")
    assert ann[1] == "2 paper slips were booked for you"
    assert (
        "Slip A 1 of 23 November 2026: Jamu, +30.00\u00a0poin received from Yang Mendapat" in ann[2]
    )
    assert "Object by 30 November 2026" in ann[2]
    assert "/c/SB/SB002/slips" in ann[2]
    assert "Kunyit, −5,00\u00a0poin dikirim kepada Yang Memberi (SB002)" in budi[2]
    assert budi[1] == "2 slip kertas dibukukan untuk Anda"
    assert Letters(market.community, tmp_path).read() == []


def test_the_slip_is_seen_on_the_trade_and_in_the_history(market: Market) -> None:
    (line,) = market.type_in(a_line("A", 9, "1", "2", 30, "Jamu"))
    assert line.token is not None
    with Session(market.community.engine) as session:
        slip = queries.slip_of(session, market.community.view, line.token)
        page = queries.history(session, market.community.view, market.got.account)
        names = members.names_of_actors(session, market.community.view.id, [market.citra.actor])
    assert slip is not None
    assert (slip.label, slip.typed_by) == ("A 9", names[market.citra.actor])
    assert slip.object_by == market.community.now + timedelta(days=7)
    assert [(one.slip, one.typed_by) for one in page.lines] == [("A 9", names[market.citra.actor])]


def test_who_types_the_same_stack_at_the_same_time_books_every_slip_once(
    engine: Engine, now: datetime, rng: random.Random
) -> None:
    """Four coordinators, overlapping stacks in any order, some slips misread: each counts once."""
    community = a_community(engine, now)
    cells = [community.enrol(a_cell().with_limit(10_000)) for _ in range(4)]
    people = [a_coordinator(community) for _ in range(4)]
    slips = [(rng.choice("AB"), number) for number in range(1, 25)]

    def stack_of(seed: int) -> list[list[Line]]:
        own = random.Random(seed)
        rest = own.sample(slips, 18)
        sent = []
        for start in range(0, len(rest), 6):
            lines = [
                a_line(book, number, *own.sample(["1", "2", "3", "4"], 2), own.randint(1, 50))
                for book, number in rest[start : start + 6]
            ]
            sent.append(type_in(community, people[seed % 4], *lines))
        return sent

    seeds = [rng.randrange(10_000) * 4 + place for place in range(4)]
    with ThreadPoolExecutor(4) as pool:
        done = [lines for sent in pool.map(stack_of, seeds) for lines in sent]
    booked: dict[tuple[str, int], Line] = {}
    tried: set[tuple[str, int]] = set()
    for line in (line for lines in done for line in lines):
        slip = line.written.slip
        assert slip is not None
        tried.add(slip)
        if line.token:
            assert slip not in booked
            booked[slip] = line
        else:
            assert codes([line]) == [{"number": "trades.slip_counted"}]
    assert booked.keys() == tried
    assert stack(community) == sorted(booked)
    expected = dict.fromkeys([cell.account for cell in cells], 0)
    for line in booked.values():
        assert line.payer
        assert line.payee
        assert line.written.amount
        expected[line.payer.number] -= line.written.amount
        expected[line.payee.number] += line.written.amount
    assert {cell.account: community.balance(cell) for cell in cells} == expected
    with Session(community.engine) as session:
        assert session.scalar(select(func.count()).select_from(Trade)) == len(booked)


def stack(community: ACommunity) -> Sequence[tuple[str, int]]:
    """The slips that count, in order; none of them without its trade."""
    with Session(community.engine) as session:
        rows = session.execute(
            select(Slip.book, Slip.number, Slip.trade_id)
            .where(Slip.community_id == community.view.id, Slip.released_at.is_(None))
            .order_by(Slip.book, Slip.number)
        ).all()
    assert all(row.trade_id for row in rows)
    return [(row.book, row.number) for row in rows]
