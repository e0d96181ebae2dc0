"""The shape of what members record, for forms and for JSON."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, post_load

from ledger.kernel.units import Unit
from ledger.text import prose
from ledger.text.fields import AccountNumber, Choice, Day, Money, RequestKey, Text, Whole
from ledger.text.phrases import N_
from ledger.text.speaker import Speaker
from ledger.trades.errors import BookUnreadable
from ledger.trades.formats import DAYS, LAYOUTS
from ledger.trades.queries import Sought
from ledger.trades.rules.objections import ObjectionEvent
from ledger.trades.rules.plans import Rhythm
from ledger.trades.rules.slips import LAST_NUMBER, MOST_SHEETS, book_name
from ledger.trades.rules.states import LONGEST_REASON
from ledger.trades.service import Ask, MakeBook, MakePlan, Pay, Written
from ledger.trades.service.importing import Way

LONGEST_WHAT = 200
DECIMAL_SIGNS = {"point": ".", "comma": ","}
SECONDS = {"hour": 3600, "minute": 60}
"""What one unit is in books that count time."""


class Figure(Money):
    """An amount in the wire form, whoever reads it: for JSON and for confirm screens.

    The language may change between a form and its confirm screen, and with it what
    `1,500` means.
    """

    def parse(self, text: str, unit: Unit, speaker: Speaker | None) -> int:
        """The figure in the wire form. Raises `Refused`."""
        return super().parse(text, unit, None)


class TypedSchema(Schema):
    """What is typed: the other by name or number, the amount as people write it."""

    other = Text(required=True, longest=140)
    amount = Money(required=True)
    what = Text(required=True, longest=LONGEST_WHAT)
    occurred_on = Day(required=True)
    request_key = RequestKey(required=True)


class _DealSchema(Schema):
    """A trade with the other's number, as confirm screens and JSON send it."""

    other = AccountNumber(required=True)
    amount = Figure(required=True)
    what = Text(required=True, longest=LONGEST_WHAT)
    occurred_on = Day(required=True)
    request_key = RequestKey(required=True)


class PaySchema(_DealSchema):
    """What the acting cell got; loads a `Pay`."""

    @post_load
    def _as_command(self, data: dict[str, Any], **_kwargs: Any) -> Pay:
        return Pay(payee=data.pop("other"), **data)


class AskSchema(_DealSchema):
    """What the acting cell gave; loads an `Ask`."""

    @post_load
    def _as_command(self, data: dict[str, Any], **_kwargs: Any) -> Ask:
        return Ask(payer=data.pop("other"), **data)


class HistorySchema(Schema):
    """What is sought in a history; loads a `Sought`."""

    text = Text(longest=LONGEST_WHAT, load_default="", data_key="q")
    other = Text(longest=140, load_default="", data_key="with")
    since = Day(load_default=None)
    until = Day(load_default=None)
    direction = Choice(("received", "sent"), load_default="")

    @post_load
    def _as_sought(self, data: dict[str, Any], **_kwargs: Any) -> Sought:
        return Sought(**{**data, "direction": data["direction"] or ""})


class _Rhythm(Choice):
    def read(self, text: str) -> Rhythm:
        return Rhythm(super().read(text))


class _WhenSchema(Schema):
    what = Text(required=True, longest=LONGEST_WHAT)
    rhythm = _Rhythm(Rhythm, required=True)
    first_on = Day(required=True)
    request_key = RequestKey(required=True)


class TypedPlanSchema(_WhenSchema):
    """What is typed to plan a trade."""

    other = Text(required=True, longest=140)
    amount = Money(required=True)


class PlanSchema(_WhenSchema):
    """A plan with the other's number; loads a `MakePlan`."""

    other = AccountNumber(required=True)
    amount = Figure(required=True)

    @post_load
    def _as_command(self, data: dict[str, Any], **_kwargs: Any) -> MakePlan:
        return MakePlan(payee=data.pop("other"), **data)


class UploadSchema(Schema):
    """How uploaded books are to be read; loads a `Way`."""

    layout = Choice(LAYOUTS, required=True)
    days = Choice(DAYS, required=True)
    decimal = Choice(("point", "comma"), required=True)
    unit = Choice(("hour", "minute"), load_default="hour")

    @post_load
    def _as_way(self, data: dict[str, Any], **_kwargs: Any) -> Way:
        return Way(
            layout=data["layout"],
            days=data["days"],
            decimal=DECIMAL_SIGNS[data["decimal"]],
            seconds=SECONDS[data["unit"] or "hour"],
        )


class SignatureSchema(Schema):
    """What a second signature is asked for with."""

    reason = Text(required=True, longest=500, lines=True)


class AnswerSchema(Schema):
    """What is sent along with an answer to a trade."""

    reason = Text(longest=LONGEST_REASON, load_default="")
    request_key = RequestKey(required=True)


class _Book(Text):
    def read(self, text: str) -> str:
        try:
            return book_name(super().read(text))
        except BookUnreadable as error:
            raise ValidationError(prose.phrase(error, Speaker("en"))) from error


class _SlipNumber(Whole):
    invalid = N_("Write the number that is printed on the slip.")

    def read(self, text: str) -> int:
        number = super().read(text.strip())
        if number > LAST_NUMBER:
            raise ValidationError(self.invalid)
        return number


class SlipSchema(Schema):
    """One line of the grid; loads a `Written`."""

    book = _Book(required=True, longest=40)
    number = _SlipNumber(required=True)
    payer = Text(required=True, longest=140, data_key="from")
    payee = Text(required=True, longest=140, data_key="to")
    amount = Money(required=True)
    what = Text(required=True, longest=LONGEST_WHAT)
    request_key = RequestKey(required=True, data_key="key")

    @post_load
    def _as_written(self, data: dict[str, Any], **_kwargs: Any) -> Written:
        return Written(**data)


class BookSoughtSchema(Schema):
    """The book whose slips are sought; loads its name, or None for all."""

    book = _Book(longest=40, load_default="")

    @post_load
    def _as_name(self, data: dict[str, Any], **_kwargs: Any) -> str | None:
        return data["book"] or None


class _Version(Whole):
    def read(self, text: str) -> int:
        return super().read(text) if text != "0" else 0


class MarketSchema(Schema):
    """What holds for all lines of a grid, and which version of its stack the page has.

    A page that says nothing of versions has never saved.
    """

    occurred_on = Day(required=True)
    request_key = RequestKey(required=True)
    version = _Version(load_default=0)
    pen = RequestKey()


class _Sheets(Whole):
    invalid = N_("Choose a number of sheets.")

    def read(self, text: str) -> int:
        sheets = super().read(text)
        if sheets > MOST_SHEETS:
            raise ValidationError(self.invalid)
        return sheets


class BookSchema(Schema):
    """A book of empty slips; loads a `MakeBook`."""

    book = _Book(required=True, longest=40)
    sheets = _Sheets(required=True)
    request_key = RequestKey(required=True)

    @post_load
    def _as_command(self, data: dict[str, Any], **_kwargs: Any) -> MakeBook:
        return MakeBook(**data)


class ObjectSchema(Schema):
    """A cell's objection; its field has a name of its own beside the other answers of a page."""

    reason = Text(required=True, longest=LONGEST_REASON, data_key="objection")
    request_key = RequestKey(required=True)


class EndingSchema(Schema):
    """How a coordinator ends an objection."""

    answer = Text(longest=LONGEST_REASON, load_default="")
    event = Choice(ObjectionEvent, required=True)
    request_key = RequestKey(required=True)
