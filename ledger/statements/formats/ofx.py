"""OFX 2.2: what desktop programs for household books read."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ledger.statements.formats.extract import Extract, Line, one_line

_HEAD = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
    b'<?OFX OFXHEADER="200" VERSION="220" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>\n'
)
_CURRENCY = "XXX"
"""ISO 4217's "no currency": readers refuse the codes of our units."""

_LANGUAGES = {"id": "IND", "en": "ENG"}
_LONGEST_NAME, _LONGEST_MEMO = 32, 255


def ofx(extract: Extract, language: str) -> bytes:
    """The statement as the answer to a request for one, `language` being ours ("id")."""
    root = Element("OFX")
    on = SubElement(SubElement(root, "SIGNONMSGSRSV1"), "SONRS")
    _status(on)
    _text(on, "DTSERVER", _instant(extract.ends_at))
    _text(on, "LANGUAGE", _LANGUAGES.get(language, "ENG"))
    answer = SubElement(SubElement(root, "BANKMSGSRSV1"), "STMTTRNRS")
    _text(answer, "TRNUID", "0")
    _status(answer)
    statement = SubElement(answer, "STMTRS")
    _text(statement, "CURDEF", _CURRENCY)
    account = SubElement(statement, "BANKACCTFROM")
    _text(account, "BANKID", extract.community)
    _text(account, "ACCTID", extract.account)
    _text(account, "ACCTTYPE", "CHECKING")
    _movements(statement, extract)
    for name, value in (("LEDGERBAL", extract.closing), ("AVAILBAL", _usable(extract))):
        balance = SubElement(statement, name)
        _text(balance, "BALAMT", extract.figure(value))
        _text(balance, "DTASOF", _instant(extract.ends_at))
    indent(root)
    return _HEAD + tostring(root, encoding="unicode").encode()


def _movements(statement: Element, extract: Extract) -> None:
    moved = SubElement(statement, "BANKTRANLIST")
    _text(moved, "DTSTART", _instant(extract.starts_at))
    _text(moved, "DTEND", _instant(extract.ends_at))
    for line in extract.lines:
        _movement(moved, extract, line)


def _movement(moved: Element, extract: Extract, line: Line) -> None:
    one = SubElement(moved, "STMTTRN")
    _text(one, "TRNTYPE", "CREDIT" if line.amount > 0 else "DEBIT")
    _text(one, "DTPOSTED", _instant(line.booked_at))
    _text(one, "DTUSER", f"{line.occurred_on:%Y%m%d}")
    _text(one, "TRNAMT", extract.figure(line.amount))
    _text(one, "FITID", f"{extract.account}-{line.seq}")
    _text(one, "REFNUM", str(line.entry_id))
    _text(one, "NAME", one_line(line.other_name or line.other, _LONGEST_NAME) or extract.community)
    memo = one_line(f"{line.other} {line.what}", _LONGEST_MEMO)
    if memo:
        _text(one, "MEMO", memo)


def _usable(extract: Extract) -> int:
    return max(extract.closing - extract.floor, 0)


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
