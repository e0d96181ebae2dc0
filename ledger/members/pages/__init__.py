"""Pages of communities, cells and those who serve them."""

from ledger.members.pages import desk, roles
from ledger.members.pages.blueprint import pages

__all__ = ["desk", "pages", "roles"]
