"""How a trade's states, and what may be done to it, are called on pages."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.text.phrases import N_
from ledger.trades.rules.plans import Rhythm
from ledger.trades.rules.states import TABLE, Event


@dataclass(frozen=True, slots=True)
class Deed:
    """Something a cell may do: its button, and what stands above it."""

    label: str
    about: str = ""
    is_main: bool = False


DEEDS: dict[str, Deed] = {
    Event.CONFIRM: Deed(N_("Confirm"), is_main=True),
    Event.DECLINE: Deed(N_("Decline"), N_("Say why, so that the other side can put it right.")),
    Event.WITHDRAW: Deed(N_("Withdraw"), N_("It was recorded by mistake? Nothing is booked yet.")),
    Event.AGREE_REVERSAL: Deed(N_("Agree and give it back"), is_main=True),
    Event.REFUSE_REVERSAL: Deed(N_("Refuse"), N_("Say why; the transaction stands then.")),
    Event.DROP_REVERSAL: Deed(
        N_("No longer ask for it"), N_("The transaction stands as it is then.")
    ),
    Event.ASK_REVERSAL: Deed(
        N_("Ask for a reversal"), N_("The other side must agree. Say why it should be taken back.")
    ),
    Event.GIVE_BACK: Deed(
        N_("Give it back"), N_("What you received here goes back, at once and in full.")
    ),
}
"""What cells do, by event."""

RHYTHMS: dict[str, str] = {
    Rhythm.ONCE: N_("once"),
    Rhythm.WEEKLY: N_("every week"),
    Rhythm.MONTHLY: N_("every month"),
}

STATES: dict[str, str] = {
    "asked": N_("Waiting for confirmation"),
    "declined": N_("Declined"),
    "withdrawn": N_("Withdrawn"),
    "expired": N_("Lapsed: not confirmed within 14 days"),
    "confirmed": N_("Booked"),
    "reversal_asked": N_("Booked; a reversal is asked for"),
    "reversed": N_("Reversed"),
}

HAPPENED: dict[str, str] = {
    Event.CONFIRM: N_("confirmed"),
    Event.DECLINE: N_("declined"),
    Event.WITHDRAW: N_("withdrawn"),
    Event.LAPSE: N_("lapsed without an answer"),
    Event.ASK_REVERSAL: N_("asked for a reversal"),
    Event.DROP_REVERSAL: N_("no longer asked for the reversal"),
    Event.REFUSE_REVERSAL: N_("refused the reversal"),
    Event.AGREE_REVERSAL: N_("agreed to the reversal"),
    Event.GIVE_BACK: N_("gave it back"),
    Event.CORRECT: N_("reversed by a coordinator"),
}

REASONED = frozenset(step.event for step in TABLE if step.needs_reason)
"""What nobody does without a reason."""
