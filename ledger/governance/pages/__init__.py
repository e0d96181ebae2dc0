"""Pages of proposals, votes and decisions; each concern has a module of its own."""

from ledger.governance.pages import (
    asking,
    committee,
    constitution,
    decision,
    discussing,
    everyone,
    listing,
    proposal,
    seats,
    voting,
)
from ledger.governance.pages.blueprint import pages
from ledger.governance.pages.committee import find_errands

__all__ = [
    "asking",
    "committee",
    "constitution",
    "decision",
    "discussing",
    "everyone",
    "find_errands",
    "listing",
    "pages",
    "proposal",
    "seats",
    "voting",
]
