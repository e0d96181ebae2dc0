"""The table of states, tested whole, and where a proposal stands at each boundary of time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from ledger.governance.errors import MovedOn, OnlyOnce, TooEarly, TooLate
from ledger.governance.rules import course as courses
from ledger.governance.rules.course import Count, Course, Happening, Terms, derive
from ledger.governance.rules.states import CLOCK, STEPS, TABLE, Event, State
from ledger.governance.rules.tally import Outcome

ALLOWED = {
    ("draft", "submit"): ("discussion", ()),
    ("draft", "amend"): ("draft", ()),
    ("draft", "withdraw"): ("canceled", ()),
    ("draft", "close_account"): ("canceled", ()),
    ("discussion", "amend"): ("discussion", ()),
    ("discussion", "withdraw"): ("canceled", ()),
    ("discussion", "open"): ("active", ("discussed",)),
    ("discussion", "send_back"): ("discussion", ("not_sent_back",)),
    ("discussion", "close_account"): ("canceled", ()),
    ("active", "send_back"): ("discussion", ("not_sent_back",)),
    ("active", "reach_quorum"): ("active", ("no_quorum_yet",)),
    ("active", "succeed"): ("succeeded", ("over",)),
    ("active", "defeat"): ("defeated", ("over",)),
    ("active", "lapse"): ("lapsed", ("over",)),
    ("active", "close_account"): ("canceled", ()),
    ("lapsed", "reopen"): ("active", ("not_reopened", "still_fresh")),
    ("succeeded", "record"): ("queued", ()),
    ("succeeded", "expire"): ("expired", ("over",)),
    ("succeeded", "close_account"): ("canceled", ()),
    ("queued", "appeal"): ("contested", ("not_appealed", "not_due")),
    ("queued", "execute"): ("executed", ("due",)),
    ("queued", "supersede"): ("superseded", ("due",)),
    ("queued", "expire"): ("expired", ("over",)),
    ("queued", "close_account"): ("canceled", ()),
    ("contested", "uphold"): ("queued", ()),
    ("contested", "return"): ("discussion", ()),
    ("contested", "stay_silent"): ("queued", ("over",)),
    ("contested", "close_account"): ("canceled", ()),
}

START = datetime(2026, 11, 2, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TERMS = Terms()


@pytest.mark.parametrize(("state", "event"), list(product(State, Event)))
def test_every_state_and_event(state: State, event: Event) -> None:
    step = STEPS.get((state, event))
    allowed = ALLOWED.get((state.value, event.value))
    if allowed is None:
        assert step is None
        with pytest.raises(MovedOn) as moved:
            courses._step(standing(state), Happening(event, START), TERMS)
        assert moved.value.facts == {"state": state.value}
        return
    assert step is not None
    assert (step.target.value, tuple(guard.value for guard in step.guards)) == allowed


def test_no_line_stands_twice() -> None:
    assert len(TABLE) == len(STEPS) == len(ALLOWED)


def standing(state: State) -> Course:
    return Course(state, START, until=START + DAY, due_at=START + DAY)


BROKEN = {
    # guard: what breaks it in a course, when, and what it says then
    "discussed": ({}, DAY - TICK, TooEarly),
    "over": ({}, DAY - TICK, TooEarly),
    "due": ({}, DAY - TICK, TooEarly),
    "not_due": ({}, DAY, TooLate),
    "still_fresh": ({}, TERMS.reopening, TooLate),
    "not_sent_back": ({"was_sent_back": True}, DAY, OnlyOnce),
    "no_quorum_yet": ({"quorum_at": START}, DAY, OnlyOnce),
    "not_reopened": ({"was_reopened": True}, HOUR, OnlyOnce),
    "not_appealed": ({"was_appealed": True}, HOUR, OnlyOnce),
}
GUARDED = [(*key, guard) for key, (_, guards) in ALLOWED.items() for guard in guards]


@pytest.mark.parametrize(("state", "event", "guard"), GUARDED)
def test_every_guard_holds_and_gives_way(state: str, event: str, guard: str) -> None:
    target, guards = ALLOWED[state, event]
    early = {"not_due", "still_fresh"} & set(guards)
    kept = Happening(Event(event), START + (HOUR if early else DAY))
    assert courses._step(standing(State(state)), kept, TERMS).state == target

    change, after, refusal = BROKEN[guard]
    broken = replace(standing(State(state)), **change)
    with pytest.raises(refusal):
        courses._step(broken, Happening(Event(event), START + after), TERMS)


class Proposal:
    """A proposal's life in a test: what happened, and what the ballots came to."""

    def __init__(self, *outcomes: Outcome, is_cut: bool = False) -> None:
        self.outcomes, self.is_cut = outcomes, is_cut
        self.happenings: list[Happening] = []

    def count(self, round_: int) -> Count:
        return Count(self.outcomes[round_ - 1], self.is_cut)

    def then(self, event: Event, after: timedelta) -> Proposal:
        self.happenings.append(Happening(event, START + after))
        self.at(after)
        return self

    def at(self, after: timedelta) -> Course:
        return derive(self.happenings, self.count, START + after, TERMS, START)

    def opened(self) -> Proposal:
        """Submitted at once, opened after three days; the vote ends after eight."""
        return self.then(Event.SUBMIT, 0 * DAY).then(Event.OPEN, 3 * DAY)

    def queued(self) -> Proposal:
        """The outcome recorded an hour after the close."""
        return self.opened().then(Event.RECORD, CLOSE + HOUR)


