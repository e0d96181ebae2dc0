"""OFX 2.2: what desktop programs for household books read."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ledger.statements.formats.sheet import Line, Sheet, one_line

_HEAD = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
    b'<?OFX OFXHEADER="200" VERSION="220" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>\n'
)
_CURRENCY = "XXX"
"""ISO 4217's "no currency": readers refuse the codes of our units."""

_LANGUAGES = {"id": "IND", "en": "ENG"}
_LONGEST_NAME, _LONGEST_MEMO = 32, 255


def ofx(sheet: Sheet, language: str) -> bytes:
    """The statement as the answer to a request for one, `language` being ours ("id")."""
    root = Element("OFX")
    on = SubElement(SubElement(root, "SIGNONMSGSRSV1"), "SONRS")
    _status(on)
    _text(on, "DTSERVER", _instant(sheet.ends_at))
    _text(on, "LANGUAGE", _LANGUAGES.get(language, "ENG"))
    answer = SubElement(SubElement(root, "BANKMSGSRSV1"), "STMTTRNRS")
    _text(answer, "TRNUID", "0")
    _status(answer)
    statement = SubElement(answer, "STMTRS")
    _text(statement, "CURDEF", _CURRENCY)
    account = SubElement(statement, "BANKACCTFROM")
    _text(account, "BANKID", sheet.community)
    _text(account, "ACCTID", sheet.account)
    _text(account, "ACCTTYPE", "CHECKING")
    _movements(statement, sheet)
    for name, value in (("LEDGERBAL", sheet.closing), ("AVAILBAL", _usable(sheet))):
        balance = SubElement(statement, name)
        _text(balance, "BALAMT", sheet.figure(value))
        _text(balance, "DTASOF", _instant(sheet.ends_at))
    indent(root)
    return _HEAD + tostring(root, encoding="unicode").encode()


def _movements(statement: Element, sheet: Sheet) -> None:
    moved = SubElement(statement, "BANKTRANLIST")
    _text(moved, "DTSTART", _instant(sheet.starts_at))
    _text(moved, "DTEND", _instant(sheet.ends_at))
    for line in sheet.lines:
        _movement(moved, sheet, line)


def _movement(moved: Element, sheet: Sheet, line: Line) -> None:
    one = SubElement(moved, "STMTTRN")
    _text(one, "TRNTYPE", "CREDIT" if line.amount > 0 else "DEBIT")
    _text(one, "DTPOSTED", _instant(line.booked_at))
    _text(one, "DTUSER", f"{line.occurred_on:%Y%m%d}")
    _text(one, "TRNAMT", sheet.figure(line.amount))
    _text(one, "FITID", f"{sheet.account}-{line.seq}")
    _text(one, "REFNUM", str(line.entry_id))
    _text(one, "NAME", one_line(line.other_name or line.other, _LONGEST_NAME) or sheet.community)
    memo = one_line(f"{line.other} {line.what}", _LONGEST_MEMO)
    if memo:
        _text(one, "MEMO", memo)


def _usable(sheet: Sheet) -> int:
    return max(sheet.closing - sheet.floor, 0)


def _status(parent: Element) -> None:
    status = SubElement(parent, "STATUS")
    _text(status, "CODE", "0")
    _text(status, "SEVERITY", "INFO")


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text


def _instant(instant: datetime) -> str:
    """To the millisecond, in UTC, as OFX writes it."""
    at = instant.astimezone(UTC)
    return f"{at:%Y%m%d%H%M%S}.{at.microsecond // 1000:03d}[0:GMT]"
