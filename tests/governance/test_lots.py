"""Lots: the same again for everybody, fair to everybody, and nobody's to choose."""

from __future__ import annotations

import hashlib
import json
from collections import Counter

import pytest

from ledger.governance.errors import LotTooLarge, NonceMismatch, NonceUnreadable
from ledger.governance.rules.lots import Lot, draw, nonce_commitment, picks, seed_of, unbiased

ABOUT = "proposal:42:alternates"
NONCES = {1: bytes(32), 2: b"\x01" * 32, 3: b"\x02" * 32}
PROMISED = {person: nonce_commitment(ABOUT, person, nonce) for person, nonce in NONCES.items()}
SEAL = b"\x07" * 32


def drawing(**changed: object) -> Lot:
    given = {
        "about": ABOUT,
        "pool": range(10, 30),
        "count": 5,
        "commitments": PROMISED,
        "revealed": NONCES,
        "seal": SEAL,
        **changed,
    }
    return draw(**given)  # type: ignore[arg-type]


def test_the_same_lot_for_everybody() -> None:
    lot = drawing()
    assert len(set(lot.drawn)) == 5
    assert set(lot.drawn) <= set(range(10, 30))
    assert drawing(pool=list(reversed(range(10, 30)))) == lot
    assert lot.drawn == (25, 13, 10, 16, 12), "a pinned vector: lots are drawn again years later"


def test_it_can_be_drawn_again_from_what_is_published() -> None:
    said = json.loads(json.dumps(drawing().derivation()))
    text = json.dumps(
        {
            "about": said["about"],
            "kind": "seed",
            "nonces": said["nonces"],
            "pool": said["pool"],
            "seal": said["seal"],
            "v": 1,
        },
        separators=(",", ":"),
    )
    seed = hashlib.sha256(text.encode()).digest()
    assert seed.hex() == said["seed"]
    left = list(said["pool"])
    for counter, number, of, picked in said["picks"]:
        block = hashlib.sha256(seed + counter.to_bytes(8, "big")).digest()
        assert number == int.from_bytes(block[:8], "big")
        assert of == len(left)
        assert picked == left.pop(number % of)


def test_everything_that_goes_in_changes_the_seed() -> None:
    pool, nonces = (1, 2, 3), ((1, bytes(32)), (2, bytes(32)))
    seeds = {
        seed_of(ABOUT, pool, nonces, SEAL),
        seed_of(ABOUT + "x", pool, nonces, SEAL),
        seed_of(ABOUT, (1, 2), nonces, SEAL),
        seed_of(ABOUT, pool, nonces[:1], SEAL),
        seed_of(ABOUT, pool, ((2, bytes(32)), (1, b"\x01" * 32)), SEAL),
        seed_of(ABOUT, pool, nonces, bytes(32)),
    }
    assert len(seeds) == 6


def test_whoever_withholds_is_named_and_left_out() -> None:
    lot = drawing(revealed={1: NONCES[1], 3: NONCES[3]})
    assert lot.withheld == (2,)
    assert [person for person, _ in lot.nonces] == [1, 3]
    assert lot.seed != drawing().seed


def test_a_nonce_that_was_not_promised_is_refused() -> None:
    with pytest.raises(NonceMismatch):
        drawing(revealed={**NONCES, 2: NONCES[1]})
    with pytest.raises(NonceMismatch):
        drawing(revealed={**NONCES, 4: bytes(32)})
    with pytest.raises(NonceMismatch):
        drawing(about="proposal:43:alternates")
    with pytest.raises(NonceUnreadable):
        drawing(revealed={1: bytes(31)})


@pytest.mark.parametrize(("pool", "count"), [([1, 2], 3), ([1, 1, 2], 1), ([1], -1)])
def test_lots_that_cannot_be_drawn(pool: list[int], count: int) -> None:
    with pytest.raises(LotTooLarge):
        drawing(pool=pool, count=count)


def test_everybody_can_be_drawn_and_nobody() -> None:
    assert sorted(drawing(count=20).drawn) == list(range(10, 30))
    assert drawing(count=0).drawn == ()


@pytest.mark.parametrize("of", [1, 2, 3, 7, 10, 1000, 2**63 + 1])
def test_numbers_that_would_favour_the_first_are_passed_over(of: int) -> None:
    whole = 2**64 // of * of
    assert unbiased(whole - 1, of) == of - 1
    assert unbiased(0, of) == 0
    if whole < 2**64:
        assert unbiased(whole, of) is None
        assert unbiased(2**64 - 1, of) is None


def test_a_passed_over_number_is_published_and_draws_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    numbers = [2**64 - 1, 4, 0]
    monkeypatch.setattr("ledger.governance.rules.lots.stream", lambda _seed, place: numbers[place])
    found = picks(bytes(32), (5, 6, 7), 2)
    assert [(one.counter, one.of, one.picked) for one in found] == [
        (0, 3, None),
        (1, 3, 6),
        (2, 2, 5),
    ]


def test_everybody_has_the_same_chance() -> None:
    drawn: Counter[int] = Counter()
    for trial in range(6_000):
        seed = hashlib.sha256(trial.to_bytes(4, "big")).digest()
        drawn.update(pick.picked for pick in picks(seed, (1, 2, 3), 1) if pick.picked)
    # Chi-squared with two degrees of freedom: above 13.8 once in a thousand; the seeds are fixed.
    assert sum((count - 2_000) ** 2 / 2_000 for count in drawn.values()) < 13.8
