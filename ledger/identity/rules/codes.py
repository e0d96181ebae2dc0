"""Codes on paper: short enough to type, long enough not to be guessed under the throttle."""

from __future__ import annotations

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0 and O, 1, I and L, U and V's double: what is read aloud is typed right."""

LENGTH = 10
"""30^10 codes: some 49 bits."""

_ALIKE = str.maketrans({"0": "Q", "O": "Q", "1": "J", "I": "J", "L": "J", "U": "V"})


def new_code() -> str:
    """A random code, without spaces."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def shown(code: str) -> str:
    """The code in two groups, as it is printed: `7KQ4M-X2RTB`."""
    return f"{code[:5]}-{code[5:]}"


def read(text: str) -> str:
    """What was typed, without case, spaces and hyphens, likely misreadings mended."""
    kept = "".join(character for character in text.upper() if character.isalnum())
    return kept.translate(_ALIKE)
