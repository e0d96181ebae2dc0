"""The table of members that Cyclos 3 imports and exports.

Columns and meaning after Cyclos 3's own import of members: named by the first line, in
any order; the credit limit counts without its sign; an empty limit is the group's own,
which here is the community's. Passwords are read past. There is no history: each
balance is one opening entry against the opening fund.
"""

from __future__ import annotations

import unicodedata

from ledger.kernel.amounts import Amount
from ledger.kernel.units import read_number
from ledger.members.service import FIRST_FUND, EnrolCell
from ledger.text.phrases import N_
from ledger.trades.formats.lines import Columns, Problem
from ledger.trades.formats.reading import (
    LONGEST_REFERENCE,
    OPENING,
    MemberLine,
    Reading,
    TradeLine,
    Values,
    day_in,
    figure_in,
    limit_in,
    name_in,
)

MEMBERS = Columns(
    (
        "name", "username", "password", "email", "creationdate", "balance", "creditlimit",
        "uppercreditlimit",
    ),
    optional=frozenset(
        {"password", "email", "creationdate", "balance", "creditlimit", "uppercreditlimit"}
    ),
    in_any_order=True,
)  # fmt: skip

LEFT_OUT = ("password",)


def read_member(values: Values, reading: Reading) -> MemberLine:
    """Read one line of members. Raises `Problem`."""
    key = unicodedata.normalize("NFKC", values["username"]).casefold()
    if not 0 < len(key) <= LONGEST_REFERENCE:
        message = N_("It has no user name, or one of more than %(longest)s characters.")
        raise Problem(message, longest=LONGEST_REFERENCE)
    lowest, highest = values["creditlimit"].removeprefix("-"), values["uppercreditlimit"]
    created = values["creationdate"]
    wished = read_number(reading.code, key) or 0
    return MemberLine(
        key=key,
        cell=EnrolCell(
            number=wished if wished < FIRST_FUND else 0,
            name=name_in(values["name"]),
            joined_on=day_in(created, reading) if created else reading.today,
            email=values["email"] or None,
        ),
        floor=-limit_in(lowest, reading) if lowest else reading.floor,
        ceiling=limit_in(highest, reading) if highest else reading.ceiling,
        has_limits=bool(lowest or highest),
        balance=figure_in(values["balance"], reading) if values["balance"] else 0,
    )


def opening_of(member: MemberLine, reading: Reading) -> TradeLine | None:
    """The entry that brings the member's balance, or None where it is zero."""
    if not member.balance:
        return None
    payer, payee = (OPENING, member.key) if member.balance > 0 else (member.key, OPENING)
    return TradeLine(
        reference=member.key,
        day=reading.today,
        payer=payer,
        payee=payee,
        amount=Amount(abs(member.balance)),
        what=reading.opening,
    )
