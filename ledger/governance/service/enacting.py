"""What decisions enact, kind by kind: `ENACTMENTS`.

Each kind says when it can be proposed and put to the vote (`ensure`), and does what was
decided (`enact`), with the proposal's row locked: under the locks of the accounts, through
the rooms whose tables they are, in the transaction of the decision.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ledger.credit import service as credit
from ledger.governance.errors import (
    AccountUnfit,
    AmountMissing,
    FigureOffGrid,
    FreezeUnfit,
    FundUnknown,
    MoreThanOwed,
    NothingOwed,
    ReasonsMissing,
    SponsorSilent,
    SponsorUnfit,
)
from ledger.governance.model import Consent, Decision, Proposal, Voting
from ledger.governance.queries import ConstitutionView
from ledger.governance.rules.measures import Kind, still_owed
from ledger.governance.rules.states import Event
from ledger.journal import queries as books
from ledger.journal import service as journal
from ledger.journal.errors import (
    AccountClosed,
    AccountExists,
    AccountFrozen,
    BeyondCeiling,
    BeyondFloor,
    StaleLimit,
)
from ledger.kernel.amounts import LARGEST
from ledger.kernel.clock import day_of
from ledger.kernel.names import normal_name
from ledger.members import queries as members
from ledger.members import service as member_service
from ledger.members.errors import FundNamed
from ledger.members.queries import CommunityView

NOBODY = 0
"""Who books what was decided: no person, but the community."""


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
    _locked(case)
    if _is_frozen_by_decision(case):
        return OVERTAKEN
    place = (case.community.id, case.proposal.account)
    member_service.freeze_by_decision(case.session, *place, case.authority, case.now)
    return DONE


def _thaw(case: Case, _voting: Voting, _decision: Decision) -> Enacted:
    _locked(case)
    if not _is_frozen_by_decision(case):
        return OVERTAKEN
    place = (case.community.id, case.proposal.account)
    member_service.thaw_by_decision(case.session, *place, case.authority, case.now)
    return DONE


def _payment_is_fit(case: Case, _in_force: ConstitutionView, _opening: bool) -> None:
    case.account()
    _ensure_amount(case)
    _ensure_fund(case)


def _pay(case: Case, _voting: Voting, _decision: Decision) -> Enacted:
    return _move(case, case.facts["fund"], case.facts["amount"])


def _write_off_is_fit(case: Case, _in_force: ConstitutionView, opening: bool) -> None:
    _ensure_amount(case)
    _ensure_fund(case)
    _ensure_owed(case, opening)


def _write_off(case: Case, _voting: Voting, _decision: Decision) -> Enacted:
    return _settle(case, case.facts["fund"])


def _takeover_is_fit(case: Case, _in_force: ConstitutionView, opening: bool) -> None:
    _ensure_amount(case)
    sponsor = books.account(case.session, case.community.id, case.facts["sponsor"])
    if sponsor is None or sponsor.kind != "cell" or sponsor.status == "closed":
        raise SponsorUnfit
    if sponsor.number == case.proposal.account:
        raise SponsorUnfit
    _ensure_owed(case, opening)
    if opening and not has_consent(case):
        raise SponsorSilent


def _take_over(case: Case, _voting: Voting, _decision: Decision) -> Enacted:
    return _settle(case, case.facts["sponsor"])


def has_consent(case: Case) -> bool:
    """Whether the sponsoring cell has agreed to what is proposed now."""
    row = case.proposal
    key = (row.community_id, row.number, case.facts["sponsor"])
    return case.session.get(Consent, key) is not None


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


def _ensure_amount(case: Case) -> None:
    if not 0 < case.facts["amount"] <= LARGEST:
        raise AmountMissing


def _ensure_fund(case: Case) -> None:
    found = books.account(case.session, case.community.id, case.facts["fund"])
    if found is None or found.kind != "fund" or found.status == "closed":
        raise FundUnknown


def _ensure_owed(case: Case, opening: bool) -> None:
    """The debt may have shrunk since it was proposed, but not be gone."""
    owed = max(-case.account().balance, 0)
    if not owed:
        raise NothingOwed
    if case.facts["amount"] > owed and not opening:
        raise MoreThanOwed(owed=owed)


def _settle(case: Case, payer: int) -> Enacted:
    """Have `payer` pay what is still owed, of what was voted on: never more than that."""
    debtor = _locked(case, payer)
    owed = still_owed(case.facts["amount"], debtor.balance)
    return _move(case, payer, owed) if owed else OVERTAKEN


def _move(case: Case, payer: int, amount: int) -> Enacted:
    row, payee = case.proposal, case.proposal.account
    draft = journal.Draft(
        kind="decision",
        postings=((payer, -amount), (payee, amount)),
        occurred_on=day_of(case.now, case.community.zone),
        actor=NOBODY,
        request_key=f"decision:{row.number}",
    )
    posted = member_service.unless_frozen(
        case.session,
        row.community_id,
        case.now,
        lambda: journal.post(case.session, row.community_id, draft, case.now),
    )
    return Enacted(Event.EXECUTE, {"entry": posted.entry_id, "amount": amount})


def _locked(case: Case, *others: int) -> books.Account:
    """The case's account, locked against payments together with `others`, in number order."""
    row = case.proposal
    found = journal.lock(case.session, row.community_id, {row.account, *others})
    if row.account not in found or found[row.account].status == "closed":
        raise AccountClosed(account=row.account)
    return found[row.account]


ENACTMENTS: dict[str, Enactment] = {
    Kind.LIMIT: Enactment(_limit_is_fit, _set_limit),
    Kind.FREEZE: Enactment(_freeze_is_fit, _freeze),
    Kind.THAW: Enactment(_thaw_is_fit, _thaw),
    Kind.PAY: Enactment(_payment_is_fit, _pay),
    Kind.WRITE_OFF: Enactment(_write_off_is_fit, _write_off),
    Kind.TAKE_OVER: Enactment(_takeover_is_fit, _take_over),
    Kind.FUND: Enactment(_fund_is_fit, _open_fund),
}
"""By the proposal's kind."""
