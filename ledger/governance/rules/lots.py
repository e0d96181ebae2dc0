"""Lots that anybody can draw again, and that nobody can choose.

Stewards commit to nonces before and reveal them after a stated time. The seed hashes
the roster, the nonces and the first seal of the books after that time, so that nobody
knows it while they can still change what goes into it. What remains: the last to
reveal can withhold their nonce, blind, because the seal is not made yet; and who runs
the server could, together with them, make that seal come out differently. Withheld
nonces can be told from the derivation: committed to, and not there.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ledger.governance.errors import LotTooLarge, NonceMismatch, NonceUnreadable
from ledger.kernel.merkle import canonical

_SPAN = 2**64

STEP = timedelta(hours=24)
"""How long stewards may promise a nonce, and then as long again reveal it."""

SHORT_STEP = timedelta(hours=12)
"""The same for a panel, whose seven days run already."""

FORMAT = "simpul-lot/1"


class Stage(StrEnum):
    """Where a lot stands."""

    COMMITTING = "committing"
    REVEALING = "revealing"
    SEALING = "sealing"
    """Nothing can be changed any more; the seal that decides is still to come."""
    DRAWN = "drawn"


def stage(
    commit_until: datetime, reveal_until: datetime, *, is_drawn: bool, now: datetime
) -> Stage:
    """Where a lot stands at `now`: by the clock, and at last by its seal."""
    if is_drawn:
        return Stage.DRAWN
    if now < commit_until:
        return Stage.COMMITTING
    return Stage.REVEALING if now < reveal_until else Stage.SEALING


@dataclass(frozen=True, slots=True)
class Pick:
    """One step of a drawing: `number` of the stream, taken modulo `of`, points at `picked`.

    Numbers that would favour the first in the pool are passed over: `picked` is None.
    """

    counter: int
    number: int
    of: int
    picked: int | None


@dataclass(frozen=True, slots=True)
class Lot:
    """A drawing with everything that it takes to repeat it."""

    about: str
    pool: tuple[int, ...]
    commitments: tuple[tuple[int, bytes], ...]
    nonces: tuple[tuple[int, bytes], ...]
    seal: bytes
    seed: bytes
    picks: tuple[Pick, ...]

    @property
    def drawn(self) -> tuple[int, ...]:
        """Who was drawn, first to last."""
        return tuple(pick.picked for pick in self.picks if pick.picked is not None)

    @property
    def withheld(self) -> tuple[int, ...]:
        """Who promised a nonce and did not reveal it in time."""
        revealed = {person for person, _ in self.nonces}
        return tuple(person for person, _ in self.commitments if person not in revealed)

    def derivation(self) -> dict[str, object]:
        """The drawing as it is published, in strings, integers and lists."""
        return {
            "about": self.about,
            "pool": list(self.pool),
            "commitments": [[person, promised.hex()] for person, promised in self.commitments],
            "nonces": [[person, nonce.hex()] for person, nonce in self.nonces],
            "seal": self.seal.hex(),
            "seed": self.seed.hex(),
            "picks": [[one.counter, one.number, one.of, one.picked] for one in self.picks],
        }


def nonce_commitment(about: str, person: int, nonce: bytes) -> bytes:
    """What a steward publishes before the stated time. Raises `NonceUnreadable`."""
    if len(nonce) != 32:
        raise NonceUnreadable
    fields = {"kind": "nonce", "v": 1, "about": about, "person": person, "nonce": nonce.hex()}
    return hashlib.sha256(canonical(fields)).digest()


def ensure_revealed(about: str, person: int, nonce: bytes, commitment: bytes | None) -> None:
    """Check a revealed nonce. Raises `NonceUnreadable` or `NonceMismatch`."""
    found = nonce_commitment(about, person, nonce)
    if commitment is None or not hmac.compare_digest(found, commitment):
        raise NonceMismatch


def draw(
    about: str,
    pool: Sequence[int],
    count: int,
    *,
    commitments: Mapping[int, bytes],
    revealed: Mapping[int, bytes],
    seal: bytes,
) -> Lot:
    """Draw `count` of `pool` without replacement; `seal` is the first after the reveal time.

    `about` names the lot, so that no nonce serves two. The order of `pool` does not
    matter. Raises `LotTooLarge`, `NonceUnreadable` or `NonceMismatch`.
    """
    if len(set(pool)) < len(pool) or not 0 <= count <= len(pool):
        raise LotTooLarge(count=count, size=len(pool))
    for person, nonce in revealed.items():
        ensure_revealed(about, person, nonce, commitments.get(person))
    nonces = tuple(sorted(revealed.items()))
    ordered = tuple(sorted(pool))
    seed = seed_of(about, ordered, nonces, seal)
    return Lot(
        about=about,
        pool=ordered,
        commitments=tuple(sorted(commitments.items())),
        nonces=nonces,
        seal=seal,
        seed=seed,
        picks=picks(seed, ordered, count),
    )


def roster_digest(about: str, pool: Sequence[int]) -> bytes:
    """SHA-256 over who can be drawn: sealed when the lot is called, long before it is drawn."""
    fields = {"kind": "lot-roster", "v": 1, "about": about, "pool": sorted(pool)}
    return hashlib.sha256(canonical(fields)).digest()


def revealed_digest(about: str, nonces: Sequence[tuple[int, bytes]]) -> bytes:
    """SHA-256 over what was revealed: handed in when the time for it is over."""
    revealed = [[person, nonce.hex()] for person, nonce in nonces]
    return hashlib.sha256(
        canonical({"kind": "lot-revealed", "v": 1, "about": about, "nonces": revealed})
    ).digest()


def seed_of(
    about: str, pool: Sequence[int], nonces: Sequence[tuple[int, bytes]], seal: bytes
) -> bytes:
    """The seed: SHA-256 over the canonical bytes of everything that goes into it."""
    fields = {
        "kind": "seed",
        "v": 1,
        "about": about,
        "pool": list(pool),
        "nonces": [[person, nonce.hex()] for person, nonce in nonces],
        "seal": seal.hex(),
    }
    return hashlib.sha256(canonical(fields)).digest()


def picks(seed: bytes, pool: Sequence[int], count: int) -> tuple[Pick, ...]:
    """Draw from `pool`, in rising order, by rejection sampling: everybody has the same chance."""
    left, found = list(pool), list[Pick]()
    counter = 0
    while len(pool) - len(left) < count:
        number = stream(seed, counter)
        index = unbiased(number, len(left))
        of = len(left)
        found.append(Pick(counter, number, of, None if index is None else left.pop(index)))
        counter += 1
    return tuple(found)


def stream(seed: bytes, counter: int) -> int:
    """The number at `counter`: the first 64 bits of SHA-256 over seed and counter."""
    block = hashlib.sha256(seed + counter.to_bytes(8, "big")).digest()
    return int.from_bytes(block[:8], "big")


def unbiased(number: int, of: int) -> int | None:
    """`number` modulo `of`; None above the last whole multiple, which would favour some."""
    return number % of if number < _SPAN - _SPAN % of else None
