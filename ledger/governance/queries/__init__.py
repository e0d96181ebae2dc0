"""What was proposed, where it stands, and how it was decided: frozen values for pages."""

from ledger.governance.queries.ballots import member_record
from ledger.governance.queries.cases import (
    AppealView,
    ChallengeView,
    PanelistView,
    SignerView,
    StewardView,
    appeal_of,
    bench,
    duties_waiting,
)
from ledger.governance.queries.constitutions import (
    ConstitutionView,
    constitution_in_force,
    constitution_version,
    constitutions,
    founding_text,
    text_in_force,
    versions,
)
from ledger.governance.queries.discussions import CommentView, comments
from ledger.governance.queries.funds import (
    FundLine,
    FundMovement,
    FundPage,
    consent_of,
    fund_lines,
    fund_page,
)
from ledger.governance.queries.happened import Earlier, Happened, earlier_versions, happened
from ledger.governance.queries.limits import Reach, reach
from ledger.governance.queries.listing import Line, lines
from ledger.governance.queries.lots import LotLine, LotView, PartView, PlaceView, lot, lots
from ledger.governance.queries.member_votes import (
    CandidateView,
    MemberVoteLine,
    MemberVoteView,
    candidacies_waiting,
    member_vote,
    member_vote_lines,
    member_votes_waiting,
)
from ledger.governance.queries.own import (
    OwnBallot,
    Waiting,
    about_own_cell,
    ballot_at,
    own_ballot,
    votes_waiting,
)
from ledger.governance.queries.own_data import own_data
from ledger.governance.queries.proposals import (
    DecisionView,
    ObjectionView,
    ProposalView,
    RecusedView,
    VoterView,
    proposal,
    proposals,
)
from ledger.governance.queries.records import evidence_of, record
from ledger.governance.queries.seats import CommitteeView, SeatView, committee_seats, vote_of
from ledger.governance.queries.seeing import sight_of

__all__ = [
    "AppealView",
    "CandidateView",
    "ChallengeView",
    "CommentView",
    "CommitteeView",
    "ConstitutionView",
    "DecisionView",
    "Earlier",
    "FundLine",
    "FundMovement",
    "FundPage",
    "Happened",
    "Line",
    "LotLine",
    "LotView",
    "MemberVoteLine",
    "MemberVoteView",
    "ObjectionView",
    "OwnBallot",
    "PanelistView",
    "PartView",
    "PlaceView",
    "ProposalView",
    "Reach",
    "RecusedView",
    "SeatView",
    "SignerView",
    "StewardView",
    "VoterView",
    "Waiting",
    "about_own_cell",
    "appeal_of",
    "ballot_at",
    "bench",
    "candidacies_waiting",
    "comments",
    "committee_seats",
    "consent_of",
    "constitution_in_force",
    "constitution_version",
    "constitutions",
    "duties_waiting",
    "earlier_versions",
    "evidence_of",
    "founding_text",
    "fund_lines",
    "fund_page",
    "happened",
    "lines",
    "lot",
    "lots",
    "member_record",
    "member_vote",
    "member_vote_lines",
    "member_votes_waiting",
    "own_ballot",
    "own_data",
    "proposal",
    "proposals",
    "reach",
    "record",
    "sight_of",
    "text_in_force",
    "versions",
    "vote_of",
    "votes_waiting",
]
