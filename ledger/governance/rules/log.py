"""The ballot log: what voters commit to, chained as it comes, and under one Merkle root.

While a vote is open the log shows places, voters and commitments, never choices. A
voter's receipt is the link of their entry: whoever edits, drops, reorders or adds an
entry before it breaks that link. It stops neither a stolen sign-in nor coercion, and
two different logs shown to two people are found only by comparing roots, which is why
they are mailed. Changing a byte here breaks every published decision.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ledger.kernel.merkle import (
    canonical,
    leaf_digest,
    merkle_levels,
    merkle_path,
    merkle_root,
    root_along,
)
from ledger.kernel.veils import Veiled

GENESIS = bytes(32)
"""What the first entry names as the link before it."""

EMPTY_ROOT = hashlib.sha256(b"").digest()
"""RFC 6962's hash of a tree without leaves."""

Choice = int | None | tuple[int, ...]
"""A figure, None to abstain, or the candidates whom a voter approves of."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """What a voter says, and the salt (32 bytes) that hides it until the close."""

    voter: int
    choice: Choice
    reason: Veiled
    salt: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in the log, from 1. `voter` is a number within the vote, not a person."""

    place: int
    voter: int
    commitment: bytes
    link: bytes


class Standing(StrEnum):
    """What an entry is worth in the end."""

    COUNTED = "counted"
    SUPERSEDED = "superseded"
    VOID = "void"


def commitment(decision: str, ballot: Ballot) -> bytes:
    """What binds a voter to a ballot without showing it; `decision` as in `SB/42`."""
    return _digest(
        {
            "kind": "ballot",
            "v": 1,
            "decision": decision,
            "voter": ballot.voter,
            "choice": ballot.choice,
            "reason": ballot.reason.digest.hex(),
            "salt": _salt(ballot.salt),
        }
    )


def append(log: Sequence[Entry], decision: str, ballot: Ballot) -> Entry:
    """The entry that takes `ballot` into the log after what is there."""
    place, previous = len(log) + 1, log[-1].link if log else GENESIS
    promised = commitment(decision, ballot)
    return Entry(
        place, ballot.voter, promised, link(previous, decision, place, ballot.voter, promised)
    )


def link(previous: bytes, decision: str, place: int, voter: int, promised: bytes) -> bytes:
    """The hash that chains an entry to the one before it: the voter's receipt."""
    return _digest(
        {
            "kind": "ballot-link",
            "v": 1,
            "decision": decision,
            "place": place,
            "voter": voter,
            "commitment": promised.hex(),
            "previous": previous.hex(),
        }
    )


def leaf(entry: Entry) -> bytes:
    """The leaf of an entry in the log's Merkle tree."""
    fields = {
        "kind": "ballot-entry",
        "v": 1,
        "place": entry.place,
        "voter": entry.voter,
        "commitment": entry.commitment.hex(),
    }
    return leaf_digest(fields)


def root(log: Sequence[Entry]) -> bytes:
    """The Merkle root over all entries, superseded and void ones as well."""
    return merkle_root([leaf(entry) for entry in log]) if log else EMPTY_ROOT


@dataclass(frozen=True, slots=True)
class Receipt:
    """The proof that an entry is under the root: its siblings up the tree."""

    entry: Entry
    size: int
    path: tuple[bytes, ...]

    @property
    def root(self) -> bytes | None:
        """The root that this leads to; None if it fits no such tree."""
        return root_along(leaf(self.entry), self.entry.place - 1, self.size, self.path)


def receipt(log: Sequence[Entry], place: int) -> Receipt:
    """The receipt for the entry at `place`, once the log is complete."""
    levels = merkle_levels([leaf(entry) for entry in log])
    return Receipt(log[place - 1], len(log), tuple(merkle_path(levels, place - 1)))


def standings(
    log: Sequence[Entry], *, void_through: int = 0, lost: Iterable[int] = ()
) -> list[Standing]:
    """What each entry is worth: a voter's last counts.

    Void are those up to `void_through`, cast before the vote was sent back, and all
    of voters `lost` before the close.
    """
    gone, last = frozenset(lost), {entry.voter: entry.place for entry in log}
    found = []
    for entry in log:
        if entry.place <= void_through or entry.voter in gone:
            found.append(Standing.VOID)
        elif last[entry.voter] != entry.place:
            found.append(Standing.SUPERSEDED)
        else:
            found.append(Standing.COUNTED)
    return found


@dataclass(frozen=True, slots=True)
class SecretBallot:
    """A ballot without a name, a time or a place: only a random key (16 bytes) of its own."""

    key: bytes
    choice: Choice


def secret_root(ballots: Iterable[SecretBallot]) -> bytes:
    """The Merkle root over secret ballots in the order of their keys."""
    ordered = sorted(ballots, key=lambda ballot: ballot.key)
    leaves = [
        leaf_digest(
            {"kind": "secret-ballot", "v": 1, "key": ballot.key.hex(), "choice": ballot.choice}
        )
        for ballot in ordered
    ]
    return merkle_root(leaves) if leaves else EMPTY_ROOT


def _digest(fields: dict[str, object]) -> bytes:
    return hashlib.sha256(canonical(fields)).digest()


def _salt(salt: bytes) -> str:
    if len(salt) != 32:
        raise ValueError("a salt has 32 bytes")
    return salt.hex()
