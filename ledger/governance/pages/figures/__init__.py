"""The figures of the evidence in words, each with what it was computed from."""

from __future__ import annotations

from ledger.governance.pages.figures.bearing import covered, exposed, lost
from ledger.governance.pages.figures.below_zero import days_below, days_to_zero, use
from ledger.governance.pages.figures.prospects import drawn, futures, prospect, too_short
from ledger.governance.pages.figures.telling import Figure, Panel, Teller, round_half
from ledger.governance.pages.figures.trading import band, cycles, diversity, reciprocity, turnover

__all__ = [
    "Figure",
    "Panel",
    "Teller",
    "band",
    "covered",
    "cycles",
    "days_below",
    "days_to_zero",
    "diversity",
    "drawn",
    "exposed",
    "futures",
    "lost",
    "prospect",
    "reciprocity",
    "round_half",
    "too_short",
    "turnover",
    "use",
]
