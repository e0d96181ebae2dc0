"""The tally: a generalised median in which the missing quorum counts as the status quo.

Adding phantom ballots at the present figure is Moulin's generalised median (On
strategy-proofness and single peakedness, Public Choice 35, 1980): whoever has one
favourite figure and likes others the less the further they lie from it gains
nothing by naming another figure, and nothing by staying away. It says nothing
about groups that agree among themselves. Integers only, no division.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from ledger.governance.errors import (
    EligibleOutOfRange,
    FigureOutOfRange,
    QuorumOutOfRange,
    RatioUnreadable,
    ThresholdOutOfRange,
    TooManyBallots,
)
from ledger.kernel.amounts import LARGEST


class Outcome(StrEnum):
    """How a vote ended."""

    SUCCEEDED = "succeeded"
    DEFEATED = "defeated"
    LAPSED = "lapsed"


def ratio(part: int, whole: int) -> Fraction:
    """The ratio of two integers, exactly. Raises `RatioUnreadable`."""
    if not (_is_integer(part) and _is_integer(whole)) or whole <= 0:
        raise RatioUnreadable(part=part, whole=whole)
    return Fraction(part, whole)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a vote takes: the quorum of those eligible, and the share that has to agree.

    Raises `RatioUnreadable`, `QuorumOutOfRange` or `ThresholdOutOfRange`.
    """

    quorum: Fraction = Fraction(2, 3)
    threshold: Fraction = Fraction(1, 2)

    def __post_init__(self) -> None:
        for given in (self.quorum, self.threshold):
            if not isinstance(given, Fraction):
                raise RatioUnreadable(part=given, whole=1)
        if not 0 <= self.quorum <= 1:
            raise QuorumOutOfRange(quorum=self.quorum)
        if not 0 <= self.threshold < 1:
            raise ThresholdOutOfRange(threshold=self.threshold)

    def quorum_of(self, eligible: int) -> int:
        """How many figures it takes before missing ones stop counting as the status quo."""
        return -(-eligible * self.quorum.numerator // self.quorum.denominator)

    def needed_of(self, counted: int) -> int:
        """How many of `counted` ballots have to agree: more than the threshold."""
        return counted * self.threshold.numerator // self.threshold.denominator + 1


ORDINARY = Rule()
"""Two thirds take part, more than half agree."""

EXCEPTIONAL = Rule(Fraction(1), Fraction(2, 3))
"""For figures above the cap and for writing off a debt."""

ALL_MEMBERS = Rule(Fraction(1, 5), Fraction(1, 2))
"""For votes of all cells."""


@dataclass(frozen=True, slots=True)
class Tally:
    """A counted vote. Figures in smallest parts, counts in ballots."""

    result: int
    outcome: Outcome
    figures: int
    """Ballots that name a figure."""
    abstentions: int
    """Ballots that name none: they take part and count as the status quo below the quorum."""
    quorum: int
    """How many figures make the quorum."""
    counted: int
    """Figures, and the status quo for each that the quorum lacks."""
    needed: int
    """How many of those counted have to agree."""
    low: int
    """The highest figure that `needed` ballots reach at least."""
    high: int
    """The lowest figure that `needed` ballots do not pass."""

    @property
    def has_quorum(self) -> bool:
        """Whether enough named a figure."""
        return self.figures >= self.quorum


def tally(
    status_quo: int, ballots: Sequence[int | None], *, eligible: int, rule: Rule = ORDINARY
) -> Tally:
    """Count `ballots`, of which None abstains, out of `eligible` votes.

    The result is the figure nearest to the status quo between `low` and `high`; where a
    threshold below one half lets both directions win, the lower figure does.
    Raises `FigureOutOfRange`, `EligibleOutOfRange` or `TooManyBallots`.
    """
    _ensure_countable(status_quo, ballots, eligible)
    figures = sorted(ballot for ballot in ballots if ballot is not None)
    quorum = rule.quorum_of(eligible)
    counted = max(len(figures), quorum)
    needed = rule.needed_of(counted)
    low = high = result = status_quo
    if counted:
        missing = counted - len(figures)
        low = _placed(figures, status_quo, missing, counted - needed)
        high = _placed(figures, status_quo, missing, needed - 1)
        result = min(max(status_quo, low), high)
    return Tally(
        result=result,
        outcome=_outcome(result != status_quo, len(figures) >= quorum),
        figures=len(figures),
        abstentions=len(ballots) - len(figures),
        quorum=quorum,
        counted=counted,
        needed=needed,
        low=low,
        high=high,
    )


def ensure_figure(value: object) -> int:
    """Return `value` as a figure that can be voted on. Raises `FigureOutOfRange`."""
    if not _is_integer(value) or not 0 <= value <= LARGEST:  # type: ignore[operator]
        raise FigureOutOfRange(largest=LARGEST)
    return value  # type: ignore[return-value]


def _ensure_countable(status_quo: int, ballots: Sequence[int | None], eligible: int) -> None:
    ensure_figure(status_quo)
    for ballot in ballots:
        if ballot is not None:
            ensure_figure(ballot)
    if not _is_integer(eligible) or not 0 <= eligible <= LARGEST:
        raise EligibleOutOfRange(largest=LARGEST)
    if len(ballots) > eligible:
        raise TooManyBallots(ballots=len(ballots), eligible=eligible)


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _placed(figures: Sequence[int], status_quo: int, missing: int, index: int) -> int:
    """What stands at `index` of the sorted figures with the status quo put in `missing` times.

    The phantoms are counted, not written out: a quorum may be as large as it likes.
    """
    below = bisect_left(figures, status_quo)
    if index < below:
        return figures[index]
    return status_quo if index < below + missing else figures[index - missing]


def _outcome(moved: bool, has_quorum: bool) -> Outcome:
    if moved:
        return Outcome.SUCCEEDED
    return Outcome.DEFEATED if has_quorum else Outcome.LAPSED
