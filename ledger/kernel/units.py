"""What a community counts in, and how its account numbers are written."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = re.compile(r"([A-Z]{2,6})([0-9]{1,9})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Unit:
    """A community's unit of account, such as *poin* or *jam*; no state's money.

    `scale` is the number of decimals (0 to 3), `export_code` three capitals
    starting with X for the formats that insist on a currency code.
    """

    name: str
    symbol: str
    scale: int
    export_code: str


def shown_number(code: str, number: int) -> str:
    """The account number as people write it: `("SB", 1)` → `"SB001"`."""
    return f"{code}{number:03d}"


def read_number(code: str, text: str) -> int | None:
    """The integer behind `"SB001"`, `"sb1"` or `"1"`; None for anything else."""
    text = text.strip().upper()
    if text.isascii() and text.isdigit() and len(text) <= 9:
        return int(text)
    match = _NUMBER.fullmatch(text)
    return int(match[2]) if match and match[1] == code else None
