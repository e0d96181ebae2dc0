"""A case to be voted on or enacted, how its kind does that, and the lock it takes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ledger.governance.errors import AccountUnfit
from ledger.governance.model import Decision, Proposal, Voting
from ledger.governance.queries import ConstitutionView
from ledger.governance.rules.states import Event
from ledger.journal import queries as books
from ledger.journal import service as journal
from ledger.journal.errors import AccountClosed
from ledger.members.queries import CommunityView


@dataclass(frozen=True, slots=True)
class Case:
    """A proposal to be voted on or enacted, in its community; its row is locked."""

    session: Session
    community: CommunityView
    proposal: Proposal
    now: datetime

    @property
    def facts(self) -> dict[str, Any]:
        """What the proposal says besides its account."""
        found = json.loads(self.proposal.facts)
        assert isinstance(found, dict)
        return found

    @property
    def authority(self) -> str:
        """As journal and credit write it: `decision:7`."""
        return f"decision:{self.proposal.number}"

    def account(self) -> books.Account:
        """The account of the cell that the case is about. Raises `AccountUnfit`."""
        found = books.account(self.session, self.community.id, self.proposal.account)
        if found is None or found.kind != "cell" or found.status == "closed":
            raise AccountUnfit
        return found


@dataclass(frozen=True, slots=True)
class Enacted:
    """What became of a decision: the event to write down, None while it can't be done yet."""

    event: Event | None
    facts: Mapping[str, object] = field(default_factory=dict)


DONE, OVERTAKEN = Enacted(Event.EXECUTE), Enacted(Event.SUPERSEDE)


@dataclass(frozen=True, slots=True)
class Enactment:
    """How one kind is judged before the vote, and carried out after it.

    `ensure` also gets the constitution in force, and whether voting is about to open.
    """

    ensure: Callable[[Case, ConstitutionView, bool], None]
    enact: Callable[[Case, Voting, Decision], Enacted]


def locked_account(case: Case, *others: int) -> books.Account:
    """The case's account, locked against payments together with `others`, in number order."""
    row = case.proposal
    found = journal.lock(case.session, row.community_id, {row.account, *others})
    if row.account not in found or found[row.account].status == "closed":
        raise AccountClosed(account=row.account)
    return found[row.account]
