"""What was proposed, where it stands, and how it was decided: frozen values for pages."""

from ledger.governance.queries.cases import (
    AppealView,
    ChallengeView,
    PanelistView,
    SignerView,
    StewardView,
    appeal_of,
    bench,
    panels_for,
)
from ledger.governance.queries.constitutions import (
    ConstitutionView,
    constitution_in_force,
    constitution_version,
    versions,
)
from ledger.governance.queries.listing import Line, lines
from ledger.governance.queries.lots import LotView, PartView, PlaceView, lot, lots, lots_for
from ledger.governance.queries.proposals import (
    DecisionView,
    ObjectionView,
    ProposalView,
    VoterView,
    proposal,
    proposals,
)
from ledger.governance.queries.records import evidence_of, record

__all__ = [
    "AppealView",
    "ChallengeView",
    "ConstitutionView",
    "DecisionView",
    "Line",
    "LotView",
    "ObjectionView",
    "PanelistView",
    "PartView",
    "PlaceView",
    "ProposalView",
    "SignerView",
    "StewardView",
    "VoterView",
    "appeal_of",
    "bench",
    "constitution_in_force",
    "constitution_version",
    "evidence_of",
    "lines",
    "lot",
    "lots",
    "lots_for",
    "panels_for",
    "proposal",
    "proposals",
    "record",
    "versions",
]
