"""The shape of what members record, for forms and for JSON."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from marshmallow import Schema, post_load

from ledger.kernel.amounts import Amount
from ledger.text.fields import AccountNumber, Day, Money, RequestKey, Text, reading
from ledger.trades.service import Pay

LONGEST_WHAT = 200


class Figure(Money):
    """An amount in the wire form, whoever reads it: for JSON and for confirm screens.

    The language may change between a form and its confirm screen, and with it what
    `1,500` means.
    """

    def read(self, text: str) -> Amount:
        """Read the wire form. Raises `ValidationError`."""
        with reading(replace(reading.get(), speaker=None)):
            return super().read(text)


class GotSchema(Schema):
    """What is typed on *I got*: the other by name or number, the amount as people write it."""

    payee = Text(required=True, longest=140)
    amount = Money(required=True)
    what = Text(required=True, longest=LONGEST_WHAT)
    occurred_on = Day(required=True)
    request_key = RequestKey(required=True)


class PaySchema(Schema):
    """A trade to be booked, as the confirm screen and JSON send it; loads a `Pay`."""

    payee = AccountNumber(required=True)
    amount = Figure(required=True)
    what = Text(required=True, longest=LONGEST_WHAT)
    occurred_on = Day(required=True)
    request_key = RequestKey(required=True)

    @post_load
    def _as_command(self, data: dict[str, Any], **_kwargs: Any) -> Pay:
        return Pay(**data)