CLOSE = 8 * DAY
SUCCEEDED, DEFEATED, LAPSED = Outcome.SUCCEEDED, Outcome.DEFEATED, Outcome.LAPSED


def test_three_days_are_discussed() -> None:
    proposal = Proposal(SUCCEEDED).then(Event.SUBMIT, 0 * DAY)
    with pytest.raises(TooEarly) as early:
        proposal.then(Event.OPEN, 3 * DAY - TICK)
    assert early.value.facts == {"opens_at": START + 3 * DAY}
    proposal.happenings.pop()
    assert proposal.then(Event.OPEN, 3 * DAY).at(3 * DAY).state is State.ACTIVE
    assert Proposal().then(Event.SUBMIT, 0 * DAY).at(300 * DAY).state is State.DISCUSSION


@pytest.mark.parametrize("outcome", Outcome)
def test_a_vote_closes_by_itself(outcome: Outcome) -> None:
    proposal = Proposal(outcome).opened()
    assert proposal.at(CLOSE - TICK).state is State.ACTIVE
    assert proposal.at(CLOSE).state.value == outcome.value
    assert proposal.at(CLOSE).since == START + CLOSE
    with pytest.raises(MovedOn):
        proposal.then(Event.SEND_BACK, CLOSE)


def test_the_ballots_are_not_counted_before_the_close() -> None:
    proposal = Proposal().opened()
    assert proposal.at(CLOSE - TICK).state is State.ACTIVE
    with pytest.raises(IndexError):
        proposal.at(CLOSE)


@pytest.mark.parametrize(
    ("reached", "extended"),
    [(CLOSE - DAY - TICK, False), (CLOSE - DAY, True), (CLOSE - TICK, True)],
)
def test_a_late_quorum_extends_once_by_a_day(reached: timedelta, extended: bool) -> None:
    proposal = Proposal(SUCCEEDED).opened().then(Event.REACH_QUORUM, reached)
    end = CLOSE + DAY if extended else CLOSE
    assert proposal.at(end - TICK).state is State.ACTIVE
    assert proposal.at(end).state is State.SUCCEEDED
    assert proposal.at(end).is_extended is extended
    with pytest.raises(OnlyOnce):
        proposal.then(Event.REACH_QUORUM, max(reached, end - HOUR))


