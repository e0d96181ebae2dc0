"""Opening a fund."""

from __future__ import annotations

from ledger.credit import service as credit
from ledger.governance.errors import FigureOffGrid, ReasonsMissing
from ledger.governance.model import Decision, Voting
from ledger.governance.queries import ConstitutionView
from ledger.governance.service.enacting.cases import DONE, OVERTAKEN, Case, Enacted, Enactment
from ledger.journal.errors import AccountExists
from ledger.kernel.names import normal_name
from ledger.members import queries as members
from ledger.members import service as member_service
from ledger.members.errors import FundNamed


def _fund_is_fit(case: Case, in_force: ConstitutionView, _opening: bool) -> None:
    name, cap = normal_name(case.facts["name"]), in_force.text.grid.cap
    if not str(case.facts["purpose"]).strip():
        raise ReasonsMissing
    if not 0 <= case.facts["limit"] <= cap:
        raise FigureOffGrid(lowest=0, highest=cap)
    if name in {one.name for one in members.all_funds(case.session, case.community.id)}:
        raise FundNamed


def _open_fund(case: Case, _voting: Voting, _decision: Decision) -> Enacted:
    limit = credit.Limit(
        floor=-case.facts["limit"],
        ceiling=None,
        authority="decision",
        reference=str(case.proposal.number),
        reason=case.proposal.reasons,
    )
    try:
        member_service.open_fund(
            case.session,
            case.community.id,
            case.proposal.account,
            name=case.facts["name"],
            purpose=case.facts["purpose"],
            limit=limit,
            now=case.now,
        )
    except (AccountExists, FundNamed):
        return OVERTAKEN
    return DONE


FUND = Enactment(_fund_is_fit, _open_fund)
