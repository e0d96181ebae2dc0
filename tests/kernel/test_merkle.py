"""Paths through the tree: each leaf's leads to the root, and nothing else does."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from ledger.kernel.merkle import merkle_levels, merkle_path, merkle_root, root_along


def leaves(size: int) -> list[bytes]:
    return [hashlib.sha256(bytes([number])).digest() for number in range(size)]


@given(st.integers(1, 70), st.data())
def test_every_leaf_has_its_path_to_the_root(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    levels = merkle_levels(leaves(size))
    path = merkle_path(levels, index)

    assert root_along(leaves(size)[index], index, size, path) == merkle_root(leaves(size))


@given(st.integers(2, 70), st.data())
def test_a_bent_path_leads_elsewhere(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    found = leaves(size)
    root, path = merkle_root(found), merkle_path(merkle_levels(found), index)
    other = data.draw(st.integers(0, size - 1).filter(lambda place: place != index))

    assert root_along(found[other], index, size, path) != root
    assert root_along(found[index], other, size, path) != root
    assert root_along(found[index], index, size, path[:-1]) != root
    assert root_along(found[index], index, size, [*path, path[0]]) != root
    bent = [bytes(32), *path[1:]]
    assert root_along(found[index], index, size, bent) != root


def test_a_place_outside_the_tree_has_no_root() -> None:
    assert root_along(bytes(32), 1, 1, []) is None
    assert root_along(bytes(32), -1, 1, []) is None
    assert root_along(bytes(32), 0, 0, []) is None
