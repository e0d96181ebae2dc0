"""Texts that can be erased later without breaking a proof: only their digest is hashed on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from ledger.kernel.merkle import canonical

SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class Veiled:
    """A text behind its digest; `text` and `salt` (32 bytes) are both None once erased."""

    digest: bytes
    text: str | None = None
    salt: bytes | None = None

    def published(self) -> dict[str, object]:
        """As it stands in a document."""
        salt = self.salt.hex() if self.salt is not None else None
        return {"digest": self.digest.hex(), "salt": salt, "text": self.text}

    def erased(self) -> Veiled:
        """The same without the text."""
        return Veiled(self.digest)


def veil(text: str, salt: bytes) -> Veiled:
    """Put a text behind its digest: SHA-256 over salt (32 bytes) and text."""
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt has 32 bytes")
    fields = {"kind": "text", "v": 1, "salt": salt.hex(), "text": text}
    return Veiled(hashlib.sha256(canonical(fields)).digest(), text, salt)
