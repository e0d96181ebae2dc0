"""Tables of the constitution, proposals, votes and decisions (see decision 0007).

`happening` and `ballot` are append-only by triggers. Texts that could name a person
stand beside their digest and can be erased. JSON is canonical (`kernel.merkle`).
"""

from ledger.governance.model.cases import (
    Appellant,
    Challenge,
    Consent,
    EarlierWords,
    Judgement,
    Panelist,
)
from ledger.governance.model.everyone import (
    CandidateRow,
    MemberVote,
    Petitioner,
    RollPlace,
    SecretBallotRow,
)
from ledger.governance.model.lots import LotNonce, LotPlace, LotRow
from ledger.governance.model.proposals import (
    Comment,
    ConstitutionRow,
    HappeningRow,
    Household,
    Objection,
    Proposal,
)
from ledger.governance.model.votes import (
    BallotContent,
    BallotRow,
    Decision,
    Recusal,
    RosterRow,
    Voting,
)

__all__ = [
    "Appellant",
    "BallotContent",
    "BallotRow",
    "CandidateRow",
    "Challenge",
    "Comment",
    "Consent",
    "ConstitutionRow",
    "Decision",
    "EarlierWords",
    "HappeningRow",
    "Household",
    "Judgement",
    "LotNonce",
    "LotPlace",
    "LotRow",
    "MemberVote",
    "Objection",
    "Panelist",
    "Petitioner",
    "Proposal",
    "Recusal",
    "RollPlace",
    "RosterRow",
    "SecretBallotRow",
    "Voting",
]
