"""What decisions enact, kind by kind: `ENACTMENTS`.

Each kind says when it can be proposed and put to the vote (`ensure`), and does what was
decided (`enact`), with the proposal's row locked: under the locks of the accounts, through
the rooms whose tables they are, in the transaction of the decision.
"""

from __future__ import annotations

from ledger.governance.model import Decision, Voting
from ledger.governance.queries import ConstitutionView
from ledger.governance.rules.measures import Kind
from ledger.governance.rules.states import Event
from ledger.governance.service.enacting.cases import OVERTAKEN, Case, Enacted, Enactment
from ledger.governance.service.enacting.freezes import FREEZE, THAW
from ledger.governance.service.enacting.funds import FUND
from ledger.governance.service.enacting.limits import LIMIT
from ledger.governance.service.enacting.payments import PAY, TAKE_OVER, WRITE_OFF
from ledger.journal.errors import (
    AccountClosed,
    AccountFrozen,
    BeyondCeiling,
    BeyondFloor,
    StaleLimit,
)

__all__ = [
    "Case",
    "enact",
    "ensure_fit",
]


def ensure_fit(case: Case, in_force: ConstitutionView, *, opening: bool = False) -> None:
    """Refuse what could not be enacted, for its kind's own reasons."""
    ENACTMENTS[case.proposal.kind].ensure(case, in_force, opening)


def enact(case: Case, voting: Voting, decision: Decision) -> Enacted:
    """Do what was decided, or say why not: overtaken, ended with its account, or not yet."""
    try:
        return ENACTMENTS[case.proposal.kind].enact(case, voting, decision)
    except StaleLimit:
        return OVERTAKEN
    except AccountClosed:
        return Enacted(Event.CLOSE_ACCOUNT)
    except (BeyondFloor, BeyondCeiling, AccountFrozen):
        return Enacted(None)


ENACTMENTS: dict[str, Enactment] = {
    Kind.LIMIT: LIMIT,
    Kind.FREEZE: FREEZE,
    Kind.THAW: THAW,
    Kind.PAY: PAY,
    Kind.WRITE_OFF: WRITE_OFF,
    Kind.TAKE_OVER: TAKE_OVER,
    Kind.FUND: FUND,
}
"""By the proposal's kind."""
