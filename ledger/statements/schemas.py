"""The shape of what is checked."""

from __future__ import annotations

import re

from marshmallow import Schema, ValidationError

from ledger.text.fields import Contact
from ledger.text.phrases import N_

_GAPS = re.compile(r"[\s:.-]")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}", re.ASCII)


class Fingerprint(Contact):
    """32 bytes, as 64 hexadecimal digits with or without gaps, as they are printed."""

    invalid = N_("A fingerprint has 64 digits and letters from a to f. Please compare them.")

    def read(self, text: str) -> bytes:  # type: ignore[override]
        plain = _GAPS.sub("", super().read(text)).lower()
        if _FINGERPRINT.fullmatch(plain) is None:
            raise ValidationError(self.invalid)
        return bytes.fromhex(plain)


class CheckSchema(Schema):
    """A fingerprint to look up."""

    fingerprint = Fingerprint(required=True)
