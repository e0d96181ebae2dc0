"""Who does the due work about votes of all members, by kind of job."""

from __future__ import annotations

from functools import partial

from ledger.governance.service import concluding, elections, seats
from ledger.governance.service.member_mail import send_member_news
from ledger.governance.service.member_votes import MAIL, TURN
from ledger.jobs.service import Handler
from ledger.members.service.roles import ENDED


def member_handlers(public_url: str) -> dict[str, Handler]:
    """Opening, closing, counting and telling."""
    return {
        TURN: concluding.take_turn,
        MAIL: partial(send_member_news, public_url=public_url),
        elections.DUE: elections.call_due,
        ENDED: seats.after_ending,
    }
