"""Pages of proposals, votes and decisions; each concern has a module of its own."""

from ledger.governance.pages import (
    asking,
    committee,
    decision,
    discussing,
    listing,
    proposal,
    voting,
)
from ledger.governance.pages.blueprint import pages

__all__ = [
    "asking",
    "committee",
    "decision",
    "discussing",
    "listing",
    "pages",
    "proposal",
    "voting",
]
