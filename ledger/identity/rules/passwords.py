"""Which passwords are good enough, and the slow function that keeps them.

Length is what counts (NIST SP 800-63B, 3.1.1): no rule asks for a digit or a
capital. Refused are those that everybody, or everybody in this community, would
try first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import NewType

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ledger.identity.errors import (
    PasswordOwnWord,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooShort,
)
from ledger.identity.rules.common_passwords import common_passwords
from ledger.kernel.identifiers import new_token

SHORTEST = 8
LONGEST = 256
_LEFT_BESIDE_OWN_WORDS = 5
"""So many letters must remain when a person's and community's own words are taken out."""

PasswordHash = NewType("PasswordHash", str)

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's argon2id setting for small machines: 19 MiB, so 16 at once fit into 512 MiB."""

_NOBODY = PasswordHash(_HASHER.hash(new_token()))
"""Verified when there is no person, so that the answer takes as long."""


def ensure_good(password: str, own_words: Iterable[str] = ()) -> None:
    """Refuse a password that is too short, too long or too easily guessed.

    `own_words` are names and places of the person and the community. Raises
    `PasswordTooShort`, `PasswordTooLong`, `PasswordTooCommon`, `PasswordOwnWord`.
    """
    if len(password) < SHORTEST:
        raise PasswordTooShort(shortest=SHORTEST)
    if len(password) > LONGEST:
        raise PasswordTooLong(longest=LONGEST)
    folded = _folded(password)
    if _is_common(folded):
        raise PasswordTooCommon
    if _is_own_word(folded, own_words):
        raise PasswordOwnWord


def hash_password(password: str, own_words: Iterable[str] = ()) -> PasswordHash:
    """The argon2id hash of a good password: some 30 ms, so never inside a transaction.

    Raises what `ensure_good` raises.
    """
    ensure_good(password, own_words)
    return PasswordHash(_HASHER.hash(_normal(password)))


def is_right(password: str, kept: PasswordHash | None) -> bool:
    """Whether `password` made the hash `kept`; always verifies one hash, also for None."""
    try:
        _HASHER.verify(kept or _NOBODY, _normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def _normal(password: str) -> str:
    """Two keyboards may write one password in two ways; NFKC makes them one."""
    return unicodedata.normalize("NFKC", password)


def _folded(text: str) -> str:
    return _normal(text).casefold()


def _is_common(folded: str) -> bool:
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    return not common_passwords().isdisjoint((folded, core)) or len(set(folded)) < 4


def _is_own_word(folded: str, own_words: Iterable[str]) -> bool:
    words = {part for word in own_words for part in re.split(r"[\W_]+", _folded(word))}
    left = folded
    for word in sorted(words, key=len, reverse=True):
        if len(word) >= 2:
            left = left.replace(word, "")
    letters = re.sub(r"[\W\d_]", "", left)
    return left != folded and len(letters) < _LEFT_BESIDE_OWN_WORDS
