"""Moving in from earlier books: a steward signs, because limits come along that nobody voted.

What is to be taken in lies with the room that reads it; here is only the act.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from ledger.credit.errors import ImportedTooLate
from ledger.jobs.service import schedule
from ledger.journal import queries as books
from ledger.members.queries import CommunityView

if TYPE_CHECKING:
    from ledger.members.service.acts import Signatures

KIND = "move_in"
JOB = "move_in"
"""The work that the second signature makes due; the room that read the files does it."""

Facts = Mapping[str, object]


class MovingIn:
    """`{"intake": id, "digest": hex, "cells": n, "trades": n, "limits": n, "name": file}`.

    `limits` counts the cells that bring limits of their own.
    """

    def ensure(
        self,
        session: Session,
        community: CommunityView,
        facts: Facts,
        _person_id: int,
        now: datetime,
    ) -> None:
        """Raises `ImportedTooLate`."""
        if facts["limits"] and books.has_own_trades(session, community.id):
            raise ImportedTooLate

    def do(
        self,
        session: Session,
        community: CommunityView,
        facts: Facts,
        reason: str,
        signatures: Signatures,
        now: datetime,
    ) -> None:
        """The books are taken in by the next due work."""
        payload = {"intake": facts["intake"], "digest": facts["digest"], "reason": reason}
        due = {**payload, "act": signatures.act_id}
        schedule(session, JOB, due, now, f"{JOB}:{signatures.act_id}", now=now)
