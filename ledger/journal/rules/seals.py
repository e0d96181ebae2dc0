"""The bytes that a seal covers, fixed once: leaves, Merkle root, chain.

A leaf is canonical JSON (keys sorted, no white space, ASCII, only strings,
integers and null). The tree is RFC 6962 section 2.1 over SHA-256. Changing a byte
here breaks every seal ever made: `tests/journal/test_seal_vectors.py` pins them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

GENESIS = bytes(32)
"""What the first seal of a community names as its previous one."""


def canonical(fields: dict[str, object]) -> bytes:
    """The one spelling of `fields` that is hashed."""
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def leaf_digest(fields: dict[str, object]) -> bytes:
    """RFC 6962's hash of a leaf: SHA-256 over 0x00 and the canonical bytes."""
    return hashlib.sha256(b"\x00" + canonical(fields)).digest()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962's tree hash over leaf digests, in their order; at least one.

    Level by level, an odd last node moving up unpaired: the same tree as the
    RFC's recursion, which splits at the largest power of two.
    """
    level = list(leaves)
    while len(level) > 1:
        paired = [
            hashlib.sha256(b"\x01" + left + right).digest()
            for left, right in zip(level[::2], level[1::2], strict=False)
        ]
        level = paired + level[len(paired) * 2 :]
    return level[0]


def seal_hash(
    *,
    community: int,
    number: int,
    root: bytes,
    previous: bytes,
    leaves: int,
    sealed_at: int,
) -> bytes:
    """The hash that chains a seal to the next; `sealed_at` in microseconds since 1970."""
    fields: dict[str, object] = {
        "kind": "seal",
        "v": 1,
        "community": community,
        "number": number,
        "root": root.hex(),
        "previous": previous.hex(),
        "leaves": leaves,
        "sealed_at": sealed_at,
    }
    return hashlib.sha256(b"\x02" + canonical(fields)).digest()
