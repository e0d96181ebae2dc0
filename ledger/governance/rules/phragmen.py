"""Elections: approval ballots counted with sequential Phragmén, in exact fractions.

Each elected candidate is a load of one, which those who approve of them share so
that their loads come out equal; the candidate who leaves the smallest such load
is elected next. Committees are proportional and ballots stay simple: see Brill,
Freeman, Janson and Lackner, Phragmén's voting methods and justified representation
(Mathematical Programming 203, 2024). What a tie leaves open, a published lot decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ledger.governance.errors import (
    CandidateUnknown,
    ElectionTooLarge,
    OrderIncomplete,
    SeatsOutOfRange,
)

MOST_CANDIDATES = 200
MOST_COMMITTEES = 20_000
MOST_STEPS = 2_000_000
"""How many approvals are looked at, in all rounds of all ways to break ties."""

Loads = tuple[Fraction, ...]
"""What each group of like-minded voters bears."""


@dataclass(frozen=True, slots=True)
class Election:
    """Approval ballots, those that are alike taken together.

    `approvals[g]` are the candidates (0 to `candidates` - 1) that group g approves of,
    `sizes[g]` how many ballots say so.
    """

    candidates: int
    seats: int
    approvals: tuple[tuple[int, ...], ...]
    sizes: tuple[int, ...]

    @property
    def steps(self) -> int:
        """How many approvals one round looks at."""
        return self.candidates + sum(len(approved) for approved in self.approvals)


def election(candidates: int, seats: int, ballots: Sequence[Sequence[int]]) -> Election:
    """Take in the ballots of an election; an empty one approves of nobody.

    Raises `ElectionTooLarge`, `SeatsOutOfRange` or `CandidateUnknown`.
    """
    if candidates > MOST_CANDIDATES:
        raise ElectionTooLarge(most=MOST_CANDIDATES)
    if not 1 <= seats <= candidates:
        raise SeatsOutOfRange(seats=seats, candidates=candidates)
    for ballot in ballots:
        if len(set(ballot)) < len(ballot) or any(not 0 <= one < candidates for one in ballot):
            raise CandidateUnknown(ballot=list(ballot))
    groups = Counter(tuple(sorted(ballot)) for ballot in ballots if ballot)
    approvals = tuple(sorted(groups))
    return Election(candidates, seats, approvals, tuple(groups[one] for one in approvals))


def committees(voted: Election) -> list[tuple[int, ...]]:
    """Every committee that some way of breaking ties yields, each in rising order.

    Raises `ElectionTooLarge` when there are too many ways to follow.
    """
    ways = {(frozenset[int](), _unburdened(voted))}
    steps = 0
    for _ in range(voted.seats):
        steps += len(ways) * voted.steps
        if steps > MOST_STEPS:
            raise ElectionTooLarge(most=MOST_COMMITTEES)
        further = set()
        for chosen, loads in ways:
            tied, load = _next(voted, chosen, loads)
            further |= {(chosen | {one}, _burdened(voted, loads, one, load)) for one in tied}
            if len(further) > MOST_COMMITTEES:
                raise ElectionTooLarge(most=MOST_COMMITTEES)
        ways = further
    return sorted({tuple(sorted(chosen)) for chosen, _ in ways})


def elect(voted: Election, order: Sequence[int]) -> tuple[int, ...]:
    """The elected, first to last, where `order` breaks ties: all candidates, luckiest first.

    Raises `OrderIncomplete`.
    """
    if sorted(order) != list(range(voted.candidates)):
        raise OrderIncomplete(candidates=voted.candidates)
    elected: list[int] = []
    loads = _unburdened(voted)
    for _ in range(voted.seats):
        tied, load = _next(voted, frozenset(elected), loads)
        winner = min(tied, key=order.index)
        loads = _burdened(voted, loads, winner, load)
        elected.append(winner)
    return tuple(elected)


def _unburdened(voted: Election) -> Loads:
    return (Fraction(),) * len(voted.sizes)


def _next(
    voted: Election, chosen: frozenset[int], loads: Loads
) -> tuple[list[int], Fraction | None]:
    """Who could be elected next, and the load their supporters would then bear.

    When nobody is left whom anybody approves of, all others tie, at no load.
    """
    sizes, borne = [0] * voted.candidates, [Fraction()] * voted.candidates
    for approved, size, load in zip(voted.approvals, voted.sizes, loads, strict=True):
        weight = size * load
        for one in approved:
            sizes[one] += size
            borne[one] += weight
    others = [one for one in range(voted.candidates) if one not in chosen]
    raised = {one: (1 + borne[one]) / sizes[one] for one in others if sizes[one]}
    if not raised:
        return others, None
    least = min(raised.values())
    return [one for one, load in raised.items() if load == least], least


def _burdened(voted: Election, loads: Loads, winner: int, load: Fraction | None) -> Loads:
    if load is None:
        return loads
    return tuple(
        load if winner in approved else borne
        for approved, borne in zip(voted.approvals, loads, strict=True)
    )
