"""Electing stewards: calling an election, naming candidates, seating the elected."""

from __future__ import annotations

from ledger.governance.service.elections.calling import DUE, call_due, call_election
from ledger.governance.service.elections.naming import Name, accept, decline, name_candidate
from ledger.governance.service.elections.seating import enact, open_election

__all__ = [
    "DUE",
    "Name",
    "accept",
    "call_due",
    "call_election",
    "decline",
    "enact",
    "name_candidate",
    "open_election",
]