@pytest.mark.parametrize(("is_cut", "wait"), [(False, 2 * DAY), (True, 7 * DAY)])
def test_raises_wait_two_days_and_cuts_seven(is_cut: bool, wait: timedelta) -> None:
    due = CLOSE + HOUR + wait
    assert Proposal(SUCCEEDED, is_cut=is_cut).queued().at(due).due_at == START + due
    with pytest.raises(TooEarly):
        Proposal(SUCCEEDED, is_cut=is_cut).queued().then(Event.EXECUTE, due - TICK)
    executed = Proposal(SUCCEEDED, is_cut=is_cut).queued().then(Event.EXECUTE, due)
    assert executed.at(due).state is State.EXECUTED
    assert executed.at(999 * DAY).state is State.EXECUTED
    changed = Proposal(SUCCEEDED, is_cut=is_cut).queued().then(Event.SUPERSEDE, due)
    assert changed.at(due).state is State.SUPERSEDED


def test_what_is_not_executed_in_14_days_expires() -> None:
    proposal, due = Proposal(SUCCEEDED).queued(), CLOSE + HOUR + 2 * DAY
    assert proposal.at(due + 14 * DAY - TICK).state is State.QUEUED
    assert proposal.at(due + 14 * DAY).state is State.EXPIRED
    with pytest.raises(MovedOn):
        proposal.then(Event.EXECUTE, due + 14 * DAY)


def test_so_does_an_outcome_that_nobody_wrote_down() -> None:
    proposal, end = Proposal(SUCCEEDED).opened(), CLOSE + 2 * DAY + 14 * DAY
    assert proposal.at(end - TICK).state is State.SUCCEEDED
    assert proposal.at(end).state is State.EXPIRED
    with pytest.raises(MovedOn):
        proposal.then(Event.RECORD, end)


def test_an_appeal_comes_before_the_decision_is_due() -> None:
    due = CLOSE + HOUR + 2 * DAY
    with pytest.raises(TooLate):
        Proposal(SUCCEEDED).queued().then(Event.APPEAL, due)
    contested = Proposal(SUCCEEDED).queued().then(Event.APPEAL, due - TICK)
    assert contested.at(due).state is State.CONTESTED
    with pytest.raises(MovedOn):
        contested.then(Event.EXECUTE, due)


def test_the_silence_of_the_panel_upholds() -> None:
    appealed = CLOSE + 2 * HOUR
    proposal = Proposal(SUCCEEDED).queued().then(Event.APPEAL, appealed)
    silent = appealed + 7 * DAY
    assert proposal.at(silent - TICK).state is State.CONTESTED
    upheld = proposal.at(silent)
    assert (upheld.state, upheld.due_at) == (State.QUEUED, START + silent)
    assert proposal.at(silent + 14 * DAY).state is State.EXPIRED
    with pytest.raises(OnlyOnce):
        Proposal(SUCCEEDED).queued().then(Event.APPEAL, appealed).then(Event.APPEAL, silent)
    assert proposal.then(Event.EXECUTE, silent).at(silent).state is State.EXECUTED


def test_who_upholds_at_once_shortens_no_wait() -> None:
    appealed, due = CLOSE + 2 * HOUR, CLOSE + HOUR + 7 * DAY
    proposal = Proposal(SUCCEEDED, is_cut=True).queued().then(Event.APPEAL, appealed)
    proposal.then(Event.UPHOLD, appealed + HOUR)
    assert proposal.at(appealed + HOUR).due_at == START + due
    with pytest.raises(OnlyOnce):
        proposal.then(Event.APPEAL, appealed + 2 * HOUR)


def test_a_returned_decision_is_discussed_and_voted_on_once_more() -> None:
    appealed = CLOSE + 2 * HOUR
    proposal = Proposal(SUCCEEDED, SUCCEEDED).queued().then(Event.APPEAL, appealed)
    proposal.then(Event.RETURN, appealed + DAY)
    returned = proposal.at(appealed + DAY)
    assert (returned.state, returned.until) == (State.DISCUSSION, START + appealed + 4 * DAY)
    assert returned.due_at is None
    proposal.then(Event.OPEN, appealed + 4 * DAY)
    assert proposal.at(appealed + 4 * DAY).round == 2
    again = appealed + 9 * DAY
    proposal.then(Event.RECORD, again)
    with pytest.raises(OnlyOnce):
        proposal.then(Event.APPEAL, again + HOUR)


