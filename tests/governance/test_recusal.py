"""Who votes on a case, and who steps in."""

from __future__ import annotations

import pytest

from ledger.governance.rules.recusal import (
    Ground,
    Person,
    Subject,
    automatic_ground,
    is_close_trader,
    is_upheld,
    roster,
)

SITI = Person(1, frozenset({17, 40}), household=frozenset({9}))
SUBJECT = Subject(cell=17, people=(SITI,), asked_by=5)


@pytest.mark.parametrize(
    ("person", "ground"),
    [
        (SITI, Ground.SUBJECT),
        (Person(2, frozenset({17})), Ground.SUBJECT),
        (Person(5), Ground.SUBJECT),
        (Person(3, frozenset({40, 41})), Ground.SHARED_CELL),
        (Person(9), Ground.HOUSEHOLD),
        (Person(4, household=frozenset({1})), Ground.HOUSEHOLD),
        (Person(4, frozenset({18}), household=frozenset({9})), None),
        (Person(6), None),
    ],
)
def test_grounds_that_nobody_judges(person: Person, ground: Ground | None) -> None:
    assert automatic_ground(person, SUBJECT) is ground


@pytest.mark.parametrize(
    ("shared", "flagged"), [(0, False), (19, False), (20, False), (21, True), (100, True)]
)
def test_more_than_a_fifth_of_the_turnover_is_flagged(shared: int, flagged: bool) -> None:
    turnover = {30: shared // 2, 31: shared - shared // 2, 50: 100 - shared}
    assert is_close_trader(Person(2, frozenset({30, 31})), turnover) is flagged
    assert not is_close_trader(Person(2, frozenset({30})), {})


def test_a_challenge_takes_more_than_half_of_the_others() -> None:
    judges = frozenset({1, 2, 3, 4})
    assert not is_upheld({1: True, 2: True}, judges)
    assert is_upheld({1: True, 2: True, 3: True, 4: False}, judges)
    assert not is_upheld({1: True, 2: True, 8: True, 9: True}, judges)
    assert not is_upheld({}, frozenset())


def test_recusal_lowers_the_number_of_votes() -> None:
    found = roster([1, 2, 3, 4, 5], {2: Ground.HOUSEHOLD, 5: Ground.SUBJECT}, [8, 9], seats=5)
    assert (found.voters, found.eligible, found.alternates) == ((1, 3, 4), 3, (8, 9))
    assert found.recused == ((2, Ground.HOUSEHOLD), (5, Ground.SUBJECT))
    assert not found.are_alternates
    assert not found.is_for_all_members


def test_below_three_alternates_fill_up_to_the_seats() -> None:
    grounds = {1: Ground.SUBJECT, 2: Ground.HOUSEHOLD, 8: Ground.SUBJECT}
    found = roster([1, 2, 3, 4], grounds, [8, 9, 4, 10, 11, 12], seats=5)
    assert (found.voters, found.alternates) == ((3, 4, 9, 10, 11), (12,))
    assert found.are_alternates == {9, 10, 11}
    assert found.recused == ((1, Ground.SUBJECT), (2, Ground.HOUSEHOLD))


def test_else_all_members_vote() -> None:
    found = roster([1, 2, 3], {1: Ground.SUBJECT}, [], seats=5)
    assert found.is_for_all_members
    assert (found.eligible, found.alternates) == (0, ())
    assert not roster([1, 2, 3], {1: Ground.SUBJECT}, [7], seats=5).is_for_all_members
