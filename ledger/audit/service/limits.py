"""Accounts' limits and status: an unbroken history that ends in what the account says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from ledger.audit import rules
from ledger.audit.errors import Wrong
from ledger.audit.service.reading import Books
from ledger.kernel.amounts import LARGEST

NOT_SEALED = 1 << 62
"""Sorts what waits for a seal behind every seal."""


@dataclass(slots=True)
class Reach:
    """How far an account's limits ever let its balance go: (seal, floor, ceiling) widening."""

    steps: list[tuple[int, int, int]] = field(default_factory=list)

    def widen(self, seal: int, floor: int, ceiling: int | None) -> None:
        """Note the limits of one change, which `seal` covers."""
        top = LARGEST if ceiling is None else ceiling
        if self.steps:
            floor, top = min(floor, self.steps[-1][1]), max(top, self.steps[-1][2])
        if not self.steps or self.steps[-1][1:] != (floor, top):
            self.steps.append((seal, floor, top))

    def until(self, seal: int) -> tuple[int, int]:
        """Lowest floor and highest ceiling that may have governed an entry in `seal`.

        A change that governed an entry was committed before it, so the same seal
        or an earlier one covers it.
        """
        floor, top = 0, 0
        for covered_by, low, high in self.steps:
            if covered_by > seal:
                break
            floor, top = low, high
        return floor, top


@dataclass(slots=True)
class Limits:
    """What the history of changes says of all accounts; `waiting` changes have no seal."""

    reaches: dict[int, Reach]
    waiting: int = 0


_CHANGES = """
SELECT c.account, c.number, c.changed_at, c.floor, c.ceiling, c.limit_version, c.status,
       c.authority, s.seal, s.digest
FROM account_change AS c
LEFT JOIN sealed AS s ON s.community_id = c.community_id AND s.kind = 'change'
                     AND s.account = c.account AND s.number = c.number
WHERE c.community_id = :community
ORDER BY c.account, c.number
"""


def prove_changes(books: Books, accounts: dict[int, Any]) -> Limits:
    """Prove every account's changes. `accounts` are the rows of `account` by number."""
    limits = Limits({})
    for number, changes in groupby(books.rows(_CHANGES), key=lambda row: row.account):
        if number not in accounts:
            raise Wrong("account_change", books.key(account=number), "there is no such account")
        limits.reaches[number] = _prove_history(books, accounts[number], changes, limits)
    for number in accounts:
        if number not in limits.reaches:
            raise Wrong("account", books.key(number=number), "no change records its opening")
    return limits


def _prove_history(books: Books, account: Any, changes: Iterable[Any], limits: Limits) -> Reach:
    reach = Reach()
    last: Any = None
    covered_by = 0
    for change in changes:
        key = books.key(account=change.account, number=change.number)
        _prove_step(key, last, change)
        seal = NOT_SEALED if change.seal is None else change.seal
        limits.waiting += change.seal is None
        if seal < covered_by:
            raise Wrong("sealed", key, f"sealed in {seal}, after a later or unsealed change")
        if change.seal is not None and _leaf(books, change) != change.digest:
            raise Wrong("account_change", key, f"seal {seal} was made over something else")
        reach.widen(seal, change.floor, change.ceiling)
        last, covered_by = change, seal
    for column in ("floor", "ceiling", "limit_version", "status"):
        said, recorded = getattr(account, column), getattr(last, column)
        if said != recorded:
            key = books.key(number=account.number)
            raise Wrong("account", key, f"{column} is {said}, its last change says {recorded}")
    return reach


def _prove_step(key: str, last: Any, change: Any) -> None:
    """A change moves the limits, counted by `limit_version`, or the status; never both."""
    if change.number != (last.number + 1 if last else 1):
        raise Wrong("account_change", key, "the numbers of an account's changes have a gap")
    if last is None:
        if change.limit_version != 1 or change.status != "open":
            raise Wrong("account_change", key, "an account opens with limit_version 1, open")
        return
    same_limits = (change.floor, change.ceiling) == (last.floor, last.ceiling)
    if last.status == "closed":
        raise Wrong("account_change", key, "the account was closed before")
    if change.limit_version == last.limit_version:
        if not same_limits or change.status == last.status:
            raise Wrong("account_change", key, "limit_version does not count this change")
    elif change.limit_version != last.limit_version + 1 or change.status != last.status:
        raise Wrong("account_change", key, f"limit_version {last.limit_version} came before")


def _leaf(books: Books, change: Any) -> bytes:
    return rules.change_leaf(
        books.community,
        account=change.account,
        number=change.number,
        changed_at=change.changed_at,
        floor=change.floor,
        ceiling=change.ceiling,
        limit_version=change.limit_version,
        status=change.status,
        authority=change.authority,
    )
