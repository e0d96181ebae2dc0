"""What a person said about statements, and whether they are mailed, to take away."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.kernel.units import shown_number
from ledger.members import queries as members
from ledger.statements.model import MailWish, StatementObjection, StatementObjectionEvent
from ledger.statements.rules.months import month_kept


def own_data(session: Session, person_id: int) -> dict[str, Any]:
    """By heading, as JSON holds it; instants in ISO 8601."""
    wish = session.get(MailWish, person_id)
    codes = {where.id: where.code for where, _ in members.numbers_in_books(session, person_id)}
    rows = session.execute(
        select(StatementObjectionEvent, StatementObjection)
        .join(StatementObjection, StatementObjection.id == StatementObjectionEvent.objection_id)
        .where(StatementObjectionEvent.person_id == person_id)
        .order_by(StatementObjectionEvent.at, StatementObjectionEvent.objection_id)
    )
    return {
        "statements_by_mail": wish is None or wish.off_at is None,
        "objections_to_statements": [
            {
                "cell": shown_number(codes.get(about.community_id, ""), about.account),
                "month": str(month_kept(about.month)),
                "did": event.event,
                "words": event.words,
                "at": event.at.isoformat(),
            }
            for event, about in rows
        ],
    }
