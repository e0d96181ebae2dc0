"""Founding communities, enrolling cells, and saying who acts for whom."""

from ledger.members.service.cells import EnrolCell, enrol_cell
from ledger.members.service.communities import FoundCommunity, found_community
from ledger.members.service.people import grant_role, let_act_for

__all__ = [
    "EnrolCell",
    "FoundCommunity",
    "enrol_cell",
    "found_community",
    "grant_role",
    "let_act_for",
]
