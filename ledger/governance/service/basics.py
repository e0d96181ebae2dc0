"""The equal limit that every cell has: a vote that raises it raises theirs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from ledger.credit import service as credit
from ledger.journal import queries as books


def lift_to_least(
    session: Session, community_id: int, least: int, version: int, now: datetime
) -> list[int]:
    """Give every cell at least the limit `least`, by a version of the constitution.

    Returns the accounts whose limit was lower, by number: in this order they are locked, as
    payments lock them.
    """
    lower = [
        one
        for one in books.accounts(session, community_id)
        if one.kind == "cell" and one.status != "closed" and -one.floor < least
    ]
    for one in lower:
        limit = credit.Limit(-least, one.ceiling, "default", str(version))
        credit.set_limit(
            session,
            community_id,
            one.number,
            limit,
            expected_version=one.limit_version,
            now=now,
        )
    return [one.number for one in lower]
