"""The bytes and hashes of the seals, written a second time.

On purpose by other means than the writer's: objects are spelled out by hand in
the order of their keys, and the tree follows the recursion of RFC 6962 section
2.1. Both must give the bytes that `tests/journal/test_seal_vectors.py` pins.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

FIRST_PREVIOUS = bytes(32)
"""What the first seal of a community names as its previous one."""

Lines = Sequence[tuple[int, int, int, int]]
"""An entry's postings as account, seq, amount, balance, in the order of accounts."""


def entry_leaf(
    community: int,
    *,
    entry_id: int,
    kind: str,
    booked_at: int,
    occurred_on: str,
    actor: int,
    memo_digest: bytes | None,
    request_key: str,
    fingerprint: bytes,
    reverses: int | None,
    legs: int,
    lines: Lines,
) -> bytes:
    """The digest of an entry's leaf."""
    postings = ",".join(f"[{a},{seq},{amount},{after}]" for a, seq, amount, after in lines)
    return _leaf(
        f'{{"actor":{actor},"booked_at":{booked_at},"community":{community},'
        f'"entry":{_text(kind)},"fingerprint":"{fingerprint.hex()}","id":{entry_id},'
        f'"kind":"entry","legs":{legs},"memo_digest":{_hex(memo_digest)},'
        f'"occurred_on":{_text(occurred_on)},"postings":[{postings}],'
        f'"request_key":{_text(request_key)},"reverses":{_number(reverses)},"v":1}}'
    )


def change_leaf(
    community: int,
    *,
    account: int,
    number: int,
    changed_at: int,
    floor: int,
    ceiling: int | None,
    limit_version: int,
    status: str,
    authority: str,
) -> bytes:
    """The digest of the leaf of an account's change."""
    return _leaf(
        f'{{"account":{account},"authority":{_text(authority)},"ceiling":{_number(ceiling)},'
        f'"changed_at":{changed_at},"community":{community},"floor":{floor},"kind":"change",'
        f'"limit_version":{limit_version},"number":{number},"status":{_text(status)},"v":1}}'
    )


def attestation_leaf(
    community: int, *, number: int, attested_at: int, about: str, digest: bytes
) -> bytes:
    """The digest of an attestation's leaf."""
    return _leaf(
        f'{{"about":{_text(about)},"attested_at":{attested_at},"community":{community},'
        f'"digest":"{digest.hex()}","kind":"attestation","number":{number},"v":1}}'
    )


def seal_hash(
    community: int, *, number: int, root: bytes, previous: bytes, leaves: int, sealed_at: int
) -> bytes:
    """What the next seal must name as its previous one."""
    spelled = (
        f'{{"community":{community},"kind":"seal","leaves":{leaves},"number":{number},'
        f'"previous":"{previous.hex()}","root":"{root.hex()}","sealed_at":{sealed_at},"v":1}}'
    )
    return hashlib.sha256(b"\x02" + spelled.encode("ascii")).digest()


def tree_hash(leaves: Sequence[bytes], start: int = 0, end: int | None = None) -> bytes:
    """RFC 6962's tree over the leaf digests `start` to `end`: MTH split at a power of two."""
    end = len(leaves) if end is None else end
    count = end - start
    if count == 1:
        return leaves[start]
    split = start + (1 << ((count - 1).bit_length() - 1))
    left, right = tree_hash(leaves, start, split), tree_hash(leaves, split, end)
    return hashlib.sha256(b"\x01" + left + right).digest()


def fingerprint(kind: str, occurred_on: str, reverses: int | None, lines: Lines) -> bytes:
    """What an entry's `fingerprint` must be."""
    postings = ",".join(f"[{account},{amount}]" for account, _, amount, _ in lines)
    spelled = f"[{_text(kind)},{_text(occurred_on)},{_number(reverses)},[{postings}]]"
    return hashlib.sha256(spelled.encode("ascii")).digest()


def _leaf(spelled: str) -> bytes:
    return hashlib.sha256(b"\x00" + spelled.encode("ascii")).digest()


def _text(value: str) -> str:
    return json.dumps(value)


def _number(value: int | None) -> str:
    return "null" if value is None else str(value)


def _hex(value: bytes | None) -> str:
    return "null" if value is None else f'"{value.hex()}"'


def line_leaf(
    *,
    account: int,
    opening: int,
    sent: int,
    received: int,
    closing: int,
    last_seq: int,
    statement: bytes,
    salt: bytes,
) -> bytes:
    """The digest of the leaf of an account's line in a closing."""
    return _leaf(
        f'{{"account":{account},"closing":{closing},"credits":{received},"debits":{sent},'
        f'"kind":"simpul-line/1","last_seq":{last_seq},"opening":{opening},'
        f'"salt":"{salt.hex()}","statement":"{statement.hex()}"}}'
    )


def closing_hash(
    *,
    community: str,
    month: str,
    number: int,
    start: int,
    end: int,
    leaves: int,
    root: bytes,
    previous: bytes,
    sheet: bytes,
) -> bytes:
    """What the next closing must name as its previous one."""
    spelled = (
        f'{{"community":{_text(community)},"end":{end},"kind":"simpul-closing/1",'
        f'"leaves":{leaves},"month":"{month}","number":{number},"previous":"{previous.hex()}",'
        f'"root":"{root.hex()}","sheet":"{sheet.hex()}","start":{start}}}'
    )
    return hashlib.sha256(b"\x03" + spelled.encode("ascii")).digest()


def sheet_digest(sheet: str, salt: bytes) -> bytes:
    """The digest of a community's sheet, whose JSON `sheet` is as it is kept."""
    spelled = f'{{"kind":"simpul-sheet/1","salt":"{salt.hex()}","sheet":{sheet}}}'
    return hashlib.sha256(spelled.encode()).digest()


def name_digest(name: str, salt: bytes) -> bytes:
    """The digest behind which a name was frozen."""
    spelled = f'{{"kind":"text","salt":"{salt.hex()}","text":{_text(name)},"v":1}}'
    return hashlib.sha256(spelled.encode("ascii")).digest()
