"""What a proposal is about, in a line, by its kind: for pages and mail alike."""

from __future__ import annotations

from ledger.governance.rules.measures import Kind
from ledger.text.phrases import N_

TITLES: dict[str, str] = {
    Kind.LIMIT: N_("Credit limit of %(cell)s"),
    Kind.FREEZE: N_("Freeze the account of %(cell)s"),
    Kind.THAW: N_("End the freeze of %(cell)s"),
    Kind.PAY: N_("Payment from a fund to %(cell)s"),
    Kind.WRITE_OFF: N_("Write-off of what %(cell)s is below zero"),
    Kind.TAKE_OVER: N_("Another cell takes over what %(cell)s is below zero"),
    Kind.FUND: N_("Open a fund: %(cell)s"),
}
"""`cell` is the name of the account's cell, or of the fund."""
