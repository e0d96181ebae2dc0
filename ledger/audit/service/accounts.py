"""Accounts' postings: counted without a gap, added up, in the order of time."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from ledger.audit.errors import Wrong
from ledger.audit.service.limits import NOT_SEALED, Reach
from ledger.audit.service.reading import Books
from ledger.kernel.amounts import LARGEST

_AHEAD = 24 * 60 * 60 * 1_000_000
"""Microseconds that the clocks of two machines may at most lie apart."""

_ACCOUNTS = """
SELECT a.number, a.balance, a.floor, a.ceiling, a.last_seq, a.not_before, a.limit_version,
       a.status, coalesce(m.seq, 0) AS mark
FROM account AS a
LEFT JOIN seal_mark AS m ON m.community_id = a.community_id AND m.account = a.number
WHERE a.community_id = :community
ORDER BY a.number
"""

_POSTINGS = """
SELECT p.account, p.seq, p.entry_id, p.amount, p.balance, e.booked_at, e.kind, s.seal
FROM posting AS p
LEFT JOIN entry AS e ON e.community_id = p.community_id AND e.id = p.entry_id
LEFT JOIN sealed AS s ON s.community_id = p.community_id AND s.kind = 'entry'
                     AND s.account = 0 AND s.number = p.entry_id
WHERE p.community_id = :community
ORDER BY p.account, p.seq
"""

_BEFORE_CUTOFF = """
SELECT number, not_before FROM account
WHERE community_id = :community
  AND not_before < (SELECT max(at) FROM cutoff WHERE community_id = :community)
ORDER BY number
"""

_STRAY_MARK = """
SELECT account FROM seal_mark AS m
WHERE community_id = :community AND NOT EXISTS (
    SELECT 1 FROM account AS a WHERE a.community_id = m.community_id AND a.number = m.account
)
ORDER BY account
"""


def read_accounts(books: Books) -> dict[int, Any]:
    """The rows of `account` by number, each with its seal mark; one row each."""
    accounts: dict[int, Any] = {}
    for row in books.rows(_ACCOUNTS):
        if row.number in accounts:
            raise Wrong("account", books.key(number=row.number), "there are two of it")
        accounts[row.number] = row
        if books.now is not None and row.not_before > books.now + _AHEAD:
            raise Wrong("account", books.key(number=row.number), "it books in the future")
    stray = books.first(_STRAY_MARK)
    if stray:
        raise Wrong("seal_mark", books.key(account=stray.account), "there is no such account")
    early = books.first(_BEFORE_CUTOFF)
    if early:
        raise Wrong("account", books.key(number=early.number), "it could book into a closed month")
    return accounts


def prove_accounts(books: Books, accounts: dict[int, Any], reaches: dict[int, Reach]) -> int:
    """Prove every account's postings, and the account by them; return how many there are."""
    count = 0
    without = dict(accounts)
    for number, postings in groupby(books.rows(_POSTINGS), key=lambda row: row.account):
        account = without.pop(number, None)
        if account is None:
            raise Wrong("posting", books.key(account=number), "there is no such account")
        count += _prove_account(books, account, postings, reaches[number])
    for account in without.values():
        _prove_account(books, account, (), reaches[account.number])
    _prove_sum(books, accounts)
    return count


def _prove_account(books: Books, account: Any, postings: Iterable[Any], reach: Reach) -> int:
    seq = balance = entry_id = booked_at = sealed_to = covered_by = 0
    for row in postings:
        seal = NOT_SEALED if row.seal is None else row.seal
        if row.seq != seq + 1:
            raise _wrong(books, row, f"seq {seq + 1} should come here")
        if row.balance != balance + row.amount:
            raise _wrong(books, row, f"{balance} and {row.amount} are not {row.balance}")
        if row.booked_at is None:
            raise _wrong(books, row, f"there is no entry {row.entry_id}")
        if row.entry_id == entry_id:
            raise _wrong(books, row, f"entry {entry_id} has two postings on this account")
        if row.entry_id < entry_id or row.booked_at < booked_at:
            raise _wrong(books, row, f"entry {row.entry_id} was booked before {entry_id}")
        if seal < covered_by:
            raise _wrong(books, row, f"seal {seal} covers it, but not what came before it")
        if row.kind != "history":
            _prove_within(books, row, *reach.until(seal))
        seq, balance, entry_id, booked_at = row.seq, row.balance, row.entry_id, row.booked_at
        covered_by = seal
        sealed_to += row.seal is not None
    _prove_end(books, account, seq, balance, booked_at, sealed_to)
    return seq


def _prove_within(books: Books, row: Any, floor: int, ceiling: int) -> None:
    """No posting went beyond every limit that its account ever had.

    The audit does not say more: which of its limits were in force is known to the
    microsecond of clocks that may disagree, and it must never cry wolf.
    """
    if row.amount < 0 and row.balance < floor:
        raise _wrong(books, row, f"no floor that may have been in force allows {row.balance}")
    if row.amount > 0 and row.balance > ceiling:
        raise _wrong(books, row, f"no ceiling that may have been in force allows {row.balance}")


def _prove_end(
    books: Books, account: Any, seq: int, balance: int, booked_at: int, sealed_to: int
) -> None:
    """The account says what its last posting says."""
    key = books.key(number=account.number)
    if account.last_seq != seq:
        raise Wrong("account", key, f"last_seq is {account.last_seq}, its last posting's is {seq}")
    if account.balance != balance:
        raise Wrong("account", key, f"balance is {account.balance}, its postings say {balance}")
    if account.not_before < booked_at:
        raise Wrong("account", key, f"not_before is {account.not_before}, before its last posting")
    if account.status == "closed" and balance != 0:
        raise Wrong("account", key, f"closed, with a balance of {balance}")
    if account.mark != sealed_to:
        key = books.key(account=account.number)
        raise Wrong("seal_mark", key, f"seq is {account.mark}, the seals reach {sealed_to}")


def _prove_sum(books: Books, accounts: dict[int, Any]) -> None:
    total = sum(account.balance for account in accounts.values())
    if total != 0:
        raise Wrong("account", books.key(), f"the balances add up to {total}")
    for account in accounts.values():
        if abs(account.balance) > LARGEST:
            raise Wrong("account", books.key(number=account.number), "a balance beyond all bounds")


def _wrong(books: Books, row: Any, why: str) -> Wrong:
    return Wrong("posting", books.key(account=row.account, seq=row.seq), why)
