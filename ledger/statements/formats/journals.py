"""Journals of plain-text accounting: beancount and hledger.

Both have the account's name as an asset, what came in as income and what went out as
expenses, by counterpart, and assertions of the balance: whoever changes a figure is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from ledger.statements.formats.sheet import Line, Sheet, one_line

_SEVERAL = "SEVERAL"
"""Stands for the other side of an entry with more than two."""


def beancount(sheet: Sheet) -> bytes:
    """A beancount journal: the opening, each movement, and the closing asserted exactly."""
    return ("\n".join(_beancount(sheet)) + "\n").encode()


def _beancount(sheet: Sheet) -> Iterator[str]:
    code, own, first = sheet.unit.export_code, f"Assets:{sheet.account}", sheet.first_day
    before = first - timedelta(days=1)
    yield f'option "title" {_quoted(f"{sheet.name} {sheet.number}")}'
    yield f'option "operating_currency" "{code}"'
    yield f"{before} commodity {code}\n  name: {_quoted(sheet.unit.name)}"
    for account in (own, "Equity:Opening-Balances", *sorted(_others(sheet))):
        yield f"{before} open {account} {code}"
    if sheet.opening:
        yield f'\n{before} * "{sheet.number}" "opening"'
        yield f"  {own}  {sheet.figure(sheet.opening)} {code}"
        yield f"  Equity:Opening-Balances  {sheet.figure(-sheet.opening)} {code}"
    yield f"\n{first} balance {own}  {sheet.figure(sheet.opening)} ~ 0 {code}"
    for line in sheet.lines:
        yield f"\n{line.booked_on} * {_quoted(_payee(line))} {_quoted(line.what)}"
        yield f"  entry: {line.entry_id}\n  seq: {line.seq}\n  occurred: {line.occurred_on}"
        yield f"  {own}  {sheet.figure(line.amount)} {code}"
        yield f"  {_other(line)}  {sheet.figure(-line.amount)} {code}"
    yield f"\n{sheet.next_day} balance {own}  {sheet.figure(sheet.closing)} ~ 0 {code}"


def hledger(sheet: Sheet) -> bytes:
    """An hledger journal that passes `check --strict`: the balance is asserted line by line."""
    return ("\n".join(_hledger(sheet)) + "\n").encode()


def _hledger(sheet: Sheet) -> Iterator[str]:
    code, own = sheet.unit.export_code, f"assets:{sheet.account}"
    sample = sheet.figure(1000 * 10**sheet.unit.scale) + ("" if sheet.unit.scale else ".")
    yield f"; {one_line(sheet.name)} {sheet.number}"
    yield f"commodity {sample} {code}"
    for account in (own, "equity:opening", *sorted(_others(sheet))):
        yield f"account {account[0].lower()}{account[1:]}"
    yield f"\n{sheet.first_day} * ({sheet.number}) opening"
    yield f"    {own}  {sheet.figure(sheet.opening)} {code} = {sheet.figure(sheet.opening)} {code}"
    yield f"    equity:opening  {sheet.figure(-sheet.opening)} {code}"
    for line in sheet.lines:
        said = " ".join(part for part in (_payee(line), "|", _plain(line.what)) if part)
        yield f"\n{line.booked_on}={line.occurred_on} * ({line.entry_id}) {said}"
        amount, balance = sheet.figure(line.amount), sheet.figure(line.balance)
        yield f"    {own}  {amount} {code} = {balance} {code}"
        other = _other(line)
        yield f"    {other[0].lower()}{other[1:]}  {sheet.figure(-line.amount)} {code}"
    yield f"\n{sheet.last_day} * ({sheet.number}) closing"
    yield f"    {own}  {sheet.figure(0)} {code} = {sheet.figure(sheet.closing)} {code}"


def _others(sheet: Sheet) -> set[str]:
    return {_other(line) for line in sheet.lines}


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