@pytest.mark.parametrize("when", [DAY, 4 * DAY])
def test_an_objection_sends_back_once(when: timedelta) -> None:
    proposal = Proposal(DEFEATED, DEFEATED).then(Event.SUBMIT, 0 * DAY)
    if when > 3 * DAY:
        proposal.then(Event.OPEN, 3 * DAY)
    proposal.then(Event.SEND_BACK, when)
    with pytest.raises(TooEarly):
        proposal.then(Event.OPEN, when + 3 * DAY - TICK)
    proposal.happenings.pop()
    proposal.then(Event.OPEN, when + 3 * DAY)
    with pytest.raises(OnlyOnce):
        proposal.then(Event.SEND_BACK, when + 3 * DAY + HOUR)


def test_a_quorum_counts_for_its_round_alone() -> None:
    proposal = Proposal(LAPSED, SUCCEEDED).opened().then(Event.REACH_QUORUM, CLOSE - HOUR)
    proposal.then(Event.SEND_BACK, CLOSE).then(Event.OPEN, CLOSE + 3 * DAY)
    assert proposal.at(CLOSE + 3 * DAY).quorum_at is None
    proposal.then(Event.REACH_QUORUM, CLOSE + 4 * DAY)
    assert not proposal.at(CLOSE + 4 * DAY).is_extended


def test_an_amendment_starts_the_discussion_again() -> None:
    proposal = Proposal(DEFEATED).then(Event.AMEND, 0 * DAY).then(Event.SUBMIT, HOUR)
    proposal.then(Event.AMEND, DAY)
    assert (proposal.at(DAY).version, proposal.at(DAY).until) == (3, START + 4 * DAY)
    with pytest.raises(TooEarly):
        proposal.then(Event.OPEN, 4 * DAY - TICK)


def test_a_lapsed_vote_is_reopened_once_and_soon() -> None:
    assert Proposal(LAPSED).opened().at(300 * DAY).state is State.LAPSED
    with pytest.raises(TooLate):
        Proposal(LAPSED).opened().then(Event.REOPEN, CLOSE + 14 * DAY)
    proposal = Proposal(LAPSED, LAPSED).opened().then(Event.REOPEN, CLOSE + 14 * DAY - TICK)
    again = CLOSE + 19 * DAY
    assert proposal.at(again).state is State.LAPSED
    with pytest.raises(OnlyOnce):
        proposal.then(Event.REOPEN, again)


def test_what_happens_later_does_not_show_yet() -> None:
    proposal = Proposal(SUCCEEDED).queued()
    assert [proposal.at(after).state.value for after in (0 * DAY, 3 * DAY - TICK, 3 * DAY)] == [
        "discussion",
        "discussion",
        "active",
    ]
    assert derive([], proposal.count, START, TERMS, START).state is State.DRAFT


def test_the_clock_is_nobodys_to_turn() -> None:
    for event in CLOCK:
        with pytest.raises(ValueError, match="by itself"):
            courses.advance(
                standing(State.QUEUED), Happening(event, START), Proposal().count, TERMS
            )


@pytest.mark.parametrize("state", State)
def test_what_is_offered_is_what_is_possible(state: State) -> None:
    for now in (START, START + DAY - TICK, START + DAY):
        course = standing(state)
        offered = courses.events_at(course, now, TERMS)
        for event in set(Event) - CLOCK:
            try:
                courses._step(course, Happening(event, now), TERMS)
            except (MovedOn, TooEarly, TooLate, OnlyOnce):
                assert event not in offered
            else:
                assert event in offered


def test_a_defeated_proposal_may_come_again_after_90_days() -> None:
    assert not courses.may_come_again(START, START + 90 * DAY - TICK, TERMS)
    assert courses.may_come_again(START, START + 90 * DAY, TERMS)


def test_an_undecided_proposal_keeps_others_waiting() -> None:
    waiting = {state.value for state in State if standing(state).is_undecided}
    assert waiting == {"draft", "discussion", "active", "succeeded", "queued", "contested"}
