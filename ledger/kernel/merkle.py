"""Canonical bytes, and the Merkle tree of RFC 6962 section 2.1 over SHA-256.

Changing a byte here breaks every seal, closing and ballot log ever made:
`tests/journal/test_seal_vectors.py` pins them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence


def canonical(fields: object) -> bytes:
    """The one spelling that is hashed: JSON with sorted keys, no white space, ASCII.

    Only strings, integers, booleans and null, in lists and objects: no floats.
    """
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def leaf_digest(fields: object) -> bytes:
    """RFC 6962's hash of a leaf: SHA-256 over 0x00 and the canonical bytes."""
    return hashlib.sha256(b"\x00" + canonical(fields)).digest()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """The tree hash over leaf digests, in their order; at least one.

    Level by level, an odd last node moving up unpaired: the same tree as the
    RFC's recursion, which splits at the largest power of two.
    """
    return merkle_levels(leaves)[-1][0]


def merkle_levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """Every level of the tree, from the leaves up to the root alone; at least one leaf."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        level = levels[-1]
        paired = [_node(left, right) for left, right in zip(level[::2], level[1::2], strict=False)]
        levels.append(paired + level[len(paired) * 2 :])
    return levels


def merkle_path(levels: Sequence[Sequence[bytes]], index: int) -> list[bytes]:
    """The siblings from leaf `index` up to the root: RFC 6962's audit path."""
    path = []
    for level in levels[:-1]:
        sibling = index ^ 1
        if sibling < len(level):
            path.append(level[sibling])
        index //= 2
    return path


def root_along(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that `path` leads to from leaf `index` of `size`; None if it fits no such tree."""
    if not 0 <= index < size:
        return None
    found, steps, last = leaf, iter(path), size - 1
    while last > 0:
        if index % 2 or index < last:
            sibling = next(steps, None)
            if sibling is None:
                return None
            found = _node(sibling, found) if index % 2 else _node(found, sibling)
        index, last = index // 2, last // 2
    return found if next(steps, None) is None else None


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
