"""Pages of communities, cells and those who serve them."""

from ledger.members.pages import codes, desk, roles
from ledger.members.pages.blueprint import pages

__all__ = ["codes", "desk", "pages", "roles"]
