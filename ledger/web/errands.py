"""What waits for those who serve a community, from whichever room: listed on their desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ledger.web import runtime


@dataclass(frozen=True, slots=True)
class Errand:
    """Something that waits: what it is and about what, in the visitor's words, and where."""

    said: str
    about: str
    address: str


def waiting(db: Session, standing: Any, now: datetime) -> list[Errand]:
    """What waits for whoever has this `members.queries.Standing`."""
    return list(runtime.runtime().lookups.find_errands(db, standing, now))
