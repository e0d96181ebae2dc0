"""Pages of proposals, votes and decisions; each concern has a module of its own."""

from ledger.governance.pages import listing, proposal
from ledger.governance.pages.blueprint import pages

__all__ = ["listing", "pages", "proposal"]
