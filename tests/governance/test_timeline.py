"""What comes when, for a proposal in each state; and who sees how much of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ledger.governance.rules.course import Course, Terms
from ledger.governance.rules.sight import Sight, sight
from ledger.governance.rules.states import State
from ledger.governance.rules.timeline import Ahead, ahead

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
TERMS = Terms()
_DAY = timedelta(days=1)


def told(course: Course, *, is_cut: bool = False) -> list[tuple[str, float]]:
    """What comes, and in how many days."""
    return [(one.what.value, (one.at - NOW) / _DAY) for one in ahead(course, TERMS, is_cut=is_cut)]


def test_a_discussion_leads_to_the_vote_and_to_the_limit() -> None:
    course = Course(State.DISCUSSION, NOW, until=NOW + 3 * _DAY)
    assert told(course) == [("opens", 3), ("closes", 8), ("would_take_effect", 10)]
    assert told(course, is_cut=True)[-1] == ("would_take_effect", 15)


def test_a_vote_leads_to_the_limit() -> None:
    course = Course(State.ACTIVE, NOW, until=NOW + 5 * _DAY)
    assert told(course) == [("closes", 5), ("would_take_effect", 7)]


def test_a_decision_can_be_appealed_once_until_its_time() -> None:
    course = Course(State.QUEUED, NOW, due_at=NOW + 2 * _DAY)
    assert told(course) == [("appeals_end", 2), ("takes_effect_unappealed", 2)]
    upheld = Course(State.QUEUED, NOW, due_at=NOW + 2 * _DAY, was_appealed=True)
    assert told(upheld) == [("takes_effect", 2)]
    assert told(Course(State.CONTESTED, NOW, until=NOW + 7 * _DAY)) == [("panel_answers", 7)]


def test_what_failed_can_come_again() -> None:
    assert told(Course(State.LAPSED, NOW)) == [("reopens_until", 14)]
    assert told(Course(State.LAPSED, NOW, was_reopened=True)) == []
    assert told(Course(State.DEFEATED, NOW)) == [("comes_again", 90)]


@pytest.mark.parametrize("state", ["draft", "executed", "canceled", "expired", "superseded"])
def test_nothing_comes_after_the_end(state: str) -> None:
    assert ahead(Course(State(state), NOW), TERMS, is_cut=False) == ()


def test_everything_that_comes_has_a_word() -> None:
    from ledger.governance.pages.wording import AHEAD, HAPPENED, STATES
    from ledger.governance.rules.states import CLOCK, Event

    assert set(AHEAD) == set(Ahead)
    assert set(STATES) == set(State)
    assert set(HAPPENED) == set(Event) - CLOCK


@pytest.mark.parametrize(
    ("level", "roles", "belongs", "is_subject", "seen"),
    [
        ("own", set(), False, False, Sight.OUTCOME),
        ("own", set(), True, False, Sight.REASONS),
        ("own", {"coordinator"}, True, False, Sight.REASONS),
        ("own", {"steward"}, True, False, Sight.EVIDENCE),
        ("own", {"auditor"}, True, False, Sight.EVIDENCE),
        ("own", set(), True, True, Sight.EVIDENCE),
        ("members", set(), False, False, Sight.OUTCOME),
        ("members", set(), True, False, Sight.EVIDENCE),
        ("everyone", set(), False, False, Sight.EVIDENCE),
    ],
)
def test_who_sees_how_much(
    level: str, roles: set[str], belongs: bool, is_subject: bool, seen: Sight
) -> None:
    assert sight(level, roles, belongs=belongs, is_subject=is_subject) is seen
