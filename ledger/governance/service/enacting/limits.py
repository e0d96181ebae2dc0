"""A limit that was voted."""

from __future__ import annotations

from ledger.credit import service as credit
from ledger.governance.model import Decision, Voting
from ledger.governance.queries import ConstitutionView
from ledger.governance.service.enacting.cases import DONE, Case, Enacted, Enactment
from ledger.journal import queries as books


def _limit_is_fit(_case: Case, _in_force: ConstitutionView, _opening: bool) -> None:
    """The grid has judged it (`proposing.ballot_choice`)."""


def _set_limit(case: Case, voting: Voting, decision: Decision) -> Enacted:
    """Set the limit under the account's lock, if it is still the one that was voted about."""
    row = case.proposal
    account = books.account(case.session, row.community_id, row.account)
    assert account is not None
    credit.set_limit(
        case.session,
        row.community_id,
        row.account,
        credit.Limit(
            floor=-decision.result,
            ceiling=account.ceiling,
            authority="decision",
            reference=str(row.number),
            reason=row.reasons,
        ),
        expected_version=voting.limit_version,
        now=case.now,
    )
    return DONE


LIMIT = Enactment(_limit_is_fit, _set_limit)
