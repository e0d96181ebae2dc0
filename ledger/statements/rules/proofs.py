"""Leaves, the tree over a closing's lines, and the chain of closings.

A leaf is salted, so that nobody can guess another's figures from the path of their own.
The number of leaves stands beside the root in the closing's hash: without it a path
could be cut short (RFC 6962). `verify.py` has the same once more, in a file of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from ledger.kernel.merkle import canonical, leaf_digest
from ledger.statements.rules.months import Month

CLOSING = "simpul-closing/1"
LINE = "simpul-line/1"
SALT_BYTES = 32

GENESIS = bytes(32)
"""What a community's first closing names as the one before it."""


@dataclass(frozen=True, slots=True)
class Line:
    """An account in a closing: the figures under its leaf. `statement` is the digest."""

    account: int
    opening: int
    debits: int
    credits: int
    closing: int
    last_seq: int
    statement: bytes
    salt: bytes

    def to_document(self) -> dict[str, object]:
        """The fields that are hashed, salt and all."""
        return {
            "kind": LINE,
            "account": self.account,
            "opening": self.opening,
            "debits": self.debits,
            "credits": self.credits,
            "closing": self.closing,
            "last_seq": self.last_seq,
            "statement": self.statement.hex(),
            "salt": self.salt.hex(),
        }

    def leaf(self) -> bytes:
        """The digest of the leaf."""
        return leaf_digest(self.to_document())


@dataclass(frozen=True, slots=True)
class ClosingHead:
    """A closing as it is hashed: `previous` is the hash of the one before, `number` from 1.

    `sheet` is the salted digest of the community's sheet. Instants in microseconds.
    """

    community: str
    month: Month
    number: int
    start: int
    end: int
    leaves: int
    root: bytes
    previous: bytes
    sheet: bytes

    def to_document(self) -> dict[str, object]:
        """The fields that are hashed."""
        return {
            "kind": CLOSING,
            "community": self.community,
            "month": str(self.month),
            "number": self.number,
            "start": self.start,
            "end": self.end,
            "leaves": self.leaves,
            "root": self.root.hex(),
            "previous": self.previous.hex(),
            "sheet": self.sheet.hex(),
        }

    def hash(self) -> bytes:
        """What the next closing names as previous, and what a seal attests."""
        return hashlib.sha256(b"\x03" + canonical(self.to_document())).digest()


@dataclass(frozen=True, slots=True)
class Proof:
    """That a line is in a closing: its salt, its place and the siblings up to the root."""

    salt: bytes
    index: int
    path: tuple[bytes, ...]
    closing: ClosingHead

    def to_document(self) -> dict[str, object]:
        """As it stands in the downloaded file."""
        return {
            "salt": self.salt.hex(),
            "index": self.index,
            "path": [one.hex() for one in self.path],
            "leaves": self.closing.leaves,
            "root": self.closing.root.hex(),
            "previous": self.closing.previous.hex(),
            "closing": self.closing.to_document(),
            "hash": self.closing.hash().hex(),
        }


def sheet_digest(sheet: Mapping[str, object], salt: bytes) -> bytes:
    """The digest of a community's sheet behind a salt, so that what it hides stays hidden."""
    return hashlib.sha256(
        canonical({"kind": "simpul-sheet/1", "salt": salt.hex(), "sheet": sheet})
    ).digest()
