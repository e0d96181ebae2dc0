"""Simpul's own layout of members and trades."""

from __future__ import annotations

import re

from ledger.members.service import EnrolCell
from ledger.text.phrases import N_
from ledger.trades.formats.lines import Columns, Problem
from ledger.trades.formats.reading import (
    LONGEST_REFERENCE,
    MemberLine,
    Reading,
    TradeLine,
    Values,
    amount_in,
    day_in,
    limit_in,
    name_in,
    number_in,
)

MEMBERS = Columns(
    (
        "number", "name", "elements", "activity", "line_of_business", "locality", "province",
        "latitude", "longitude", "email", "phone", "joined_on", "credit_limit", "balance_cap",
    )
)  # fmt: skip
TRADES = Columns(("reference", "date", "from", "to", "amount", "description", "activity"))

_DEGREES = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,8})?", re.ASCII)
_ACTIVITY = re.compile(r"AM[0-9]{1,3}", re.ASCII)


def read_member(values: Values, reading: Reading) -> MemberLine:
    """Read one line of members. Raises `Problem`."""
    ceiling = values["balance_cap"]
    cell = EnrolCell(
        number=number_in(values["number"], reading),
        name=name_in(values["name"]),
        joined_on=day_in(values["joined_on"], reading),
        elements=tuple(part for part in values["elements"].split(";") if part),
        activity=_activity(values["activity"]),
        line_of_business=values["line_of_business"] or None,
        locality=values["locality"] or None,
        province=values["province"] or None,
        latitude=_degrees(values["latitude"], 90),
        longitude=_degrees(values["longitude"], 180),
        email=values["email"] or None,
        phone=values["phone"] or None,
    )
    return MemberLine(
        key=str(cell.number),
        cell=cell,
        floor=-limit_in(values["credit_limit"], reading),
        ceiling=limit_in(ceiling, reading) if ceiling else None,
        has_limits=True,
    )


def read_trade(values: Values, reading: Reading) -> TradeLine:
    """Read one line of trades. Raises `Problem`."""
    if not 0 < len(values["reference"]) <= LONGEST_REFERENCE:
        message = N_("It has no reference, or one of more than %(longest)s characters.")
        raise Problem(message, longest=LONGEST_REFERENCE)
    return TradeLine(
        reference=values["reference"],
        day=day_in(values["date"], reading),
        payer=str(number_in(values["from"], reading)),
        payee=str(number_in(values["to"], reading)),
        amount=amount_in(values["amount"], reading),
        what=values["description"],
    )


def _degrees(text: str, most: int) -> float | None:
    if not text:
        return None
    if not _DEGREES.fullmatch(text) or abs(float(text)) > most:
        raise Problem(N_("%(text)s is no place on the map."), text=text)
    return float(text)


def _activity(text: str) -> str | None:
    if text and not _ACTIVITY.fullmatch(text):
        raise Problem(N_("%(text)s is no activity like AM60."), text=text)
    return text or None
