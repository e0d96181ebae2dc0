"""Objections to what was typed from paper: raised in time, ended once, by somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.jobs.service import run_due
from ledger.journal.errors import KeyReused
from ledger.kernel.identifiers import new_request_key
from ledger.members import queries as members
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.trades import errors, queries
from ledger.trades.rules import objections as rules
from ledger.trades.rules.objections import ObjectionEvent, ObjectionState
from ledger.trades.rules.states import Event, State
from ledger.trades.service import Line, job_handlers, leave
from tests.communities import ACommunity, a_cell, a_community
from tests.trades.letters import SITE, Letters, let_in
from tests.trades.paper import a_coordinator, a_line, codes, end, object_to, type_in

ALLOWED = {
    # state, event: next state; each says why
    ("open", "answer"): "answered",
    ("open", "reverse"): "reversed",
}


@pytest.mark.parametrize(("state", "event"), list(product(ObjectionState, ObjectionEvent)))
def test_every_state_and_event(state: ObjectionState, event: ObjectionEvent) -> None:
    target = ALLOWED.get((state.value, event.value))
    if target is None:
        with pytest.raises(errors.ObjectionOver):
            rules.ending(state, event, "Kertasnya benar")
        return
    assert rules.ending(state, event, "Kertasnya benar").value == target
    with pytest.raises(errors.AnswerMissing):
        rules.ending(state, event, "")


@pytest.mark.parametrize(("state", "trade"), list(product(ObjectionState, State)))
def test_what_the_cells_reverse_themselves_is_settled(state: ObjectionState, trade: State) -> None:
    is_settled = state is ObjectionState.OPEN and trade is State.REVERSED
    expected = ObjectionState.REVERSED if is_settled else state
    assert rules.present(state, trade) is expected


@pytest.mark.parametrize("state", State)
def test_one_objects_for_seven_days_to_what_is_in_force(state: State, now: datetime) -> None:
    week = timedelta(days=7)
    if state not in {State.CONFIRMED, State.REVERSAL_ASKED}:
        with pytest.raises(errors.MovedOn):
            rules.ensure_may_object(state, now, now)
        return
    rules.ensure_may_object(state, now, now + week - timedelta(microseconds=1))
    with pytest.raises(errors.ObjectionTooLate) as late:
        rules.ensure_may_object(state, now, now + week)
    assert late.value.facts == {"until": now + week}


@dataclass(frozen=True)
class Market:
    """What Citra typed: SB001 got something from SB002 for 30."""

    community: ACommunity
    got: members.Acting
    gave: members.Acting
    citra: members.Standing
    line: Line

    @property
    def token(self) -> str:
        assert self.line.token
        return self.line.token

    def objections(self) -> list[queries.ObjectionView]:
        with Session(self.community.engine) as session:
            return queries.objections_to(session, self.community.view, self.token)

    def waiting(self) -> int:
        with Session(self.community.engine) as session:
            return len(queries.open_objections(session, self.community.view))


@pytest.fixture
def market(engine: Engine, now: datetime) -> Market:
    community = a_community(engine, now, transparency="own")
    got = community.enrol(a_cell("Yang Mendapat").with_limit(100))
    gave = community.enrol(a_cell("Yang Memberi").with_limit(0))
    citra = a_coordinator(community)
    (line,) = type_in(community, citra, a_line("A", 1, "1", "2", 30))
    return Market(community, got, gave, citra, line)


def test_an_answer_ends_it_and_the_trade_stands(market: Market) -> None:
    objection = object_to(market.community, market.got, market.line)
    assert market.waiting() == 1
    key = new_request_key()
    later = market.community.later(days=30)
    for _ in range(2):
        ended = end(later, market.citra, objection, ObjectionEvent.ANSWER, "Tertulis 30", key=key)
        assert ended is ObjectionState.ANSWERED
    assert market.waiting() == 0
    assert market.community.balance(market.gave) == 3000
    (seen,) = market.objections()
    assert (seen.state, seen.answer, seen.by.number) == (ObjectionState.ANSWERED, "Tertulis 30", 1)
    with pytest.raises(errors.ObjectionOver):
        end(later, a_coordinator(market.community), objection, ObjectionEvent.REVERSE)
    with pytest.raises(KeyReused):
        end(later, market.citra, objection, ObjectionEvent.ANSWER, "Lain", key=key)


def test_a_reversal_books_back_and_the_slip_can_be_typed_again_as_it_should_be(
    market: Market,
) -> None:
    objection = object_to(market.community, market.gave, market.line, "Seharusnya 3")
    key = new_request_key()
    for _ in range(2):
        ended = end(
            market.community, market.citra, objection, ObjectionEvent.REVERSE, "Benar 3", key=key
        )
        assert ended is ObjectionState.REVERSED
    assert market.community.balance(market.got) == 0
    seen = market.community.seen(market.got, market.token)
    assert (seen.state, seen.happened[-1].event) == (State.REVERSED, Event.CORRECT)
    assert seen.happened[-1].reason == "Benar 3"
    again = a_line("A", 1, "1", "2", 3)
    assert codes(type_in(market.community, market.citra, again)) == [{}]
    assert codes(type_in(market.community, market.citra, a_line("A", 1, "1", "2", 3))) == [
        {"number": "trades.slip_counted"}
    ]
    assert market.community.balance(market.gave) == 300


def test_a_reversal_that_would_break_a_limit_is_refused_without_a_figure(market: Market) -> None:
    objection = object_to(market.community, market.got, market.line)
    market.community.pay(market.gave, market.got, 25)
    with pytest.raises(errors.SideLimit) as refused:
        end(market.community, market.citra, objection, ObjectionEvent.REVERSE)
    assert refused.value.facts == {"account": market.gave.account}
    assert market.waiting() == 1
    assert market.community.balance(market.gave) == 500
    market.community.pay(market.got, market.gave, 25)
    end(market.community, market.citra, objection, ObjectionEvent.REVERSE)
    assert market.community.balance(market.gave) == 0


def test_each_side_objects_once_and_only_in_time(market: Market) -> None:
    key = new_request_key()
    first = object_to(market.community, market.got, market.line, key=key)
    assert object_to(market.community, market.got, market.line, key=key) == first
    with pytest.raises(KeyReused):
        object_to(market.community, market.got, market.line, "Lain", key=key)
    with pytest.raises(errors.ObjectedBefore):
        object_to(market.community, market.got, market.line)
    with pytest.raises(errors.ReasonMissing):
        object_to(market.community, market.gave, market.line, "")
    with pytest.raises(errors.ObjectionTooLate):
        object_to(market.community.later(days=7), market.gave, market.line)
    object_to(market.community.later(days=6.9), market.gave, market.line)
    assert market.waiting() == 2


def test_only_the_two_cells_object_and_only_to_what_came_from_paper(market: Market) -> None:
    other = market.community.enrol(a_cell("Lain"))
    with pytest.raises(errors.NoSuchTrade):
        object_to(market.community, other, market.line)
    paid = market.community.pay(market.got, market.gave, 1)
    plain = Line(market.line.written, token=paid.token)
    with pytest.raises(errors.NoSuchTrade):
        object_to(market.community, market.got, plain)
    viewer = let_in(market.community, market.got, "Vera", "viewer", "en")
    with Session(market.community.engine) as session:
        looking = members.find_acting(session, viewer, "SB", 1, market.community.now)
    assert looking is not None
    with pytest.raises(errors.OnlyLooking):
        object_to(market.community, looking, market.line)


def test_nobody_ends_an_objection_in_their_own_cause(market: Market) -> None:
    holder = a_coordinator(market.community, market.gave.person_id)
    objection = object_to(market.community, market.got, market.line)
    own = a_coordinator(market.community, market.got.person_id)
    for who in (holder, own):
        for event in ObjectionEvent:
            with pytest.raises(errors.NotInOwnCause):
                end(market.community, who, objection, event)
    end(market.community, market.citra, objection, ObjectionEvent.ANSWER)


def test_a_coordinator_types_a_slip_of_their_own_cell_and_both_may_object(market: Market) -> None:
    holder = a_coordinator(market.community, market.gave.person_id)
    (line,) = type_in(market.community, holder, a_line("A", 2, "1", "2", 5))
    assert codes([line]) == [{}]
    objection = object_to(market.community, market.got, line)
    end(market.community, market.citra, objection, ObjectionEvent.REVERSE)
    assert market.community.balance(market.gave) == 3000


def test_no_cell_leaves_while_an_objection_is_open_and_its_words_go_with_it(
    market: Market,
) -> None:
    objection = object_to(market.community, market.got, market.line, "Saya di rumah sakit")
    market.community.pay(market.gave, market.got, 30)

    def go() -> None:
        in_unit_of_work(
            market.community.engine,
            lambda db: leave(db, market.got, erase=True, now=market.community.now),
        )

    with pytest.raises(errors.StillWaiting):
        go()
    end(market.community, market.citra, objection, ObjectionEvent.ANSWER)
    go()
    while run_due(market.community.engine, job_handlers(SITE), market.community.now).done:
        pass
    assert [(one.reason, one.answer) for one in market.objections()] == [("", "Kertasnya benar")]


def test_what_is_given_back_meanwhile_needs_no_answer(market: Market) -> None:
    objection = object_to(market.community, market.got, market.line)
    market.community.answer(market.gave, market.token, Event.GIVE_BACK)
    assert market.waiting() == 0
    assert [one.state for one in market.objections()] == [ObjectionState.REVERSED]
    with pytest.raises(errors.ObjectionOver):
        end(market.community, market.citra, objection, ObjectionEvent.ANSWER)
    # Both cells agreed that it does not count: the paper is not typed a second time.
    assert codes(type_in(market.community, market.citra, a_line("A", 1, "1", "2", 30))) == [
        {"number": "trades.slip_counted"}
    ]


def test_another_communitys_objection_is_unknown(market: Market) -> None:
    objection = object_to(market.community, market.got, market.line)
    abroad = a_coordinator(a_community(market.community.engine, market.community.now, "XX"))
    for number in (objection, objection + 1):
        with pytest.raises(errors.NoSuchObjection):
            end(market.community, abroad, number, ObjectionEvent.ANSWER)


def test_everybody_concerned_is_told_in_their_language(market: Market, tmp_path: Path) -> None:
    letters = Letters(market.community, tmp_path)
    let_in(market.community, market.got, "Budi", "holder", "id")
    let_in(market.community, market.gave, "Ann", "holder", "en")
    helper = market.community.enrol(a_cell("Sekretariat"))
    let_in(market.community, helper, "Cici", "holder", "en")
    with Session(market.community.engine) as session:
        (cici,) = members.people_who_record(session, market.community.view.id, helper.account)[1:]
    a_coordinator(market.community, cici)
    letters.read()
    objection = object_to(market.community, market.got, market.line, "Jumlahnya 3")
    ann, cici_read = letters.read()
    assert (ann[0], cici_read[0]) == ("ann@example.org", "cici@example.org")
    assert "Yang Mendapat (SB001) objects" in ann[2]
    assert "Reason: Jumlahnya 3" in cici_read[2]
    assert f"/c/SB/objections/{objection}" in cici_read[2]
    end(market.community, market.citra, objection, ObjectionEvent.ANSWER, "Tertulis 30")
    ann, budi = letters.read()
    assert ann[1] == "The objection to paper slip A 1 is answered"
    assert "Jawaban: Tertulis 30" in budi[2]


def test_a_reversal_tells_both_cells(market: Market, tmp_path: Path) -> None:
    letters = Letters(market.community, tmp_path)
    let_in(market.community, market.got, "Budi", "holder", "id")
    let_in(market.community, market.gave, "Ann", "holder", "en")
    objection = object_to(market.community, market.got, market.line)
    letters.read()
    end(market.community, market.citra, objection, ObjectionEvent.REVERSE, "Salah ketik")
    ann, budi = letters.read()
    assert ann[1] == "A coordinator has reversed a transaction"
    assert "Salah ketik" in budi[2]


def test_the_home_page_knows_what_is_pending(market: Market, now: datetime) -> None:
    holder = market.gave.person_id
    a_coordinator(market.community, holder)

    def news(acting: members.Acting, at: datetime) -> tuple[int, int, int]:
        with Session(market.community.engine) as session:
            fresh = members.find_acting(session, acting.person_id, "SB", acting.account, at)
            assert fresh is not None
            found = queries.paper_news(session, fresh, at)
        return found.typed, len(found.objections), found.to_answer

    assert news(market.got, now) == (1, 0, 0)
    objection = object_to(market.community, market.got, market.line)
    assert news(market.got, now) == (1, 1, 0)
    assert news(market.gave, now) == (1, 1, 0)
    helper = market.community.enrol(a_cell("Sekretariat"))
    a_coordinator(market.community, helper.person_id)
    assert news(helper, now) == (0, 0, 1)
    end(market.community, market.citra, objection, ObjectionEvent.REVERSE)
    assert news(market.gave, now) == (0, 0, 0)
    assert news(market.got, now + timedelta(days=8)) == (0, 0, 0)
