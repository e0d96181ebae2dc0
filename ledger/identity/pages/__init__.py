"""Pages of people: signing in and out, passwords, sessions, ways back in."""

from ledger.identity.pages import account, details, entry, ways_back
from ledger.identity.pages.blueprint import pages
from ledger.identity.pages.entry import welcome

__all__ = ["account", "details", "entry", "pages", "ways_back", "welcome"]
