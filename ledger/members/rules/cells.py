"""What a cell is made of, and who may do what for it."""

from __future__ import annotations

from collections.abc import Iterable, Set

from ledger.members.errors import ElementUnknown, RolesClash

ELEMENTS = ("production", "distribution", "consumption", "finance", "governance")
"""The five elements of a solidarity economy, in the order they are listed."""

RECORDING_KINDS = frozenset({"holder", "clerk"})
"""Who may record trades for a cell; a viewer only looks."""


def in_order(elements: Iterable[str]) -> tuple[str, ...]:
    """The elements without doubles, in the order of `ELEMENTS`. Raises `ElementUnknown`."""
    given = set(elements)
    for word in sorted(given.difference(ELEMENTS)):
        raise ElementUnknown(word=word)
    return tuple(element for element in ELEMENTS if element in given)


def ensure_may_hold(role: str, held: Set[str]) -> None:
    """Raise `RolesClash` when `role` beside the roles already `held` makes an auditor more."""
    together = held | {role}
    if "auditor" in together and len(together) > 1:
        raise RolesClash(role=role)
