"""Names as people write them, made comparable and safe to show beside one another."""

from __future__ import annotations

import unicodedata

from ledger.kernel.errors import Refused

LONGEST_NAME = 120

_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
"""Controls, direction marks, zero-width and unassigned characters: they let one
name look like another, or turn the text around it."""


class NameUnreadable(Refused):
    """Empty, too long, or holding characters that cannot be seen."""

    code = "name.unreadable"
    field = "name"


def normal_name(text: str) -> str:
    """`text` in NFKC with single spaces, 1 to 120 characters.

    Raises `NameUnreadable`, also for direction marks and zero-width characters.
    """
    name = " ".join(unicodedata.normalize("NFKC", text).split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise NameUnreadable(longest=LONGEST_NAME)
    if any(unicodedata.category(character) in _INVISIBLE for character in name):
        raise NameUnreadable(longest=LONGEST_NAME)
    return name


def folded(text: str) -> str:
    """`text` without case, accents or double spaces, for comparing."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())
