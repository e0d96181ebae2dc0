"""Paper slips: how their books are named, and how many fit in one grid."""

from __future__ import annotations

import re
import unicodedata

from ledger.trades.errors import BookUnreadable

MOST_LINES = 60
"""As many slips as one sending takes: a page that a cheap phone still scrolls."""

SLIPS_A_SHEET = 8
MOST_SHEETS = 12

LAST_NUMBER = 999_999
"""The highest number that a slip may bear."""

_LONGEST_BOOK = 12
_APART = re.compile(r"[\W_]+")
_NOUGHTS = re.compile(r"(?<!\d)0+(?=\d)")


def book_name(text: str) -> str:
    """A book's one spelling, so that a slip counts once: ` a-01` and `A 1` are both `A-1`.

    Capitals, one hyphen for whatever stands between letters and digits, no leading
    noughts. Raises `BookUnreadable`.
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    name = _NOUGHTS.sub("", _APART.sub("-", plain).strip("-"))
    if not 0 < len(name) <= _LONGEST_BOOK:
        raise BookUnreadable
    return name


def slip_label(book: str, number: int) -> str:
    """How people call a slip: `A 7`."""
    return f"{book} {number}"


def next_book(taken: frozenset[str]) -> str:
    """The first of A, B, … Z, AA, AB, … that is not taken."""
    count = 0
    while (name := _letters(count)) in taken:
        count += 1
    return name


def _letters(count: int) -> str:
    count, last = divmod(count, 26)
    return (_letters(count - 1) if count else "") + chr(ord("A") + last)
