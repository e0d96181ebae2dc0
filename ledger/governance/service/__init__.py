"""Proposing, discussing, voting and carrying out. Nothing here commits.

Everything locks the proposal's row first; execution then locks the account's, as
payments do (see decision 0007). Jobs (`handlers`) do only what is due, and again without harm.
"""

from ledger.governance.service.appealing import Appeal, Judge, answer_appeal, appeal
from ledger.governance.service.challenging import (
    SayTooClose,
    challenge,
    judge,
    share_household,
)
from ledger.governance.service.concluding import ENACT, Enact, conclude
from ledger.governance.service.constitutions import declare_household, ensure_constitution
from ledger.governance.service.deciding import execute, record_outcome
from ledger.governance.service.discussing import Say, erase, may_speak, say
from ledger.governance.service.drawing import call_lot, promise_nonce, reveal_nonce
from ledger.governance.service.elections import (
    Name,
    accept,
    call_election,
    decline,
    name_candidate,
)
from ledger.governance.service.evidence import gather, weigh
from ledger.governance.service.funds import Contribute, contribute, found_fund
from ledger.governance.service.going import cell_left
from ledger.governance.service.happenings import TURN
from ledger.governance.service.losing import lose_steward
from ledger.governance.service.measures import (
    ProposeMeasure,
    amend_measure,
    answer_sponsor,
    propose_measure,
)
from ledger.governance.service.member_handlers import member_handlers
from ledger.governance.service.member_votes import (
    Asked,
    CastSecret,
    SecretReceipt,
    cast_secret,
    put_to_all,
)
from ledger.governance.service.motions import (
    ProposeConstitution,
    propose_constitution,
    sign_petition,
    withdraw_motion,
)
from ledger.governance.service.objecting import Object, make_objection, support_objection
from ledger.governance.service.opening import open_vote
from ledger.governance.service.proposing import Propose, amend, propose, submit, withdraw
from ledger.governance.service.recalls import Recall, petition_recall
from ledger.governance.service.turns import handlers, take_turn
from ledger.governance.service.voting import CastBallot, CastReceipt, cast

__all__ = [
    "ENACT",
    "TURN",
    "Appeal",
    "Asked",
    "CastBallot",
    "CastReceipt",
    "CastSecret",
    "Contribute",
    "Enact",
    "Judge",
    "Name",
    "Object",
    "Propose",
    "ProposeConstitution",
    "ProposeMeasure",
    "Recall",
    "Say",
    "SayTooClose",
    "SecretReceipt",
    "accept",
    "amend",
    "amend_measure",
    "answer_appeal",
    "answer_sponsor",
    "appeal",
    "call_election",
    "call_lot",
    "cast",
    "cast_secret",
    "cell_left",
    "challenge",
    "conclude",
    "contribute",
    "declare_household",
    "decline",
    "ensure_constitution",
    "erase",
    "execute",
    "found_fund",
    "gather",
    "handlers",
    "judge",
    "lose_steward",
    "make_objection",
    "may_speak",
    "member_handlers",
    "name_candidate",
    "open_vote",
    "petition_recall",
    "promise_nonce",
    "propose",
    "propose_constitution",
    "propose_measure",
    "put_to_all",
    "record_outcome",
    "reveal_nonce",
    "say",
    "share_household",
    "sign_petition",
    "submit",
    "support_objection",
    "take_turn",
    "weigh",
    "withdraw",
    "withdraw_motion",
]
