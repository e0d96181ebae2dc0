"""The shape of what is checked, and of objections."""

from __future__ import annotations

import re

from marshmallow import Schema, ValidationError

from ledger.statements.rules.objections import LONGEST_WORDS
from ledger.text.fields import Contact, RequestKey, Text, Whole
from ledger.text.phrases import N_

_GAPS = re.compile(r"[\s:.-]")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}", re.ASCII)
_RECEIPT = re.compile(r"(?:\S*/r/)?([A-Za-z0-9_-]{16,64})/?", re.ASCII)


class Fingerprint(Contact):
    """32 bytes, as 64 hexadecimal digits with or without gaps, as they are printed."""

    invalid = N_("A fingerprint has 64 digits and letters from a to f. Please compare them.")

    def read(self, text: str) -> bytes:  # type: ignore[override]
        plain = _GAPS.sub("", super().read(text)).lower()
        if _FINGERPRINT.fullmatch(plain) is None:
            raise ValidationError(self.invalid)
        return bytes.fromhex(plain)


class ReceiptAddress(Contact):
    """The address of a receipt, or its end alone; read as that end."""

    invalid = N_("The address of a receipt ends with /r/ and a row of letters and digits.")

    def read(self, text: str) -> str:
        found = _RECEIPT.fullmatch(super().read(text))
        if found is None:
            raise ValidationError(self.invalid)
        return found[1]


class CheckReceiptSchema(Schema):
    """A receipt to look up."""

    receipt = ReceiptAddress(required=True, longest=500)


class CheckSchema(Schema):
    """A fingerprint to look up."""

    fingerprint = Fingerprint(required=True)


class Number(Whole):
    """A whole number that a person types, or nothing."""

    invalid = N_("Write the number with digits only.")


class ObjectSchema(Schema):
    """What is wrong with a statement: one movement of it, or all of it."""

    seq = Number(load_default=None)
    words = Text(required=True, longest=LONGEST_WORDS, lines=True)
    request_key = RequestKey(required=True)


class GoOnSchema(Schema):
    """What the cell says next; no words are needed to settle or withdraw."""

    words = Text(load_default="", longest=LONGEST_WORDS, lines=True)
    request_key = RequestKey(required=True)


class AnswerObjectionSchema(Schema):
    """An answer, which may point to a reversal by the number of its transaction."""

    words = Text(required=True, longest=LONGEST_WORDS, lines=True)
    reversal = Number(load_default=None)
    request_key = RequestKey(required=True)
