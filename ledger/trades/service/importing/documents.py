"""What is kept of an upload for its page: figures, first lines and problems, as JSON has them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from ledger.kernel.units import shown_number
from ledger.text.phrases import Phrase
from ledger.trades.formats import BadLine, MemberLine, TradeLine
from ledger.trades.service.importing.outlook import FundLine, ImportReport, Outlook
from ledger.trades.service.importing.staging import Stage

Document = dict[str, Any]


def of_report(report: ImportReport) -> Document:
    """The figures."""
    return asdict(report)


def report_of(kept: Document) -> ImportReport:
    """The figures as they were kept."""
    funds = tuple(FundLine(**one) for one in kept["funds"])
    return ImportReport(**{**kept, "outside": tuple(kept["outside"]), "funds": funds})


def of_first_lines(outlook: Outlook, stage: Stage, code: str) -> Document:
    """The first cells and trades as they would be written, with everybody's name."""
    names = _names(outlook, stage)
    numbered = {outlook.numbers[key]: name for key, name in names.items() if key in outlook.numbers}
    return {
        "cells": [_cell(member, code) for member in outlook.first_cells],
        "trades": [_trade(trade, outlook, names, code) for trade in outlook.first_trades],
        "outside": [
            {
                "number": number,
                "name": numbered.get(number, ""),
                "balance": outlook.balances[number],
            }
            for number in outlook.report().outside
        ],
    }


def of_problems(lines: Iterable[BadLine]) -> list[list[Any]]:
    """Bad lines, their reasons still to be translated."""
    return [
        [
            line.file,
            line.number,
            str(line.reason),
            {name: str(value) for name, value in line.reason.facts.items()},
        ]
        for line in lines
    ]


def problems_of(kept: Iterable[list[Any]]) -> list[BadLine]:
    """The bad lines as they were kept."""
    return [
        BadLine(file, number, Phrase(message, **facts)) for file, number, message, facts in kept
    ]


def _names(outlook: Outlook, stage: Stage) -> dict[str, str]:
    """By key: of the sides of the first trades, and of the cells beyond their limits."""
    wanted = {side for trade in outlook.first_trades for side in (trade.payer, trade.payee)}
    beyond = set(outlook.report().outside)
    found = {
        member.key: member.cell.name
        for _, member in stage.members()
        if member.key in wanted or outlook.numbers.get(member.key) in beyond
    }
    return {**outlook.fund_names, **found}


def _cell(member: MemberLine, code: str) -> Document:
    return {
        "shown": shown_number(code, member.cell.number),
        "name": member.cell.name,
        "joined_on": member.cell.joined_on.isoformat(),
        "limit": -member.floor,
        "ceiling": member.ceiling,
        "has_limits": member.has_limits,
        "balance": member.balance,
    }


def _trade(trade: TradeLine, outlook: Outlook, names: dict[str, str], code: str) -> Document:
    def side(key: str) -> Document:
        number = outlook.numbers.get(key) or (int(key) if key.isdigit() else 0)
        return {"shown": shown_number(code, number) if number else "", "name": names.get(key, "")}

    return {
        "day": trade.day.isoformat(),
        "payer": side(trade.payer),
        "payee": side(trade.payee),
        "amount": trade.amount,
        "what": trade.what,
    }
