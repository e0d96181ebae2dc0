"""I gave: asked, answered once, and reversed only with the consent of who was credited."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from ledger.jobs.service import run_due
from ledger.journal import queries as books
from ledger.journal import service as journal
from ledger.journal.errors import AccountFrozen, BeyondCeiling, BeyondFloor, KeyReused
from ledger.kernel.errors import LedgerError
from ledger.kernel.identifiers import new_request_key
from ledger.members import queries as members
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.trades import errors, queries
from ledger.trades.model import Trade, TradeEvent
from ledger.trades.rules.states import Event, State
from ledger.trades.service import Asked, job_handlers, preview_answer
from tests.communities import ACommunity, a_cell, a_community
from tests.trades.letters import SITE, Letters, let_in


@pytest.fixture
def community(engine: Engine, now: datetime) -> ACommunity:
    return a_community(engine, now, transparency="own")


@pytest.fixture
def seller(community: ACommunity) -> members.Acting:
    return community.enrol(a_cell("Penjual"))


@pytest.fixture
def buyer(community: ACommunity) -> members.Acting:
    return community.enrol(a_cell("Pembeli"))


def events(engine: Engine) -> list[tuple[str, str, int | None, str]]:
    with Session(engine) as session:
        rows = session.scalars(select(TradeEvent).order_by(TradeEvent.trade_id, TradeEvent.number))
        return [(row.event, row.state, row.account, row.reason) for row in rows]


def receipt(community: ACommunity, token: str) -> queries.Receipt:
    with Session(community.engine) as session:
        return queries.receipt(session, token, community.now)


def test_what_i_gave_is_booked_once_the_buyer_confirms(
    community: ACommunity, seller: members.Acting, buyer: members.Acting
) -> None:
    asked = community.ask(seller, buyer, 25, "Beras")
    assert community.balance(seller) == 0
    assert receipt(community, asked.token).booked is None
    assert community.seen(buyer, asked.token).is_own_turn
    done = community.later(days=2).answer(buyer, asked.token, Event.CONFIRM)
    assert done.state is State.CONFIRMED
    assert (community.balance(seller), community.balance(buyer)) == (2500, -2500)
    found = receipt(community, asked.token)
    assert found.booked is not None
    assert found.booked.is_genuine
    with Session(community.engine) as session:
        entry = books.entry(session, community.view.id, found.booked.entry_id)
    assert entry is not None
    assert entry.actor == buyer.actor
    assert events(community.engine) == [("confirm", "confirmed", buyer.account, "")]


def test_a_double_tap_asks_once(
    community: ACommunity, seller: members.Acting, buyer: members.Acting
) -> None:
    key = new_request_key()

    def tap(_: int) -> Asked:
        return community.ask(seller, buyer, 25, key=key)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(tap, range(16)))
    assert len({answer.token for answer in answers}) == 1
    assert [answer.replayed for answer in answers].count(False) == 1
    with pytest.raises(KeyReused):
        community.ask(seller, buyer, 26, key=key)
    with pytest.raises(KeyReused):
        community.pay(seller, buyer, 25, key=key)
    with Session(community.engine) as session:
        assert session.scalar(select(func.count()).select_from(Trade)) == 1


def test_taps_on_confirm_at_the_same_moment_book_once(
    community: ACommunity, seller: members.Acting, buyer: members.Acting
) -> None:
    token = community.ask(seller, buyer, 25).token
    key = new_request_key()

    def tap(number: int) -> str:
        other_key = key if number % 2 else new_request_key()
        try:
            return str(community.answer(buyer, token, Event.CONFIRM, key=other_key).replayed)
        except LedgerError as refusal:
            return refusal.code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(tap, range(16)))
    assert answers.count("False") == 1
    assert set(answers) <= {"True", "False", "trades.moved_on"}
    assert community.balance(buyer) == -2500


def test_the_same_key_for_another_answer_is_a_conflict(
    community: ACommunity, seller: members.Acting, buyer: members.Acting
) -> None:
    first, second = (community.ask(seller, buyer, amount).token for amount in (1, 2))
    key = new_request_key()
    community.answer(buyer, first, Event.CONFIRM, key=key)
    assert community.answer(buyer, first, Event.CONFIRM, key=key).replayed
    with pytest.raises(KeyReused):
        community.answer(buyer, second, Event.CONFIRM, key=key)
    with pytest.raises(KeyReused):
        community.answer(buyer, first, Event.ASK_REVERSAL, "salah", key=key)


def test_a_form_for_i_got_with_the_key_of_a_confirmation_books_its_own(
    community: ACommunity, seller: members.Acting, buyer: members.Acting
) -> None:
    key = new_request_key()
    community.pay(buyer, seller, 25, key=key)
    token = community.ask(seller, buyer, 25).token
    community.answer(buyer, token, Event.CONFIRM, key=key)
    assert community.balance(buyer) == -5000


def test_decline_needs_a_reason_and_books_nothing(
    community: ACommunity, seller: members.Acting, buyer: members.Acting
) -> None:
    token = community.ask(seller, buyer, 25).token
    with pytest.raises(errors.ReasonMissing):
        community.answer(buyer, token, Event.DECLINE)
    community.answer(buyer, token, Event.DECLINE, "Bukan saya")
    assert receipt(community, token).state is State.DECLINED
    with pytest.raises(errors.MovedOn):
        community.answer(buyer, token, Event.CONFIRM)
    assert community.balance(buyer) == 0
    assert community.seen(seller, token).happened[0].reason == "Bukan saya"


def test_only_the_side_that_may_does_it(
    community: ACommunity, seller: members.Acting, buyer: members.Acting
) -> None:
    token = community.ask(seller, buyer, 25).token
    stranger = community.enrol(a_cell())
    with pytest.raises(errors.NotTheirs):
        community.answer(seller, token, Event.CONFIRM)
    with pytest.raises(errors.NotTheirs):
        community.answer(buyer, token, Event.WITHDRAW)
    with pytest.raises(errors.NoSuchTrade):
        community.answer(stranger, token, Event.CONFIRM)
    with pytest.raises(errors.NoSuchTrade):
        community.seen(stranger, token)
    with pytest.raises(errors.OnlyLooking):
        community.answer(replace(buyer, kind="viewer"), token, Event.CONFIRM)
    foreign = a_community(community.engine, community.now, "KS").enrol(a_cell(), buyer.account)
    with pytest.raises(errors.NoSuchTrade):
        community.answer(foreign, token, Event.CONFIRM)
    community.answer(seller, token, Event.WITHDRAW)
    assert community.seen(buyer, token).state is State.WITHDRAWN


def test_a_question_lapses_by_itself_and_is_written_down_once(
    community: ACommunity, seller: members.Acting, buyer: members.Acting
) -> None:
    token = community.ask(seller, buyer, 25).token
    later = community.later(days=14)
    assert later.seen(buyer, token).state is State.EXPIRED
    assert later.seen(buyer, token).may == ()
    with pytest.raises(errors.MovedOn):
        later.answer(buyer, token, Event.CONFIRM)
    assert events(community.engine) == []
    handlers = job_handlers(SITE)
    for _ in range(2):
        run_due(community.engine, handlers, later.now)
    assert events(community.engine) == [("lapse", "expired", None, "")]


def test_a_reversal_takes_the_consent_of_who_was_credited(
    community: ACommunity, seller: members.Acting, buyer: members.Acting
) -> None:
    token = community.pay(buyer, seller, 25).token
    community.answer(buyer, token, Event.ASK_REVERSAL, "Busuk")
    with pytest.raises(errors.NotTheirs):
        community.answer(buyer, token, Event.AGREE_REVERSAL)
    community.answer(seller, token, Event.REFUSE_REVERSAL, "Masih segar")
    assert community.seen(buyer, token).state is State.CONFIRMED
    community.answer(buyer, token, Event.ASK_REVERSAL, "Sungguh")
    community.answer(seller, token, Event.AGREE_REVERSAL)
    assert (community.balance(seller), community.balance(buyer)) == (0, 0)
    found = receipt(community, token)
    assert found.state is State.REVERSED
    assert found.booked is not None
    assert found.booked.reversed_by == found.booked.entry_id + 1
    with pytest.raises(errors.MovedOn):
        community.answer(seller, token, Event.GIVE_BACK)


def test_a_reversal_that_nobody_answers_leaves_the_trade_as_it_was(
    community: ACommunity, seller: members.Acting, buyer: members.Acting
) -> None:
    token = community.pay(buyer, seller, 25).token
    community.answer(buyer, token, Event.ASK_REVERSAL, "Busuk")
    later = community.later(days=14)
    assert later.seen(seller, token).state is State.CONFIRMED
    later.answer(buyer, token, Event.ASK_REVERSAL, "Sekali lagi")
    assert [event for event, *_ in events(community.engine)] == [
        "ask_reversal",
        "lapse",
        "ask_reversal",
    ]
    later.answer(buyer, token, Event.DROP_REVERSAL)
    later.answer(seller, token, Event.GIVE_BACK)
    assert community.balance(buyer) == 0


def test_a_reversal_beyond_a_limit_names_the_own_figure_only(
    engine: Engine, community: ACommunity
) -> None:
    seller = community.enrol(a_cell().with_limit(10))
    buyer = community.enrol(a_cell().with_limit(100).with_ceiling(20))
    other = community.enrol(a_cell().with_limit(200))
    token = community.pay(buyer, seller, 50).token
    community.pay(seller, other, 55)
    with pytest.raises(BeyondFloor) as own:
        community.answer(seller, token, Event.GIVE_BACK)
    assert (own.value.facts["account"], own.value.facts["left"]) == (seller.account, 500)
    community.pay(other, seller, 55)
    community.pay(other, buyer, 65)
    with pytest.raises(errors.TheirLimit) as theirs:
        community.answer(seller, token, Event.GIVE_BACK)
    assert theirs.value.facts == {}
    assert community.seen(seller, token).state is State.CONFIRMED
    assert len(events(engine)) == 0


def test_confirming_keeps_to_the_buyers_limit_and_hides_the_sellers(
    community: ACommunity,
) -> None:
    seller = community.enrol(a_cell().with_ceiling(50))
    buyer = community.enrol(a_cell().with_limit(30))
    with pytest.raises(BeyondCeiling) as own:
        community.ask(seller, buyer, 51)
    assert own.value.facts["left"] == 5000
    token = community.ask(seller, buyer, 40).token
    with pytest.raises(BeyondFloor):
        community.answer(buyer, token, Event.CONFIRM)
    rich = community.enrol(a_cell().with_limit(100))
    second = community.ask(seller, rich, 30).token
    community.pay(rich, seller, 40)
    with pytest.raises(errors.TheirLimit):
        community.answer(rich, second, Event.CONFIRM)


def test_a_frozen_buyer_confirms_nothing_and_declines_still(
    community: ACommunity, seller: members.Acting, buyer: members.Acting
) -> None:
    token = community.ask(seller, buyer, 25).token
    in_unit_of_work(
        community.engine,
        lambda s: journal.set_status(
            s,
            community.view.id,
            buyer.account,
            status="frozen",
            authority="test",
            now=community.now,
        ),
    )
    with pytest.raises(AccountFrozen):
        community.answer(buyer, token, Event.CONFIRM)
    community.answer(buyer, token, Event.DECLINE, "Beku")


def test_the_page_says_what_a_yes_leaves(community: ACommunity, seller: members.Acting) -> None:
    buyer = community.enrol(a_cell().with_limit(100))
    token = community.ask(seller, buyer, 80).token
    with Session(community.engine) as session:
        seen = preview_answer(session, buyer, token, community.now)
        assert seen is not None
        assert (seen.balance_after, seen.left_after, seen.is_near_limit) == (-8000, 2000, True)
        assert seen.other.name == "Penjual"
        assert preview_answer(session, seller, token, community.now) is None


def test_what_waits_for_me_comes_first(
    community: ACommunity, seller: members.Acting, buyer: members.Acting
) -> None:
    community.ask(buyer, seller, 1, "punya saya")
    community.later(hours=1).ask(seller, buyer, 2, "untuk saya")
    with Session(community.engine) as session:
        found = queries.waiting(session, buyer, community.now)
        assert [(one.what, one.is_own_turn) for one in found] == [
            ("untuk saya", True),
            ("punya saya", False),
        ]
        assert queries.waiting(session, buyer, community.later(days=15).now) == []


def test_everybody_who_may_record_is_told_in_their_language(
    community: ACommunity, seller: members.Acting, buyer: members.Acting, tmp_path: Path
) -> None:
    letters = Letters(community, tmp_path / "mail")
    let_in(community, buyer, "Ani", "clerk", "id")
    let_in(community, buyer, "Ben", "holder", "en")
    let_in(community, buyer, "Cici", "viewer", "id")
    let_in(community, seller, "Dodi", "clerk", "en")
    token = community.ask(seller, buyer, 25, "Beras").token
    (ani, ben) = letters.read()
    assert (ani[0], ben[0]) == ("ani@example.org", "ben@example.org")
    assert "25,00" in ani[2]
    assert "25.00" in ben[2]
    assert ben[1] == "Penjual (SB001) gave you something: please confirm"
    assert f"{SITE}/c/SB/SB002/trades/{token}" in ani[2].replace("=\n", "")
    assert letters.read() == []
    community.answer(buyer, token, Event.DECLINE, "Belum sampai")
    ((to, _, text),) = letters.read()
    assert to == "dodi@example.org"
    assert "Belum sampai" in text


def test_nobody_is_asked_to_confirm_what_was_withdrawn(
    community: ACommunity, seller: members.Acting, buyer: members.Acting, tmp_path: Path
) -> None:
    letters = Letters(community, tmp_path / "mail")
    let_in(community, buyer, "Ben", "holder", "en")
    token = community.ask(seller, buyer, 25, "Beras").token
    community.answer(seller, token, Event.WITHDRAW)
    assert [subject for _, subject, _ in letters.read()] == [
        "Penjual (SB001) has withdrawn what it recorded"
    ]


def test_both_are_told_when_a_question_lapses(
    community: ACommunity, seller: members.Acting, buyer: members.Acting, tmp_path: Path
) -> None:
    letters = Letters(community, tmp_path / "mail")
    let_in(community, buyer, "Ben", "holder", "en")
    let_in(community, seller, "Dodi", "clerk", "en")
    community.ask(seller, buyer, 25, "Beras")
    letters.read()
    told = letters.read(community.later(days=14))
    assert [(to, subject) for to, subject, _ in told] == [
        ("ben@example.org", "Not confirmed in time: Beras"),
        ("dodi@example.org", "Not confirmed in time: Beras"),
    ]
    assert letters.read(community.later(days=20)) == []


STORIES = {
    "withdrawn": (Event.WITHDRAW,),
    "declined": (Event.DECLINE,),
    "confirmed": (Event.CONFIRM,),
    "given back": (Event.CONFIRM, Event.GIVE_BACK),
    "asked and dropped": (Event.CONFIRM, Event.ASK_REVERSAL, Event.DROP_REVERSAL),
    "asked and refused": (Event.CONFIRM, Event.ASK_REVERSAL, Event.REFUSE_REVERSAL),
    "asked and agreed": (Event.CONFIRM, Event.ASK_REVERSAL, Event.AGREE_REVERSAL),
}


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("story", STORIES)
def test_the_other_side_is_told_of_everything_that_happens(
    community: ACommunity,
    seller: members.Acting,
    buyer: members.Acting,
    tmp_path: Path,
    story: str,
    language: str,
) -> None:
    letters = Letters(community, tmp_path / "mail")
    let_in(community, buyer, "Beli", "clerk", language)
    let_in(community, seller, "Jual", "clerk", language)
    token = community.ask(seller, buyer, 25, "Kue \U0001f468\u200d\U0001f373 enak").token
    assert [to for to, _, _ in letters.read()] == ["beli@example.org"]
    for event in STORIES[story]:
        doer = buyer if event in community.seen(buyer, token).may else seller
        reader = "jual@example.org" if doer is buyer else "beli@example.org"
        community.answer(doer, token, event, "Karena hujan")
        ((to, subject, text),) = letters.read()
        assert to == reader
        assert subject.isprintable()
        assert "Karena hujan" in text
        assert f"/trades/{token}" in text
