"""marshmallow fields that forms and JSON share; messages are translated at the edge."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from marshmallow import ValidationError, fields
from marshmallow.experimental.context import Context

from ledger.kernel import amounts
from ledger.kernel.errors import Refused
from ledger.kernel.identifiers import is_request_key
from ledger.kernel.units import Unit, read_number
from ledger.text import prose
from ledger.text.phrases import N_, Phrase
from ledger.text.speaker import Speaker

REQUIRED = N_("Please fill this in.")
NOT_TEXT = N_("This must be text.")
_MESSAGES: dict[str, Any] = {"required": REQUIRED, "null": REQUIRED}

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
_INVISIBLE = "\u00ad\u200b-\u200d\u2060-\u2064\ufeff"

_UNSEEN = re.compile(f"[\u200e\u200f\u202a-\u202e\u2066-\u2069{_INVISIBLE}]")


@dataclass(frozen=True, slots=True)
class Reading:
    """How input is to be read: in which unit and community, and in whose language.

    Without a `speaker` amounts are in the wire form, as in JSON.
    """

    unit: Unit | None = None
    code: str = ""
    speaker: Speaker | None = None


reading = Context[Reading]
"""`with reading(Reading(unit, code, speaker)): schema.load(…)`."""


class _Written(fields.Field[Any]):
    """A field that takes text only, and no text that is too long to look at."""

    default_error_messages = _MESSAGES
    invalid = NOT_TEXT
    longest = 200
    empty: str | None = None
    """What an empty field means where it may be empty, as forms send it."""

    def _deserialize(
        self,
        value: Any,
        attr: str | None,
        data: Mapping[str, Any] | None,
        **kwargs: Any,
    ) -> Any:
        if not isinstance(value, str):
            raise ValidationError(self.invalid)
        if len(value) > self.longest:
            raise ValidationError(_too_long(self.longest))
        if value.strip():
            return self.read(value)
        if self.required:
            raise ValidationError(REQUIRED)
        return self.empty

    def read(self, text: str) -> Any:
        """Turn `text` into the field's value. Raises `ValidationError`."""
        raise NotImplementedError


class Money(_Written):
    """An `Amount`, read from text: never from a JSON number, whose decimals may be lost.

    Forms are read in the person's own notation, JSON in the wire form `"25.50"`.
    """

    longest = 64

    def read(self, text: str) -> int:
        """Read the figure. Raises `ValidationError`."""
        now = reading.get()
        if now.unit is None:
            raise LookupError("Money is read within `reading(Reading(unit, …))`.")
        try:
            return self.parse(text, now.unit, now.speaker)
        except Refused as error:
            speaker = now.speaker or Speaker("en")
            raise ValidationError(prose.phrase(error, speaker, now.unit)) from error

    def parse(self, text: str, unit: Unit, speaker: Speaker | None) -> int:
        """The figure as `speaker` writes it, or else in the wire form. Raises `Refused`."""
        if speaker is None:
            return amounts.parse_amount(text, unit.scale)
        return speaker.parse_amount(text, unit)


class Limit(Money):
    """A limit as people say it: read as an amount is, but it may be zero."""

    def parse(self, text: str, unit: Unit, speaker: Speaker | None) -> int:
        """The figure as `speaker` writes it, or else in the wire form. Raises `Refused`."""
        if speaker is None:
            return amounts.parse_limit(text, unit.scale)
        return speaker.parse_limit(text, unit)


class RequestKey(_Written):
    """The key made with a form or by a client; the same key never books twice."""

    invalid = N_("This form is damaged. Please open it anew.")
    longest = 64

    def read(self, text: str) -> str:
        if not is_request_key(text):
            raise ValidationError(self.invalid)
        return text


class Day(_Written):
    """A calendar day as `2026-11-03`, the form that date inputs send."""

    invalid = N_("Choose a day.")
    longest = 10

    def read(self, text: str) -> date:
        if not _DAY.fullmatch(text):
            raise ValidationError(self.invalid)
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise ValidationError(self.invalid) from error


class AccountNumber(_Written):
    """An account's number as people write it: `SB001`, `sb1` or `1`."""

    invalid = N_("Write the account number, for example %(example)s.")
    longest = 16

    def read(self, text: str) -> int:
        code = reading.get().code
        number = read_number(code, text)
        if not number:
            raise ValidationError(Phrase(self.invalid, example=f"{code}001"))
        return number


class Whole(_Written):
    """A positive whole number of at most fifteen digits, such as an id in a hidden field."""

    invalid = N_("This form is damaged. Please open it anew.")
    longest = 15

    def read(self, text: str) -> int:
        if not (text.isascii() and text.isdigit() and int(text)):
            raise ValidationError(self.invalid)
        return int(text)


class Text(_Written):
    """A line, or with `lines` a few, that a person wrote: trimmed, `longest` in characters.

    Control characters and those that turn the direction of writing are refused.
    """

    empty = ""
    unusable = N_("There are characters in this that cannot be used here.")
    strange = re.compile(f"[{_CONTROLS}\t\n]")

    def __init__(self, *, longest: int = 200, lines: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.longest = longest
        if lines:
            self.strange = re.compile(f"[{_CONTROLS}]")

    def read(self, text: str) -> str:
        text = text.replace("\r\n", "\n").strip()
        if self.strange.search(text):
            raise ValidationError(self.unusable)
        return text


class Name(Text):
    """A name: what cannot be seen is refused too, because it makes one name look like another."""

    strange = re.compile(f"[{_CONTROLS}\t\n{_INVISIBLE}]")


class Contact(Text):
    """An e-mail address, phone or member number: what cannot be seen is left out.

    Numbers copied from a chat come with marks of direction around them.
    """

    def read(self, text: str) -> str:
        return super().read(_UNSEEN.sub("", text))


class Secret(_Written):
    """A password or code, exactly as typed: not trimmed, never shown again."""

    longest = 256

    def read(self, text: str) -> str:
        return text


class Choice(_Written):
    """One of a few fixed words."""

    invalid = N_("Choose one of the answers.")

    def __init__(self, choices: Iterable[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.choices = frozenset(choices)

    def read(self, text: str) -> str:
        if text not in self.choices:
            raise ValidationError(self.invalid)
        return text


def translated(messages: object, speaker: Speaker) -> str:
    """Marshmallow's messages of one field, however deep, as one text."""
    if isinstance(messages, Mapping):
        messages = list(messages.values())
    if isinstance(messages, list):
        return " ".join(translated(inner, speaker) for inner in messages)
    return speaker.gettext(messages) if isinstance(messages, str) else str(messages)


def _too_long(longest: int) -> Phrase:
    return Phrase(N_("Please write at most %(longest)s characters."), longest=str(longest))
