"""The bytes that seals cover, pinned: a change here breaks every seal ever made."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from ledger.audit import rules as audit_rules
from ledger.journal.rules.entries import Draft, fingerprint
from ledger.journal.rules.seals import seal_hash
from ledger.kernel.merkle import canonical, leaf_digest, merkle_root
from tests.bookkeeping import MORNING, Bookkeeper, proven

FINGERPRINT = bytes.fromhex("94bb35c71a263a1b29b843783a8762759eb9f532224fe23ca5ff7649cb2e352d")

ENTRY: dict[str, object] = {
    "v": 1,
    "kind": "entry",
    "community": 7,
    "id": 42,
    "entry": "trade",
    "booked_at": 1795402800000000,
    "occurred_on": "2026-11-22",
    "actor": 4611686018427387903,
    "memo_digest": None,
    "request_key": 'kue "lapis" – é',
    "fingerprint": FINGERPRINT.hex(),
    "reverses": None,
    "legs": 2,
    "postings": [[1, 3, -25, -125], [12, 1, 25, 25]],
}
ENTRY_BYTES = (
    b'{"actor":4611686018427387903,"booked_at":1795402800000000,"community":7,"entry":"trade",'
    b'"fingerprint":"94bb35c71a263a1b29b843783a8762759eb9f532224fe23ca5ff7649cb2e352d","id":42'
    b',"kind":"entry","legs":2,"memo_digest":null,"occurred_on":"2026-11-22","postings":[[1,3,'
    b'-25,-125],[12,1,25,25]],"request_key":"kue \\"lapis\\" \\u2013 \\u00e9","reverses":null,"v":'
    b"1}"
)
CHANGE: dict[str, object] = {
    "v": 1,
    "kind": "change",
    "community": 7,
    "account": 12,
    "number": 2,
    "changed_at": 1795402800000001,
    "floor": -500,
    "ceiling": None,
    "limit_version": 2,
    "status": "open",
    "authority": "decision:42",
}
CHANGE_BYTES = (
    b'{"account":12,"authority":"decision:42","ceiling":null,"changed_at":1795402800000001,"co'
    b'mmunity":7,"floor":-500,"kind":"change","limit_version":2,"number":2,"status":"open","v"'
    b":1}"
)
ATTESTATION: dict[str, object] = {
    "v": 1,
    "kind": "attestation",
    "community": 7,
    "number": 1,
    "attested_at": 1795402800000002,
    "about": "closing",
    "digest": "07" * 32,
}
ATTESTATION_BYTES = (
    b'{"about":"closing","attested_at":1795402800000002,"community":7,"digest":"07070707070707'
    b'07070707070707070707070707070707070707070707070707","kind":"attestation","number":1,"v":'
    b"1}"
)

DIGESTS = {
    "entry": "0eec3d8e5bb9d4332fd92602a55ee00b7f84d833065c6416b1760cfe42b2f89b",
    "change": "9e24d93c0ea4fde4c1c0c4a8864e2f0be36b849cc9f99a2fae2636de99e010b5",
    "attestation": "96067c03a00dc7c3d8a1f268de2d039343fb5cc3d6bba707257101a1d9018f7a",
}

ROOTS = [
    "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9",
    "775921a4e428d5768955ee440c81d193960641c3a5b2c1f71916fcebe285e2c5",
    "0fb0c89f31831c334e4cdeb69ed2245bb59715219c8b7a86f0ddcf93cb1a9c8b",
    "e8fb69d07523527f600e1fd288b9be6dd210431e2cfd0f2dfc7576b513ec9e77",
    "5011aa4743d4f6904e9a1a3ef008e953ce03834b2e21c6478c56fee498f6c4ff",
    "11986b3090e9ac04852c80a55e06226cd90f867bdf5d4f6ec9a65212f032351f",
    "5cf6906870de8c19271bb3008d4c6ebc578299c7f7e8ba39b8589f9b5a272aba",
    "522709e05dbb008b0dd1e3054bd00f25d418616be7c300843ec4026198ef5622",
]
"""The roots over the first 1 to 8 leaves, each the SHA-256 of one of the digits 0 to 7."""


def test_a_request_has_this_fingerprint() -> None:
    draft = Draft("trade", ((12, 25), (1, -25)), date(2026, 11, 22), actor=1, request_key="any")
    assert fingerprint(draft) == FINGERPRINT
    lines = [(1, 3, -25, -125), (12, 1, 25, 25)]
    assert audit_rules.fingerprint("trade", "2026-11-22", None, lines) == FINGERPRINT


@pytest.mark.parametrize(
    ("fields", "spelled"),
    [(ENTRY, ENTRY_BYTES), (CHANGE, CHANGE_BYTES), (ATTESTATION, ATTESTATION_BYTES)],
    ids=["entry", "change", "attestation"],
)
def test_a_leaf_has_these_bytes_and_this_digest(fields: dict[str, object], spelled: bytes) -> None:
    digest = bytes.fromhex(DIGESTS[str(fields["kind"])])
    assert canonical(fields) == spelled
    assert leaf_digest(fields) == digest
    assert hashlib.sha256(b"\x00" + spelled).digest() == digest


def test_the_audit_spells_the_same_leaves() -> None:
    entry = audit_rules.entry_leaf(
        7,
        entry_id=42,
        kind="trade",
        booked_at=1795402800000000,
        occurred_on="2026-11-22",
        actor=4611686018427387903,
        memo_digest=None,
        request_key='kue "lapis" – é',
        fingerprint=FINGERPRINT,
        reverses=None,
        legs=2,
        lines=[(1, 3, -25, -125), (12, 1, 25, 25)],
    )
    change = audit_rules.change_leaf(
        7,
        account=12,
        number=2,
        changed_at=1795402800000001,
        floor=-500,
        ceiling=None,
        limit_version=2,
        status="open",
        authority="decision:42",
    )
    attestation = audit_rules.attestation_leaf(
        7, number=1, attested_at=1795402800000002, about="closing", digest=b"\x07" * 32
    )
    spelled = {"entry": entry.hex(), "change": change.hex(), "attestation": attestation.hex()}
    assert spelled == DIGESTS


def test_trees_of_one_to_eight_leaves_have_these_roots() -> None:
    leaves = [hashlib.sha256(str(number).encode()).digest() for number in range(8)]
    for count, root in enumerate(ROOTS, start=1):
        assert merkle_root(leaves[:count]).hex() == root
        assert audit_rules.tree_hash(leaves[:count]).hex() == root


def test_writer_and_audit_build_the_same_tree_of_any_size() -> None:
    leaves = [hashlib.sha256(str(number).encode()).digest() for number in range(300)]
    for count in range(1, 301):
        assert merkle_root(leaves[:count]) == audit_rules.tree_hash(leaves[:count])


def test_a_seal_has_this_hash() -> None:
    root, previous = bytes.fromhex(ROOTS[7]), bytes(32)
    written = seal_hash(
        community=7, number=1, root=root, previous=previous, leaves=8, sealed_at=1795402800000003
    )
    read = audit_rules.seal_hash(
        7, number=1, root=root, previous=previous, leaves=8, sealed_at=1795402800000003
    )
    assert (
        written.hex()
        == read.hex()
        == "05d4651e91c5de786ecf87e66a275861dc3413161aa1467240a028eb254b88b1"
    )


def test_the_same_history_has_the_same_head_on_every_database(books: Bookkeeper) -> None:
    books.pay(1, 2, 40, request_key="vector-key-000001")
    books.limit(2, -50, 1000)
    first = books.seal()
    books.later(minutes=1).post(
        books.draft(
            (2, -30), (1, 10), (3, 20), request_key="vector-key-000002", memo_digest=b"m" * 32
        )
    )
    books.mark(3, "frozen")
    books.attest(b"\x07" * 32)
    second = books.seal()

    assert first is not None
    assert second is not None
    assert first.hash.hex() == "5c59aed1bd4ec4ffb7f41d7c16dc80ca8d95bc02b2401d185515c49c96ff8941"
    assert second.hash.hex() == "a35616a6db62be8bb427e995a9c3e3c836664890c5bbf55b0afa39efa622de7f"
    assert second.sealed_at == books.now > MORNING
    proven(books.engine)
