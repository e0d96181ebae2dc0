"""The jobs of this room, by kind."""

from __future__ import annotations

from functools import partial

from ledger.jobs.service import Handler
from ledger.members.service import freezing, telling


def handlers(public_url: str) -> dict[str, Handler]:
    """Who does this room's due work."""
    return {
        telling.JOB: partial(telling.send_act_news, public_url=public_url),
        freezing.JOB: freezing.thaw_due,
    }
