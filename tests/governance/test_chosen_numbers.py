"""What a form offers by number is a number that a database could keep."""

from __future__ import annotations

import pytest

from ledger.governance.schemas import ChallengeSchema, FromFundSchema


@pytest.mark.parametrize("number", ["0", "-1", "9223372036854775808", "9" * 40, "x", ""])
def test_no_form_offers_such_a_number(number: str) -> None:
    for schema, name in ((FromFundSchema(), "fund"), (ChallengeSchema(), "person")):
        assert name in schema.validate({name: number})
        assert name not in schema.validate({name: "7"})
