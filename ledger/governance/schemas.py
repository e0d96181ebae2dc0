"""The shape of what `flask governance` reads from files.

Loading counts as well, so a rule may refuse: `LedgerError` beside `ValidationError`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, post_load
from marshmallow.validate import Length, Range

from ledger.governance.rules.phragmen import MOST_CANDIDATES, Election, election
from ledger.governance.rules.tally import Rule, Tally, ratio, tally


class Integer(fields.Integer):
    """A JSON integer: no text, no `true`, no 1.0."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strict=True, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        if type(value) is not int:
            raise self.make_error("invalid")
        return super()._deserialize(value, attr, data, **kwargs)


def _pair() -> fields.List[Any]:
    return fields.List(Integer(), required=True, validate=Length(equal=2))


class TallySchema(Schema):
    """Loads the `Tally` of a vote."""

    status_quo = Integer(required=True)
    eligible = Integer(required=True)
    quorum = _pair()
    threshold = _pair()
    ballots = fields.List(Integer(allow_none=True), required=True)

    @post_load
    def _counted(self, data: dict[str, Any], **_kwargs: Any) -> Tally:
        rule = Rule(ratio(*data["quorum"]), ratio(*data["threshold"]))
        return tally(data["status_quo"], data["ballots"], eligible=data["eligible"], rule=rule)


class ElectionSchema(Schema):
    """Loads an `Election`."""

    candidates = Integer(required=True, validate=Range(min=1, max=MOST_CANDIDATES))
    seats = Integer(required=True)
    ballots = fields.List(fields.List(Integer()), required=True)

    @post_load
    def _as_election(self, data: dict[str, Any], **_kwargs: Any) -> Election:
        return election(**data)
