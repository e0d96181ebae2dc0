"""Freezing an account until another decision, and the end of that."""

from __future__ import annotations

from ledger.governance.errors import FreezeUnfit
from ledger.governance.model import Decision, Voting
from ledger.governance.queries import ConstitutionView
from ledger.governance.service.enacting.cases import (
    DONE,
    OVERTAKEN,
    Case,
    Enacted,
    Enactment,
    locked_account,
)
from ledger.members import queries as members
from ledger.members import service as member_service


def _is_frozen_by_decision(case: Case) -> bool:
    account = case.account()
    ends = members.freeze_end(case.session, case.community.id, account.number)
    return account.status == "frozen" and ends is None


def _freeze_is_fit(case: Case, _in_force: ConstitutionView, _opening: bool) -> None:
    if _is_frozen_by_decision(case):
        raise FreezeUnfit


def _thaw_is_fit(case: Case, _in_force: ConstitutionView, _opening: bool) -> None:
    if not _is_frozen_by_decision(case):
        raise FreezeUnfit


def _freeze(case: Case, _voting: Voting, _decision: Decision) -> Enacted:
    locked_account(case)
    if _is_frozen_by_decision(case):
        return OVERTAKEN
    place = (case.community.id, case.proposal.account)
    member_service.freeze_by_decision(case.session, *place, case.authority, case.now)
    return DONE


def _thaw(case: Case, _voting: Voting, _decision: Decision) -> Enacted:
    locked_account(case)
    if not _is_frozen_by_decision(case):
        return OVERTAKEN
    place = (case.community.id, case.proposal.account)
    member_service.thaw_by_decision(case.session, *place, case.authority, case.now)
    return DONE


FREEZE = Enactment(_freeze_is_fit, _freeze)
THAW = Enactment(_thaw_is_fit, _thaw)
