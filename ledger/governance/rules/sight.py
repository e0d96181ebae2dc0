"""Who reads how much of a proposal and of a decision."""

from __future__ import annotations

from collections.abc import Set
from enum import IntEnum


class Sight(IntEnum):
    """How much somebody sees; each sees what those before see."""

    OUTCOME = 1
    """That it was decided and what the count came to, without any cell's or person's name."""
    REASONS = 2
    """The request, the discussion, and the ballots with their reasons."""
    EVIDENCE = 3
    """Also the figures from the cell's books, and the whole record."""


def sight(level: str, roles: Set[str], *, belongs: bool, is_subject: bool) -> Sight:
    """What somebody sees where the community's transparency is `level`.

    `own`, `members` or `everyone` see balances; those who vote, auditors and the cell
    itself see the evidence everywhere. `belongs`: to the community.
    """
    if level == "everyone" or is_subject or roles & {"steward", "auditor"}:
        return Sight.EVIDENCE
    if not belongs:
        return Sight.OUTCOME
    return Sight.EVIDENCE if level == "members" else Sight.REASONS
