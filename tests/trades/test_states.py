"""The table of states, tested whole: every state, every event, every party."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from ledger.trades.errors import MovedOn, NotTheirs, ReasonMissing
from ledger.trades.rules import states
from ledger.trades.rules.states import ANSWER_WITHIN, Booking, Event, Party, State, step

MOMENT = datetime(2026, 11, 23, 3, tzinfo=UTC)
BOOKED = {State.CONFIRMED, State.REVERSAL_ASKED, State.REVERSED}

ALLOWED = {
    # state, event: party, next state, in the books, must say why
    ("asked", "confirm"): ("debtor", "confirmed", "post", False),
    ("asked", "decline"): ("debtor", "declined", "nothing", True),
    ("asked", "withdraw"): ("creditor", "withdrawn", "nothing", False),
    ("asked", "lapse"): ("time", "expired", "nothing", False),
    ("confirmed", "ask_reversal"): ("debtor", "reversal_asked", "nothing", True),
    ("confirmed", "give_back"): ("creditor", "reversed", "reverse", False),
    ("confirmed", "correct"): ("coordinator", "reversed", "reverse", True),
    ("reversal_asked", "agree_reversal"): ("creditor", "reversed", "reverse", False),
    ("reversal_asked", "refuse_reversal"): ("creditor", "confirmed", "nothing", True),
    ("reversal_asked", "drop_reversal"): ("debtor", "confirmed", "nothing", False),
    ("reversal_asked", "correct"): ("coordinator", "reversed", "reverse", True),
    ("reversal_asked", "lapse"): ("time", "confirmed", "nothing", False),
}


@pytest.mark.parametrize(("state", "event", "party"), list(product(State, Event, Party)))
def test_every_state_event_and_party(state: State, event: Event, party: Party) -> None:
    allowed = ALLOWED.get((state.value, event.value))
    if allowed is None:
        with pytest.raises(MovedOn) as moved:
            step(state, event, party, "because")
        assert moved.value.facts == {"state": state.value}
        return
    by, target, booking, needs_reason = allowed
    if by != party.value:
        with pytest.raises(NotTheirs):
            step(state, event, party, "because")
        return
    taken = step(state, event, party, "because")
    assert (taken.target, taken.booking) == (State(target), Booking(booking))
    if needs_reason:
        with pytest.raises(ReasonMissing):
            step(state, event, party, "")
    else:
        assert step(state, event, party) is taken
    assert event in states.events_for(state, party)


def test_nothing_else_is_offered() -> None:
    offered = {
        (state.value, event.value): party.value
        for state, party in product(State, Party)
        for event in states.events_for(state, party)
    }
    assert offered == {key: by for key, (by, *_) in ALLOWED.items()}


@pytest.mark.parametrize("state", State)
def test_questions_lapse_and_nothing_else_does(state: State) -> None:
    until = states.answer_by(state, MOMENT)
    lapses_to = {State.ASKED: State.EXPIRED, State.REVERSAL_ASKED: State.CONFIRMED}
    if state not in lapses_to:
        assert until is None
        assert states.present(state, None, MOMENT) is state
        return
    assert until == MOMENT + ANSWER_WITHIN == MOMENT + timedelta(days=14)
    assert states.present(state, until, until - timedelta(microseconds=1)) is state
    assert states.present(state, until, until) is lapses_to[state]


def test_only_what_is_booked_can_be_reversed_and_only_once() -> None:
    for one in states.TABLE:
        assert (one.booking is Booking.REVERSE) == (one.target is State.REVERSED)
        assert (one.booking is Booking.POST) == (one.source not in BOOKED and one.target in BOOKED)
        assert one.source is not State.REVERSED
