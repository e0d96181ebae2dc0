"""The sample community's fund: what cells gave to it, and what the stewards let it pay.

Everything is done through the services, at instants at which people could have done it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from ledger.governance import service as governance
from ledger.governance.rules.measures import Facts, Kind
from ledger.journal import queries as books
from ledger.kernel.amounts import Amount
from ledger.kernel.identifiers import new_request_key
from ledger.members import queries as members
from ledger.members.queries import CommunityView, Standing

_DAY = timedelta(days=1)
_NAME, _PURPOSE = "Kas gotong royong", "Untuk sel yang sedang sulit, dan untuk keperluan bersama."
_GIVEN = (60, 45, 30)
"""Whole units that the three cells of the demo gave who had the most."""

_WRITE_OFF = (
    "Kebakaran dapur bulan lalu. Alat produksi habis, dan usaha baru jalan lagi setelah Lebaran."
)
_SAID = (
    (1, "Saya sudah melihat dapurnya."),
    (1, "Kas memang untuk ini."),
    (1, "Setuju, mereka selalu memberi sebelum ini."),
    (1, "Setuju."),
    (0, "Saya lebih suka rencana cicilan barang."),
)
_PAY = "Membeli tenda untuk pasar bersama; sel ini yang menjahit dan menyimpannya."


def load_fund(
    session: Session,
    community: CommunityView,
    stewards: Sequence[int],
    holders: dict[int, int],
    now: datetime,
) -> None:
    """Found the fund and have it pay; `stewards` are people, `holders` who holds which account."""
    began = now - 20 * _DAY
    whole = 10**community.unit.scale
    fund = governance.found_fund(session, community, _NAME, _PURPOSE, began)
    has = {one.number: one.balance for one in books.accounts(session, community.id)}
    richest = sorted(holders, key=lambda number: has[number], reverse=True)
    for number, given in zip(richest, _GIVEN, strict=False):
        acting = members.find_acting(session, holders[number], community.code, number, began)
        assert acting is not None
        command = governance.Contribute(fund, Amount(given * whole), new_request_key())
        governance.contribute(session, acting, command, began)
    debtor = _debtor(session, community, set(holders))
    amount = min(-debtor.balance, 40 * whole)
    asked = now - 12 * _DAY
    number = _propose(
        session, community, stewards[1], Kind.WRITE_OFF, debtor.number,
        {"fund": fund, "amount": amount}, _WRITE_OFF, asked,
    )  # fmt: skip
    opened = asked + 3 * _DAY
    governance.open_vote(session, community, number, opened)
    for hours, (steward, (answer, why)) in enumerate(zip(stewards, _SAID, strict=False), 1):
        then = opened + timedelta(hours=9 * hours)
        ballot = governance.CastBallot(number, answer, why, new_request_key())
        governance.cast(session, _standing(session, community, steward, then), ballot, then)
    closed = opened + 5 * _DAY
    governance.record_outcome(session, community, number, closed)
    governance.execute(session, community, number, closed + 2 * _DAY)
    facts = {"fund": fund, "amount": 25 * whole}
    _propose(session, community, stewards[2], Kind.PAY, 88, facts, _PAY, now - 2 * _DAY)


def _propose(
    session: Session,
    community: CommunityView,
    steward: int,
    kind: Kind,
    account: int,
    facts: Facts,
    reasons: str,
    at: datetime,
) -> int:
    command = governance.ProposeMeasure(kind, account, reasons, new_request_key(), facts)
    standing = _standing(session, community, steward, at)
    return governance.propose_measure(session, standing, command, at)


def _standing(session: Session, community: CommunityView, person: int, at: datetime) -> Standing:
    found = members.find_standing(session, person, community.code, at)
    assert found is not None
    return found


def _debtor(session: Session, community: CommunityView, held: set[int]) -> books.Account:
    """The first cell well below zero that nobody of the demo holds."""
    return next(
        one
        for one in books.accounts(session, community.id)
        if one.kind == "cell" and one.balance <= -2_000 and one.number not in held
    )
