"""Simpul's own layout of members and trades: plain columns, ISO days, decimal points."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from ledger.kernel.amounts import Amount, AmountOutOfRange, AmountUnreadable, parse_amount
from ledger.kernel.names import NameUnreadable, normal_name
from ledger.kernel.units import read_number
from ledger.members.service import EnrolCell
from ledger.text.phrases import N_
from ledger.trades.formats.lines import Problem

MEMBER_COLUMNS = (
    "number", "name", "elements", "activity", "line_of_business", "locality", "province",
    "latitude", "longitude", "email", "phone", "joined_on", "credit_limit", "balance_cap",
)  # fmt: skip
TRADE_COLUMNS = ("reference", "date", "from", "to", "amount", "description", "activity")

LONGEST_REFERENCE = 64

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_DEGREES = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,8})?", re.ASCII)
_ACTIVITY = re.compile(r"AM[0-9]{1,3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A cell to be enrolled, with its limits in smallest parts."""

    cell: EnrolCell
    floor: int
    ceiling: int | None


@dataclass(frozen=True, slots=True)
class TradeLine:
    """A trade of the past: `payer` sent `amount` to `payee`."""

    reference: str
    day: date
    payer: int
    payee: int
    amount: Amount
    what: str


def read_member(values: dict[str, str], code: str, scale: int) -> MemberLine:
    """Read one line of members. Raises `Problem`."""
    ceiling = values["balance_cap"]
    cell = EnrolCell(
        number=_number(code, values["number"]),
        name=_name(values["name"]),
        joined_on=_day(values["joined_on"]),
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
        cell=cell,
        floor=-_limit(values["credit_limit"], scale),
        ceiling=_limit(ceiling, scale) if ceiling else None,
    )


def read_trade(values: dict[str, str], code: str, scale: int) -> TradeLine:
    """Read one line of trades. Raises `Problem`."""
    if not 0 < len(values["reference"]) <= LONGEST_REFERENCE:
        message = N_("It has no reference, or one of more than %(longest)s characters.")
        raise Problem(message, longest=LONGEST_REFERENCE)
    line = TradeLine(
        reference=values["reference"],
        day=_day(values["date"]),
        payer=_number(code, values["from"]),
        payee=_number(code, values["to"]),
        amount=_amount(values["amount"], scale),
        what=values["description"],
    )
    if line.payer == line.payee:
        raise Problem(N_("Both sides are the same account."))
    return line


def _number(code: str, text: str) -> int:
    number = read_number(code, text)
    if not number:
        raise Problem(N_("%(text)s is no account number of this community."), text=text)
    return number


def _name(text: str) -> str:
    try:
        return normal_name(text)
    except NameUnreadable as error:
        raise Problem(N_("The name is empty, too long, or has characters that hide.")) from error


def _day(text: str) -> date:
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise Problem(N_("%(text)s is no day like 2026-11-03."), text=text)


def _amount(text: str, scale: int) -> Amount:
    try:
        return parse_amount(text, scale)
    except AmountUnreadable as error:
        message = N_("%(text)s is no amount with at most %(scale)s decimals after a point.")
        raise Problem(message, text=text, scale=scale) from error
    except AmountOutOfRange as error:
        raise Problem(N_("The amount %(text)s is zero or too large."), text=text) from error


def _limit(text: str, scale: int) -> int:
    return 0 if re.fullmatch(r"0(\.0+)?", text) else _amount(text, scale)


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
