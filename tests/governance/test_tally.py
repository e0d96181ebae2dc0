"""The tally: the worked examples, what it refuses, and that nobody gains by lying or staying away.

The search takes every committee of up to four on five figures: no favourite figure
exists for which another ballot, or none, ends nearer to it.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.governance.errors import (
    EligibleOutOfRange,
    FigureOutOfRange,
    QuorumOutOfRange,
    RatioUnreadable,
    ThresholdOutOfRange,
    TooManyBallots,
)
from ledger.governance.rules.tally import EXCEPTIONAL, ORDINARY, Rule, ratio, tally
from ledger.kernel.amounts import LARGEST

TWO_THIRDS = Rule(Fraction(2, 3), Fraction(2, 3))

WORKED = [
    # ballots, rule, result, outcome; of six eligible, from 200
    ([500, 500, 400, 300, 200, None], ORDINARY, 400, "succeeded"),
    ([500, 500, 200, 200], ORDINARY, 200, "defeated"),
    ([300, 400, 500, 600], ORDINARY, 400, "succeeded"),
    ([], ORDINARY, 200, "lapsed"),
    ([500, 500], ORDINARY, 200, "lapsed"),
    ([500, 500, 500], ORDINARY, 500, "succeeded"),
    ([500, 500, 500, 200], ORDINARY, 500, "succeeded"),
    ([100, 100, 0, 200], ORDINARY, 100, "succeeded"),
    ([500, 500, 400, 300, 300, 200], TWO_THIRDS, 300, "succeeded"),
]


@pytest.mark.parametrize(("ballots", "rule", "result", "outcome"), WORKED)
def test_worked_examples(ballots: list[int | None], rule: Rule, result: int, outcome: str) -> None:
    found = tally(200, ballots, eligible=6, rule=rule)
    assert (found.result, found.outcome) == (result, outcome)
    assert found.quorum == 4
    assert found.abstentions == ballots.count(None)


def test_the_example_in_the_issue() -> None:
    found = tally(200, [500, 400, None], eligible=6)
    assert (found.result, found.outcome, found.figures, found.counted) == (200, "lapsed", 2, 4)


@pytest.mark.parametrize(("eligible", "backing"), [(5, 3), (7, 3), (6, 3), (3, 2), (1, 1)])
def test_the_least_backing_that_moves_a_limit(eligible: int, backing: int) -> None:
    assert tally(200, [500] * backing, eligible=eligible).result == 500
    assert tally(200, [500] * (backing - 1), eligible=eligible).result == 200


def test_an_exceptional_vote_counts_everybody_who_is_missing() -> None:
    assert tally(200, [500] * 4, eligible=6, rule=EXCEPTIONAL).outcome == "lapsed"
    assert tally(200, [500] * 5, eligible=6, rule=EXCEPTIONAL).outcome == "succeeded"


def test_the_quorum_is_exact_where_floating_point_is_not() -> None:
    assert Rule(Fraction(2, 3)).quorum_of(3) == 2
    assert Rule(Fraction(1, 10)).quorum_of(30) == 3
    assert Rule(Fraction(2, 3)).quorum_of(LARGEST - 1) == 666_666_666_666_666
    assert Rule(Fraction(0), Fraction(2, 3)).needed_of(3) == 3


def test_nobody_eligible_changes_nothing() -> None:
    found = tally(200, [], eligible=0)
    assert (found.result, found.quorum, found.counted) == (200, 0, 0)


def test_a_quorum_of_everybody_in_the_world_takes_no_memory() -> None:
    found = tally(0, [1], eligible=LARGEST, rule=Rule(Fraction(1), Fraction(1, 2)))
    assert (found.result, found.counted) == (0, LARGEST)


class TestRefusals:
    @pytest.mark.parametrize("quorum", [Fraction(-1, 3), Fraction(4, 3)])
    def test_quorums(self, quorum: Fraction) -> None:
        with pytest.raises(QuorumOutOfRange):
            Rule(quorum)

    @pytest.mark.parametrize("threshold", [Fraction(-1, 100), Fraction(1), Fraction(3, 2)])
    def test_thresholds(self, threshold: Fraction) -> None:
        with pytest.raises(ThresholdOutOfRange):
            Rule(threshold=threshold)

    @pytest.mark.parametrize("edge", [Fraction(0), Fraction(1)])
    def test_the_edges_of_quorums_are_legal(self, edge: Fraction) -> None:
        assert tally(1, [2, 2, 2], eligible=3, rule=Rule(edge, Fraction(0))).result == 2

    @pytest.mark.parametrize(("part", "whole"), [(1, 0), (1, -2), (True, 2), (1, True), (0.5, 1)])
    def test_ratios(self, part: int, whole: int) -> None:
        with pytest.raises(RatioUnreadable):
            ratio(part, whole)

    def test_a_float_is_no_ratio(self) -> None:
        with pytest.raises(RatioUnreadable):
            Rule(0.5)  # type: ignore[arg-type]

    @pytest.mark.parametrize("figure", [-1, LARGEST + 1, True, 1.0, "1"])
    def test_figures(self, figure: int) -> None:
        with pytest.raises(FigureOutOfRange):
            tally(figure, [], eligible=3)
        with pytest.raises(FigureOutOfRange):
            tally(0, [figure], eligible=3)

    @pytest.mark.parametrize("eligible", [-1, LARGEST + 1, True, 1.0])
    def test_eligible(self, eligible: int) -> None:
        with pytest.raises(EligibleOutOfRange):
            tally(0, [], eligible=eligible)

    def test_more_ballots_than_votes(self) -> None:
        with pytest.raises(TooManyBallots):
            tally(0, [1, None, 2], eligible=2)


FIGURES = range(5)
RULES = [
    Rule(quorum, threshold)
    for quorum in map(Fraction, ("0", "1/3", "1/2", "2/3", "1"))
    for threshold in map(Fraction, ("0", "1/4", "1/2", "2/3", "3/4"))
]


@pytest.mark.parametrize("eligible", range(1, 5))
@pytest.mark.parametrize("rule", RULES, ids=str)
def test_no_misreport_and_no_absence_pays(eligible: int, rule: Rule) -> None:
    @cache
    def result(status_quo: int, ballots: tuple[int, ...]) -> int:
        return tally(status_quo, ballots, eligible=eligible, rule=rule).result

    for status_quo in FIGURES:
        for others in _every_others(eligible - 1):
            for peak in FIGURES:
                honest = abs(result(status_quo, _with(others, peak)) - peak)
                for lie in FIGURES:
                    assert abs(result(status_quo, _with(others, lie)) - peak) >= honest
                assert abs(result(status_quo, others) - peak) >= honest


def _every_others(most: int) -> list[tuple[int, ...]]:
    return [
        others
        for count in range(most + 1)
        for others in combinations_with_replacement(FIGURES, count)
    ]


def _with(others: tuple[int, ...], ballot: int) -> tuple[int, ...]:
    return tuple(sorted((*others, ballot)))


def as_specified(status_quo: int, ballots: list[int | None], eligible: int, rule: Rule) -> int:
    """The tally in the words of the rules, with the phantoms written out."""
    numeric = [ballot for ballot in ballots if ballot is not None]
    m = len(numeric)
    q, theta = rule.quorum, rule.threshold
    n = max(m, -((-q.numerator * eligible) // q.denominator))
    if n == 0:
        return status_quo
    xs = sorted(numeric + [status_quo] * (n - m))
    k = theta.numerator * n // theta.denominator + 1
    return min(max(status_quo, xs[n - k]), xs[k - 1])


@given(
    st.integers(0, 8),
    st.lists(st.none() | st.integers(0, 8), max_size=12),
    st.integers(0, 8),
    st.fractions(0, 1, max_denominator=12),
    st.fractions(0, Fraction(11, 12), max_denominator=12),
)
def test_counting_phantoms_is_the_same_as_writing_them_out(
    status_quo: int,
    ballots: list[int | None],
    absent: int,
    quorum: Fraction,
    threshold: Fraction,
) -> None:
    rule, eligible = Rule(quorum, threshold), len(ballots) + absent
    found = tally(status_quo, ballots, eligible=eligible, rule=rule)
    assert found.result == as_specified(status_quo, ballots, eligible, rule)
    moved = found.result != status_quo
    assert (found.outcome == "succeeded") is moved
    assert moved or (found.outcome == "defeated") is (found.figures >= found.quorum)
