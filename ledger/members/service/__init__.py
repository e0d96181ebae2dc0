"""Founding communities, enrolling cells, and saying who acts for whom."""

from ledger.members.service import acts
from ledger.members.service.cells import EnrolCell, enrol_cell, ensure_describes_a_cell
from ledger.members.service.communities import FoundCommunity, found_community
from ledger.members.service.freezing import (
    freeze_by_decision,
    thaw_by_decision,
    thaw_if_over,
    unless_frozen,
)
from ledger.members.service.funds import FIRST_FUND, FUND_NAMES, ensure_fund, next_fund, open_fund
from ledger.members.service.handlers import handlers
from ledger.members.service.moving import JOB as MOVE_IN_JOB
from ledger.members.service.newcomers import newcomers_limit, set_newcomers_limit
from ledger.members.service.people import let_act_for
from ledger.members.service.roles import end_role, grant_role
from ledger.members.service.transparency import set_transparency

__all__ = [
    "FIRST_FUND",
    "FUND_NAMES",
    "MOVE_IN_JOB",
    "EnrolCell",
    "FoundCommunity",
    "acts",
    "end_role",
    "enrol_cell",
    "ensure_describes_a_cell",
    "ensure_fund",
    "found_community",
    "freeze_by_decision",
    "grant_role",
    "handlers",
    "let_act_for",
    "newcomers_limit",
    "next_fund",
    "open_fund",
    "set_newcomers_limit",
    "set_transparency",
    "thaw_by_decision",
    "thaw_if_over",
    "unless_frozen",
]
