"""The bytes of statements, lines and closings, pinned: changing one breaks every proof.

Each is computed by the program, by the audit's own spelling and by `verify.py`.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime

from ledger.audit import rules as audit
from ledger.kernel.merkle import canonical
from ledger.kernel.units import Unit
from ledger.kernel.veils import veil
from ledger.statements import verify
from ledger.statements.rules.document import (
    Ageing,
    DaysSince,
    Limit,
    Movement,
    SealRef,
    Statement,
    Turnover,
    Waiting,
)
from ledger.statements.rules.months import Month
from ledger.statements.rules.proofs import ClosingHead, Line, sheet_digest

SALT = b"\x05" * 32
OCTOBER = Month(2026, 10)
STATEMENT = Statement(
    community="SB",
    unit=Unit("poin", "póin", 2, "XPN"),
    zone="Asia/Jakarta",
    month=OCTOBER,
    start=OCTOBER.starts("Asia/Jakarta"),
    end=OCTOBER.ends("Asia/Jakarta"),
    account=7,
    kind="cell",
    name=b"\x01" * 32,
    opening=100,
    received=0,
    sent=350,
    closing=-250,
    last_seq=9,
    movements=(
        Movement(
            9,
            41,
            "trade",
            datetime(2026, 10, 3, 4, 5, 6, 7, tzinfo=UTC),
            date(2026, 10, 2),
            (8,),
            b"\x02" * 32,
            -350,
            -250,
        ),
    ),
    this_month=Turnover(0, 350, 1),
    this_year=Turnover(900, 1150, 4),
    limit=Limit(
        2,
        -1000,
        None,
        "decision",
        "42",
        datetime(2026, 9, 1, tzinfo=UTC),
        used_percent=25,
        left=750,
    ),
    debt=Ageing(250),
    days_since=DaysSince(29, None, 29),
    waiting=Waiting(1, 500, 0, 0),
    seal=SealRef(3, b"\x03" * 32),
    parties=((8, None),),
)
LINE = Line(7, 100, 350, 0, -250, 9, STATEMENT.digest(), SALT)
SHEET = {"total": 0, "funds": [[900, -5]]}
HEAD = ClosingHead(
    "SB",
    OCTOBER,
    3,
    1790787600000000,
    1793466000000000,
    1,
    LINE.leaf(),
    b"\x04" * 32,
    sheet_digest(SHEET, SALT),
)


def test_the_bytes_of_a_statement() -> None:
    assert (
        STATEMENT.digest().hex()
        == "b4b1dd61097e07cd5faffbcd926f9bb6c80397b787b2ab83d3eb7dcff793aff8"
    )
    assert verify._digest(STATEMENT.to_document()) == STATEMENT.digest().hex()
    assert verify.read(STATEMENT.spelled()) == STATEMENT.to_document()


def test_the_bytes_of_a_line() -> None:
    assert LINE.leaf().hex() == "1f0cef797031d29a9a545da015eab2ee5d2d5bffa3db4dc1ce61c8c6821c0a03"
    assert verify._leaf(LINE.to_document()) == LINE.leaf()
    assert LINE.leaf() == audit.line_leaf(
        account=7,
        opening=100,
        sent=350,
        received=0,
        closing=-250,
        last_seq=9,
        statement=STATEMENT.digest(),
        salt=SALT,
    )


def test_the_bytes_of_a_closing() -> None:
    assert HEAD.hash().hex() == "596869456eb8bf0973c215f5d9ad7a3b376397f0f0edd7dd735a6d4251744532"
    assert verify._closing_hash(HEAD.to_document()) == HEAD.hash().hex()
    assert HEAD.hash() == audit.closing_hash(
        community="SB",
        month="2026-10",
        number=3,
        start=HEAD.start,
        end=HEAD.end,
        leaves=1,
        root=HEAD.root,
        previous=HEAD.previous,
        sheet=audit.sheet_digest(canonical(SHEET).decode(), SALT),
    )


def test_the_bytes_of_a_veiled_name() -> None:
    veiled = veil("Ibu Jamu Sragen", SALT)
    assert veiled.digest.hex() == "002278c70360481dd25c552395795582115a8fcc2d2966059a88c26540478787"
    assert audit.name_digest("Ibu Jamu Sragen", SALT) == veiled.digest
    said = {"kind": "text", "v": 1, "salt": SALT.hex(), "text": "Ibu Jamu Sragen"}
    assert hashlib.sha256(canonical(said)).digest() == veiled.digest
