"""What forms and JSON may hand in."""

from datetime import date
from typing import Any

import pytest
from marshmallow import EXCLUDE, Schema, ValidationError

from ledger.kernel.units import Unit
from ledger.text import fields
from ledger.text.fields import Reading, reading, translated
from ledger.text.speaker import Speaker

POIN = Unit("poin", "poin", 2, "XPO")
INDONESIAN = Speaker("id")


class Slip(Schema):
    amount = fields.Money(required=True)
    limit = fields.Limit()
    account = fields.AccountNumber()
    occurred_on = fields.Day()
    what = fields.Text(longest=20)
    note = fields.Text(lines=True)
    name = fields.Name()
    request_key = fields.RequestKey()
    answer = fields.Choice(["yes", "no"])
    password = fields.Secret()


def load(speaker: Speaker | None = None, **values: Any) -> dict[str, Any]:
    with reading(Reading(POIN, "SB", speaker)):
        return dict(Slip().load({"amount": "1", **values}, unknown=EXCLUDE))


def test_json_speaks_the_wire_form_and_forms_the_persons_own() -> None:
    assert load(amount="25.50")["amount"] == 2550
    assert load(INDONESIAN, amount="25,50")["amount"] == 2550
    with pytest.raises(ValidationError):
        load(amount="25,50")
    with pytest.raises(ValidationError):
        load(INDONESIAN, amount="25.50")


@pytest.mark.parametrize(
    "value",
    [5, 5.1, -1, 0, True, None, [], {}, "", "NaN", "1e3", "-0", 2**63, 10**30, "9" * 1000, "１２"],
    ids=repr,
)
def test_money_is_never_anything_but_readable_text(value: Any) -> None:
    with pytest.raises(ValidationError) as refusal:
        load(amount=value)
    assert list(refusal.value.normalized_messages()) == ["amount"]


def test_a_limit_is_read_as_an_amount_is_but_may_be_zero() -> None:
    assert [load(limit=text)["limit"] for text in ("0", "0.00", "25.50")] == [0, 0, 2550]
    assert [load(INDONESIAN, limit=text)["limit"] for text in ("0", "0,00", "1.000")] == [
        0, 0, 100_000,
    ]  # fmt: skip
    for text in ("-1", "0,00", "1e3", "0.001"):
        with pytest.raises(ValidationError) as refusal:
            load(limit=text)
        assert list(refusal.value.normalized_messages()) == ["limit"]
    with pytest.raises(ValidationError):
        load(amount="0")


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("account", "SB001", 1),
        ("account", "sb12", 12),
        ("account", " 7 ", 7),
        ("occurred_on", "2026-02-28", date(2026, 2, 28)),
        ("what", "  Beras 5 kg ", "Beras 5 kg"),
        ("what", "👩\u200d🌾", "👩\u200d🌾"),
        ("what", "", ""),
        ("account", "", None),
        ("note", "dua\r\nbaris", "dua\nbaris"),
        ("answer", "yes", "yes"),
        ("password", " with spaces ", " with spaces "),
        ("request_key", "a" * 22, "a" * 22),
    ],
)
def test_what_is_well_written_is_read(field: str, text: str, value: Any) -> None:
    assert load(**{field: text})[field] == value


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("account", "XY001"),
        ("account", "0"),
        ("account", "-1"),
        ("account", "SB" + "1" * 30),
        ("occurred_on", "2026-02-29"),
        ("occurred_on", "20260228"),
        ("occurred_on", "٢٠٢٦-٠٢-٠١"),
        ("what", "x" * 21),
        ("what", "two\nlines"),
        ("what", "nul\x00"),
        ("what", "\u202eevil"),
        ("name", "Si\u200bti"),
        ("answer", "perhaps"),
        ("request_key", "short"),
        ("request_key", "a" * 65),
    ],
)
def test_what_is_not_is_refused_at_its_field(field: str, text: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        load(**{field: text})
    assert list(refusal.value.normalized_messages()) == [field]


def test_messages_are_said_in_the_persons_language() -> None:
    with pytest.raises(ValidationError) as refusal:
        load(INDONESIAN, amount="1.5", what="x" * 21)
    said = {
        name: translated(told, INDONESIAN)
        for name, told in refusal.value.normalized_messages().items()
    }
    assert said == {
        "amount": "Tulis nominal dengan angka, misalnya 12,50.",
        "what": "Tulis paling banyak 20 karakter.",
    }
