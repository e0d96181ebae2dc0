"""What a seal's number, root and predecessor hash to: the links of the chain.

Its leaves and its tree are `kernel.merkle`'s. Changing a byte here breaks every
seal ever made: `tests/journal/test_seal_vectors.py` pins them.
"""

from __future__ import annotations

import hashlib

from ledger.kernel.merkle import canonical

GENESIS = bytes(32)
"""What the first seal of a community names as its previous one."""


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
