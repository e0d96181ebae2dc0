"""Pages of proposals, votes and decisions; each concern has a module of its own."""

from ledger.governance.pages import (
    asking,
    cases,
    committee,
    constitution,
    decision,
    discussing,
    everyone,
    funds,
    listing,
    lots,
    measuring,
    proposal,
    seats,
    voting,
)
from ledger.governance.pages.blueprint import pages
from ledger.governance.pages.committee import find_errands
from ledger.governance.pages.everyone import find_member_errands

__all__ = [
    "asking",
    "cases",
    "committee",
    "constitution",
    "decision",
    "discussing",
    "everyone",
    "find_errands",
    "find_member_errands",
    "funds",
    "listing",
    "lots",
    "measuring",
    "pages",
    "proposal",
    "seats",
    "voting",
]
