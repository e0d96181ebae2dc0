"""Proposing, discussing, voting and carrying out. Nothing here commits.

Everything locks the proposal's row first; execution then locks the account's, as
payments do (see decision 0007). Jobs (`handlers`) do only what is due, and again without harm.
"""

from ledger.governance.service.constitutions import declare_household, ensure_constitution
from ledger.governance.service.deciding import execute, record_outcome
from ledger.governance.service.drawing import call_lot, promise_nonce, reveal_nonce
from ledger.governance.service.happenings import TURN
from ledger.governance.service.losing import lose_steward
from ledger.governance.service.objecting import Object, make_objection, support_objection
from ledger.governance.service.opening import open_vote
from ledger.governance.service.proposing import Propose, amend, propose, submit, withdraw
from ledger.governance.service.turns import handlers, take_turn
from ledger.governance.service.voting import CastBallot, CastReceipt, cast

__all__ = [
    "TURN",
    "CastBallot",
    "CastReceipt",
    "Object",
    "Propose",
    "amend",
    "call_lot",
    "cast",
    "declare_household",
    "ensure_constitution",
    "execute",
    "handlers",
    "lose_steward",
    "make_objection",
    "open_vote",
    "promise_nonce",
    "propose",
    "record_outcome",
    "reveal_nonce",
    "submit",
    "support_objection",
    "take_turn",
    "withdraw",
]
