"""ISO 20022 bank-to-customer statement, camt.053.001.08: what bookkeeping programs read."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ledger.statements.formats.extract import Extract, Line, one_line

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
_LONGEST_NAME, _LONGEST_TEXT, _LONGEST_ACCOUNT_NAME = 140, 140, 70


def camt053(extract: Extract) -> bytes:
    """The statement as one camt.053 document.

    The code of the unit stands where banks have a currency's. The booking date orders and
    decides the month; the value date is the day people remember.
    """
    document = Element("Document", xmlns=NAMESPACE)
    root = SubElement(document, "BkToCstmrStmt")
    head = SubElement(root, "GrpHdr")
    _text(head, "MsgId", extract.number)
    _text(head, "CreDtTm", _instant(extract.ends_at))
    statement = SubElement(root, "Stmt")
    _text(statement, "Id", extract.number)
    _text(statement, "ElctrncSeqNb", f"{extract.first_day:%Y%m}")
    _text(statement, "CreDtTm", _instant(extract.ends_at))
    period = SubElement(statement, "FrToDt")
    _text(period, "FrDtTm", _instant(extract.starts_at))
    _text(period, "ToDtTm", _instant(extract.ends_at))
    _account(statement, extract)
    _balance(statement, extract, "OPBD", extract.opening, extract.first_day.isoformat())
    _balance(statement, extract, "CLBD", extract.closing, extract.last_day.isoformat())
    _summary(statement, extract)
    for line in extract.lines:
        _entry(statement, extract, line)
    indent(document)
    body: bytes = tostring(document, encoding="UTF-8", xml_declaration=True)
    return body


def _account(statement: Element, extract: Extract) -> None:
    account = SubElement(statement, "Acct")
    _text(SubElement(SubElement(account, "Id"), "Othr"), "Id", extract.account)
    _text(account, "Ccy", extract.unit.export_code)
    _text(account, "Nm", extract.name, _LONGEST_ACCOUNT_NAME)
    _text(SubElement(account, "Ownr"), "Nm", extract.name, _LONGEST_NAME)
    servicer = SubElement(SubElement(account, "Svcr"), "FinInstnId")
    _text(servicer, "Nm", extract.community_name, _LONGEST_NAME)


def _balance(statement: Element, extract: Extract, code: str, value: int, day: str) -> None:
    balance = SubElement(statement, "Bal")
    _text(SubElement(SubElement(balance, "Tp"), "CdOrPrtry"), "Cd", code)
    _amount(balance, extract, value)
    _text(SubElement(balance, "Dt"), "Dt", day)


def _summary(statement: Element, extract: Extract) -> None:
    summary = SubElement(statement, "TxsSummry")
    both = SubElement(summary, "TtlNtries")
    _text(both, "NbOfNtries", str(len(extract.lines)))
    _text(both, "Sum", extract.figure(extract.received + extract.sent))
    net = SubElement(both, "TtlNetNtry")
    _text(net, "Amt", extract.figure(abs(extract.received - extract.sent)))
    _text(net, "CdtDbtInd", _direction(extract.received - extract.sent))
    for name, total, sign in (
        ("TtlCdtNtries", extract.received, 1),
        ("TtlDbtNtries", extract.sent, -1),
    ):
        part = SubElement(summary, name)
        _text(part, "NbOfNtries", str(sum(line.amount * sign > 0 for line in extract.lines)))
        _text(part, "Sum", extract.figure(total))


def _entry(statement: Element, extract: Extract, line: Line) -> None:
    entry = SubElement(statement, "Ntry")
    _text(entry, "NtryRef", str(line.seq))
    _amount(entry, extract, line.amount)
    if line.kind == "reversal":
        # The schema wants it between the direction and the status.
        _text(entry, "RvslInd", "true")
    _text(SubElement(entry, "Sts"), "Cd", "BOOK")
    _text(SubElement(entry, "BookgDt"), "DtTm", _instant(line.booked_at))
    _text(SubElement(entry, "ValDt"), "Dt", line.occurred_on.isoformat())
    _text(entry, "AcctSvcrRef", str(line.entry_id))
    _text(SubElement(SubElement(entry, "BkTxCd"), "Prtry"), "Cd", line.kind.upper(), 35)
    _details(SubElement(SubElement(entry, "NtryDtls"), "TxDtls"), extract, line)


def _details(details: Element, extract: Extract, line: Line) -> None:
    _text(SubElement(details, "Refs"), "AcctSvcrRef", str(line.entry_id))
    _amount(details, extract, line.amount)
    if line.other:
        side = "Dbtr" if line.amount > 0 else "Cdtr"
        parties = SubElement(details, "RltdPties")
        party = SubElement(SubElement(parties, side), "Pty")
        _text(party, "Nm", line.other_name or line.other, _LONGEST_NAME)
        account = SubElement(parties, f"{side}Acct")
        _text(SubElement(SubElement(account, "Id"), "Othr"), "Id", line.other)
    what = one_line(line.what)
    if what:
        remittance = SubElement(details, "RmtInf")
        for start in range(0, len(what), _LONGEST_TEXT):
            _text(remittance, "Ustrd", what[start : start + _LONGEST_TEXT])


def _amount(parent: Element, extract: Extract, value: int) -> None:
    amount = SubElement(parent, "Amt", Ccy=extract.unit.export_code)
    amount.text = extract.figure(abs(value))
    _text(parent, "CdtDbtInd", _direction(value))


def _direction(value: int) -> str:
    return "DBIT" if value < 0 else "CRDT"


def _text(parent: Element, name: str, text: str, longest: int = 0) -> None:
    SubElement(parent, name).text = one_line(text, longest)


def _instant(instant: datetime) -> str:
    """UTC to the microsecond; the schema's dateTime takes the fraction."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
