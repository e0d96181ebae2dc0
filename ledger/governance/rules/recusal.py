"""Who votes on a case: the stewards seated, without those too close to it.

Recusal lowers the number of eligible votes; an abstention does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

FEWEST = 3
"""With fewer eligible, alternates are drawn; with fewer still, all members vote."""

CLOSE_TRADE = Fraction(1, 5)
"""A steward whose cells hold more than this of the subject's turnover is flagged."""


class Ground(StrEnum):
    """Why somebody does not vote on a case."""

    SUBJECT = "subject"
    """Acts for the cell that the case is about, or asked for it."""
    SHARED_CELL = "shared_cell"
    """Acts for another cell together with somebody who acts for the subject's."""
    HOUSEHOLD = "household"
    """Has declared, or is declared, to share a household with one of those."""
    CHALLENGED = "challenged"
    """The other stewards upheld a challenge."""
    DECLARED = "declared"
    """Said so themselves, with a reason."""
    GONE = "gone"
    """Belongs to the community no longer."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who could vote: the cells they act for, and who shares their household."""

    id: int
    cells: frozenset[int] = frozenset()
    household: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Subject:
    """What a case is about: a cell, who asked, and everybody who acts for the cell."""

    cell: int
    people: tuple[Person, ...]
    asked_by: int | None = None


def automatic_ground(person: Person, subject: Subject) -> Ground | None:
    """Why `person` can't vote on `subject`, without anybody's judgement; None if they can."""
    theirs = {one.id for one in subject.people}
    if subject.cell in person.cells or person.id in theirs | {subject.asked_by}:
        return Ground.SUBJECT
    if any(person.cells & one.cells for one in subject.people):
        return Ground.SHARED_CELL
    declared = any(person.id in one.household for one in subject.people)
    return Ground.HOUSEHOLD if declared or person.household & theirs else None


def is_close_trader(person: Person, turnover: Mapping[int, int]) -> bool:
    """Whether to flag `person`, whose cells hold over a fifth of the subject's turnover.

    `turnover` is what the subject traded with each cell in the window, in smallest parts.
    A flag recuses nobody by itself: it asks for a look, and for a challenge if need be.
    """
    shared = sum(turnover.get(cell, 0) for cell in person.cells)
    return shared > sum(turnover.values()) * CLOSE_TRADE


def is_upheld(judgements: Mapping[int, bool], judges: Set[int]) -> bool:
    """Whether more than half of `judges`, the other stewards, uphold a challenge.

    Silence upholds nothing; what others than the judges say does not count.
    """
    return 2 * sum(judgements.get(judge, False) for judge in judges) > len(judges)


@dataclass(frozen=True, slots=True)
class Roster:
    """Who votes, frozen when voting opens. People in the order in which they stand."""

    voters: tuple[int, ...]
    alternates: tuple[int, ...]
    """Who steps in next when one of the voters is lost."""
    recused: tuple[tuple[int, Ground], ...]
    are_alternates: frozenset[int] = frozenset()

    @property
    def eligible(self) -> int:
        """The number of votes, which a later loss does not change."""
        return len(self.voters)

    @property
    def is_for_all_members(self) -> bool:
        """Whether too few are left, so that all members vote instead."""
        return not self.voters


def roster(
    stewards: Sequence[int],
    grounds: Mapping[int, Ground],
    drawn: Iterable[int] = (),
    *,
    seats: int,
) -> Roster:
    """Who votes, out of the `stewards` seated and, below three, of `drawn` alternates.

    `grounds` recuse stewards and alternates alike. `drawn` are the alternates in the
    order of their lot; they fill up to the number of `seats`, of which some may be empty.
    """
    able = [person for person in stewards if person not in grounds]
    waiting = [person for person in drawn if person not in grounds and person not in stewards]
    filling: list[int] = []
    if len(able) < FEWEST:
        missing = max(seats - len(able), 0)
        filling, waiting = waiting[:missing], waiting[missing:]
    voters = (*able, *filling)
    if len(voters) < FEWEST:
        voters, waiting, filling = (), [], []
    recused = tuple((person, grounds[person]) for person in stewards if person in grounds)
    return Roster(voters, tuple(waiting), recused, frozenset(filling))
