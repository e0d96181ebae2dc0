"""A community's month as one Frictionless data package, for its treasurer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from ledger.statements.formats.extract import Extract
from ledger.text.spreadsheets import csv_line

_CODE = {"type": "string", "constraints": {"required": True, "pattern": "[A-Z]{2,6}[0-9]{3,9}"}}
_WHOLE = {"type": "integer", "constraints": {"required": True, "minimum": 1}}
_FIGURE = {"type": "number", "constraints": {"required": True}}
_DAY = {"type": "date", "constraints": {"required": True}}
_WORDS = {"type": "string"}

_ACCOUNTS: dict[str, dict[str, Any]] = {
    "account": {**_CODE, "title": "account number"},
    "name": _WORDS,
    "statement": {"type": "string", "constraints": {"required": True, "unique": True}},
    "opening": _FIGURE,
    "received": _FIGURE,
    "sent": _FIGURE,
    "closing": _FIGURE,
    "limit": {**_FIGURE, "description": "How far below zero the balance may go"},
    "fingerprint": {"type": "string", "constraints": {"pattern": "[0-9a-f]{64}"}},
}
_MOVEMENTS: dict[str, dict[str, Any]] = {
    "account": _CODE,
    "seq": {**_WHOLE, "description": "Counts the account's movements without a gap"},
    "entry": {**_WHOLE, "description": "The amounts of one entry sum to zero"},
    "kind": _WORDS,
    "booked_at": {"type": "datetime", "constraints": {"required": True}},
    "booked_on": _DAY,
    "occurred_on": {**_DAY, "description": "The day that people remember"},
    "other_account": _WORDS,
    "what": _WORDS,
    "amount": {**_FIGURE, "description": "Positive was received, negative was sent"},
    "balance": {**_FIGURE, "description": "After this movement"},
}


def package(
    title: str, name: str, extracts: Iterable[Extract], extra: Mapping[str, bytes] | None = None
) -> bytes:
    """A zip of `datapackage.json`, `accounts.csv`, `movements.csv` and what is `extra`.

    `name` is the package's, like `sb-2026-10`. Each file's size and digest are in the
    description, so that a changed byte is found. The same month gives the same bytes.
    """
    accounts, movements = _Table(_ACCOUNTS), _Table(_MOVEMENTS)
    last = None
    for last in extracts:
        accounts.add(_account(last))
        for row in _movements(last):
            movements.add(row)
    files = {"accounts.csv": accounts.bytes(), "movements.csv": movements.bytes(), **(extra or {})}
    described = _described(title, name, last, files)
    stamp = (1980, 1, 1, 0, 0, 0)
    if last is not None:
        stamp = last.ends_at.astimezone(UTC).timetuple()[:6]
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for file, content in {"datapackage.json": described, **files}.items():
            archive.writestr(ZipInfo(file, stamp), content, ZIP_DEFLATED)
    return out.getvalue()


class _Table:
    """A CSV file with the columns of a schema, grown line by line."""

    def __init__(self, schema: dict[str, dict[str, Any]]) -> None:
        self._out = BytesIO()
        self.add(schema)

    def add(self, row: Iterable[object]) -> None:
        self._out.write(csv_line(list(row)).encode())

    def bytes(self) -> bytes:
        return self._out.getvalue()


def _account(extract: Extract) -> tuple[object, ...]:
    figures = (extract.opening, extract.received, extract.sent, extract.closing, -extract.floor)
    return (
        extract.account,
        extract.name,
        extract.number,
        *map(extract.figure, figures),
        extract.fingerprint,
    )


def _movements(extract: Extract) -> Iterator[tuple[object, ...]]:
    for line in extract.lines:
        yield (
            extract.account,
            line.seq,
            line.entry_id,
            line.kind,
            f"{line.booked_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z",
            line.booked_on,
            line.occurred_on,
            line.other,
            line.what,
            extract.figure(line.amount),
            extract.figure(line.balance),
        )


def _described(title: str, name: str, extract: Extract | None, files: Mapping[str, bytes]) -> bytes:
    """`datapackage.json`; `extract` is any of the month's."""
    about: dict[str, Any] = {
        "profile": "data-package",
        "name": name,
        "title": title,
        "description": "Records of mutual help among members: not money, not cashable.",
    }
    if extract is not None:
        about["created"] = f"{extract.ends_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        about["unit"] = {"name": extract.unit.name, "code": extract.unit.export_code}
        about["temporal"] = {
            "start": extract.starts_at.astimezone(UTC).isoformat(),
            "end": extract.ends_at.astimezone(UTC).isoformat(),
            "zone": extract.zone,
        }
    keys = {
        "accounts.csv": (_ACCOUNTS, ["account"], []),
        "movements.csv": (
            _MOVEMENTS,
            ["account", "seq"],
            [{"fields": ["account"], "reference": {"resource": "accounts", "fields": ["account"]}}],
        ),
    }
    about["resources"] = [
        _resource(file, content, *keys.get(file, (None, [], []))) for file, content in files.items()
    ]
    return json.dumps(about, ensure_ascii=False, indent=1).encode()


def _resource(
    file: str,
    content: bytes,
    schema: dict[str, dict[str, Any]] | None,
    primary: list[str],
    foreign: list[dict[str, Any]],
) -> dict[str, Any]:
    stem, _, suffix = file.rpartition(".")
    resource: dict[str, Any] = {
        "name": stem.lower().replace("_", "-"),
        "path": file,
        "format": suffix,
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }
    if schema is not None:
        fields = [{"name": column, **kind} for column, kind in schema.items()]
        resource |= {"profile": "tabular-data-resource", "mediatype": "text/csv"}
        resource["schema"] = {"fields": fields, "primaryKey": primary, "foreignKeys": foreign}
    return resource
