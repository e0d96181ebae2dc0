"""Pages of communities, cells and those who serve them."""

from ledger.members.pages import (
    accepting,
    cell,
    codes,
    desk,
    directory,
    enrolling,
    farewell,
    first_run,
    invitations,
    people,
    roles,
    settings,
)
from ledger.members.pages.blueprint import pages

__all__ = [
    "accepting",
    "cell",
    "codes",
    "desk",
    "directory",
    "enrolling",
    "farewell",
    "first_run",
    "invitations",
    "pages",
    "people",
    "roles",
    "settings",
]
