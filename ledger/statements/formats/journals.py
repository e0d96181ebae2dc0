"""Journals of plain-text accounting: beancount and hledger.

Both have the account's name as an asset, what came in as income and what went out as
expenses, by counterpart, and assertions of the balance: whoever changes a figure is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from ledger.statements.formats.extract import Extract, Line, one_line

_SEVERAL = "SEVERAL"
"""Stands for the other side of an entry with more than two."""


def beancount(extract: Extract) -> bytes:
    """A beancount journal: the opening, each movement, and the closing asserted exactly."""
    return ("\n".join(_beancount(extract)) + "\n").encode()


def _beancount(extract: Extract) -> Iterator[str]:
    code, own, first = extract.unit.export_code, f"Assets:{extract.account}", extract.first_day
    before = first - timedelta(days=1)
    yield f'option "title" {_quoted(f"{extract.name} {extract.number}")}'
    yield f'option "operating_currency" "{code}"'
    yield f"{before} commodity {code}\n  name: {_quoted(extract.unit.name)}"
    for account in (own, "Equity:Opening-Balances", *sorted(_others(extract))):
        yield f"{before} open {account} {code}"
    if extract.opening:
        yield f'\n{before} * "{extract.number}" "opening"'
        yield f"  {own}  {extract.figure(extract.opening)} {code}"
        yield f"  Equity:Opening-Balances  {extract.figure(-extract.opening)} {code}"
    yield f"\n{first} balance {own}  {extract.figure(extract.opening)} ~ 0 {code}"
    for line in extract.lines:
        yield f"\n{line.booked_on} * {_quoted(_payee(line))} {_quoted(line.what)}"
        yield f"  entry: {line.entry_id}\n  seq: {line.seq}\n  occurred: {line.occurred_on}"
        yield f"  {own}  {extract.figure(line.amount)} {code}"
        yield f"  {_other(line)}  {extract.figure(-line.amount)} {code}"
    yield f"\n{extract.next_day} balance {own}  {extract.figure(extract.closing)} ~ 0 {code}"


def hledger(extract: Extract) -> bytes:
    """An hledger journal that passes `check --strict`: the balance is asserted line by line."""
    return ("\n".join(_hledger(extract)) + "\n").encode()


def _hledger(extract: Extract) -> Iterator[str]:
    code, own = extract.unit.export_code, f"assets:{extract.account}"
    sample = extract.figure(1000 * 10**extract.unit.scale) + ("" if extract.unit.scale else ".")
    yield f"; {one_line(extract.name)} {extract.number}"
    yield f"commodity {sample} {code}"
    for account in (own, "equity:opening", *sorted(_others(extract))):
        yield f"account {account[0].lower()}{account[1:]}"
    yield f"\n{extract.first_day} * ({extract.number}) opening"
    opening = f"{extract.figure(extract.opening)} {code}"
    yield f"    {own}  {opening} = {opening}"
    yield f"    equity:opening  {extract.figure(-extract.opening)} {code}"
    for line in extract.lines:
        said = " ".join(part for part in (_payee(line), "|", _plain(line.what)) if part)
        yield f"\n{line.booked_on}={line.occurred_on} * ({line.entry_id}) {said}"
        amount, balance = extract.figure(line.amount), extract.figure(line.balance)
        yield f"    {own}  {amount} {code} = {balance} {code}"
        other = _other(line)
        yield f"    {other[0].lower()}{other[1:]}  {extract.figure(-line.amount)} {code}"
    yield f"\n{extract.last_day} * ({extract.number}) closing"
    yield f"    {own}  {extract.figure(0)} {code} = {extract.figure(extract.closing)} {code}"


def _others(extract: Extract) -> set[str]:
    return {_other(line) for line in extract.lines}


def _other(line: Line) -> str:
    return f"{'Income' if line.amount > 0 else 'Expenses'}:{line.other or _SEVERAL}"


def _payee(line: Line) -> str:
    return _plain(line.other_name or line.other)


def _plain(text: str) -> str:
    """`text` without what separates, begins a comment or a tag."""
    return re.sub(r"[;|]", ",", one_line(text))


def _quoted(text: str) -> str:
    plain = one_line(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'
