"""Columns and keys that the tables of this room have in common."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ledger.persistence.base import BigInt

STRICT = {"sqlite_strict": True, "sqlite_with_rowid": False}


def key() -> Mapped[int]:
    """A part of a primary key, which nobody counts up."""
    return mapped_column(BigInt, primary_key=True, autoincrement=False)


def of_proposal() -> ForeignKeyConstraint:
    """The row belongs to a proposal."""
    return ForeignKeyConstraint(
        ["community_id", "proposal"], ["proposal.community_id", "proposal.number"]
    )


def of_round() -> ForeignKeyConstraint:
    """The row belongs to a round of voting."""
    return ForeignKeyConstraint(
        ["community_id", "proposal", "round"],
        ["voting.community_id", "voting.proposal", "voting.round"],
    )
