"""What moves units: payments from funds, write-offs, takeovers of debts."""

from __future__ import annotations

from ledger.governance.errors import (
    AmountMissing,
    FundUnknown,
    MoreThanOwed,
    NothingOwed,
    SponsorSilent,
    SponsorUnfit,
)
from ledger.governance.model import Consent, Decision, Voting
from ledger.governance.queries import ConstitutionView
from ledger.governance.rules.measures import still_owed
from ledger.governance.rules.states import Event
from ledger.governance.service.enacting.cases import (
    OVERTAKEN,
    Case,
    Enacted,
    Enactment,
    locked_account,
)
from ledger.journal import queries as books
from ledger.journal import service as journal
from ledger.kernel.amounts import LARGEST
from ledger.kernel.clock import day_of
from ledger.members import service as member_service

NOBODY = 0
"""Who books what was decided: no person, but the community."""


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
    debtor = locked_account(case, payer)
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


PAY = Enactment(_payment_is_fit, _pay)
WRITE_OFF = Enactment(_write_off_is_fit, _write_off)
TAKE_OVER = Enactment(_takeover_is_fit, _take_over)
