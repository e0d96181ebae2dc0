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


_ALIKE = str.maketrans(
    # Cyrillic and Greek letters that look Latin, then digits that look like letters.
    "\u0430\u0432\u0435\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u0456\u0458\u0455"
    "\u03b1\u03b2\u03b5\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7\u0131"
    "01358",
    "abekmhopctyxijsabeikvoptuxiolesb",
)


def skeleton(text: str) -> str:
    """What a name looks like at a glance: equal for names that are taken for each other.

    Leaves out case, accents, spaces and marks; letters of other scripts, digits and
    pairs that look alike count as the same (after Unicode TR 39, cut to what occurs).
    """
    plain = "".join(character for character in folded(text) if character.isalnum())
    return plain.translate(_ALIKE).replace("i", "l").replace("rn", "m").replace("vv", "w")
