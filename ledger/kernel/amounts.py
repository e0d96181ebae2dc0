"""Amounts: integers in a unit's smallest part inside, strings outside."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NewType

from ledger.kernel.errors import Refused

Amount = NewType("Amount", int)
"""A positive number of smallest parts, 1 to `LARGEST`."""

Balance = NewType("Balance", int)
"""A signed number of smallest parts, from -`LARGEST` to `LARGEST`."""

LARGEST = 10**15
"""Sums of many thousand such figures still fit into a signed 64-bit integer."""

_WIRE = re.compile(r"(0|[1-9][0-9]{0,15})(?:\.([0-9]{1,3}))?", re.ASCII)


class AmountUnreadable(Refused):
    """Not a number written as digits with at most the unit's decimals."""

    code = "amount.unreadable"
    field = "amount"


class AmountOutOfRange(Refused):
    """Zero, negative, or more than any ledger of ours will hold."""

    code = "amount.out_of_range"
    field = "amount"


def as_amount(value: int) -> Amount:
    """Return `value` as an `Amount`. Raises `AmountOutOfRange`."""
    if isinstance(value, bool) or not 0 < value <= LARGEST:
        raise AmountOutOfRange(largest=LARGEST)
    return Amount(value)


def as_balance(value: int) -> Balance:
    """Return `value` as a `Balance`. Raises `AmountOutOfRange`."""
    if isinstance(value, bool) or not -LARGEST <= value <= LARGEST:
        raise AmountOutOfRange(largest=LARGEST)
    return Balance(value)


def parse_amount(text: str, scale: int) -> Amount:
    """Read an amount from its wire form: `"25"` or `"25.5"`, never `"1e3"` or `"+1"`.

    `scale` is the unit's number of decimals (0 to 3). The bounded pattern comes
    first, so that no text of any length or script reaches the arithmetic.
    Raises `AmountUnreadable` or `AmountOutOfRange`.
    """
    return as_amount(parse_limit(text, scale))


def parse_limit(text: str, scale: int) -> int:
    """Read a limit from its wire form: as an amount, but it may be zero.

    "Not below zero at all" is a limit. Raises `AmountUnreadable` or `AmountOutOfRange`.
    """
    match = _WIRE.fullmatch(text)
    if match is None or len(match[2] or "") > scale:
        raise AmountUnreadable(scale=scale)
    whole, part = match[1], (match[2] or "").ljust(scale, "0")
    return as_balance(int(whole) * 10**scale + int(part or "0"))


def wire(value: int, scale: int) -> str:
    """Write smallest parts in the wire form: `2550, 2` → `"25.50"`, `-7, 0` → `"-7"`."""
    return f"{Decimal(value).scaleb(-scale):.{scale}f}"
