"""The shape of what people send by forms, and of what `flask governance` reads from files.

Loading a file counts as well, so a rule may refuse: `LedgerError` beside `ValidationError`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validates
from marshmallow.validate import Length, Range

from ledger.governance.rules.measures import Kind
from ledger.governance.rules.panels import Answer
from ledger.governance.rules.phragmen import MOST_CANDIDATES, Election, election
from ledger.governance.rules.tally import Rule, Tally, ratio, tally
from ledger.text.fields import REQUIRED, Limit, Money, RequestKey, Text
from ledger.text.phrases import N_

LONGEST_REASONS = 2_000
LONGEST_REASON = 1_000
"""In characters: of a proposal, and of a ballot, an objection or a comment."""


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


def _chosen() -> fields.Integer:
    """The number of what a form offers; bounded, for a database keeps no more than 64 bits."""
    return fields.Integer(
        required=True,
        validate=Range(1, 10**15, error=REQUIRED),
        error_messages={"required": REQUIRED, "invalid": REQUIRED},
    )


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


class AskSchema(Schema):
    """A limit asked for: the figure as people write it, and why."""

    figure = Limit(required=True)
    reasons = Text(required=True, longest=LONGEST_REASONS, lines=True)
    request_key = RequestKey(required=True)


class ProposeSchema(AskSchema):
    """A limit proposed for a cell, named by number or name."""

    cell = Text(required=True, longest=140)


class SaySchema(Schema):
    """Something said in the discussion."""

    text = Text(required=True, longest=LONGEST_REASON, lines=True)
    request_key = RequestKey(required=True)


class ObjectSchema(Schema):
    """The ground of an objection."""

    ground = Text(required=True, longest=LONGEST_REASON, lines=True)


class BallotSchema(Schema):
    """A ballot: `choice` in smallest parts, None to abstain, and why.

    The form sends `abstain`, a figure, or `other` with the figure beside it.
    """

    choice = Text(required=True, longest=20)
    figure = Text(longest=20, load_default="")
    reason = Text(required=True, longest=LONGEST_REASON, lines=True)
    request_key = RequestKey(required=True)

    @post_load
    def _chosen(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        beside, said = data.pop("figure"), data["choice"]
        where = "figure" if said == "other" else "choice"
        written = beside if said == "other" else said
        if said != "abstain" and not (written.isascii() and written.isdigit()):
            raise ValidationError(CHOOSE if written else REQUIRED, where)
        return {**data, "choice": None if said == "abstain" else int(written)}


CHOOSE = N_("Choose one of the figures offered.")


class MeasureSchema(Schema):
    """Something about a cell, named by number or name, to be decided by yes or no."""

    cell = Text(required=True, longest=140)
    reasons = Text(required=True, longest=LONGEST_REASONS, lines=True)
    request_key = RequestKey(required=True)


class FromFundSchema(MeasureSchema):
    """What a fund is to pay."""

    fund = _chosen()
    amount = Money(required=True)


class TakeOverSchema(MeasureSchema):
    """What another cell is to take over."""

    sponsor = Text(required=True, longest=140)
    amount = Money(required=True)


class FundSchema(Schema):
    """A fund to be opened."""

    name = Text(required=True, longest=80)
    purpose = Text(required=True, longest=LONGEST_REASON, lines=True)
    limit = Limit(required=True)
    reasons = Text(required=True, longest=LONGEST_REASONS, lines=True)
    request_key = RequestKey(required=True)


MEASURE_SCHEMAS: dict[Kind, type[Schema]] = {
    Kind.FREEZE: MeasureSchema,
    Kind.THAW: MeasureSchema,
    Kind.PAY: FromFundSchema,
    Kind.WRITE_OFF: FromFundSchema,
    Kind.TAKE_OVER: TakeOverSchema,
    Kind.FUND: FundSchema,
}
"""What each kind's form sends."""


class AmendMeasureSchema(Schema):
    """A change: another amount, where there is one, and why."""

    amount = Money(load_default=None)
    reasons = Text(required=True, longest=LONGEST_REASONS, lines=True)


class GiveSchema(Schema):
    """What a cell gives to a fund."""

    amount = Money(required=True)
    request_key = RequestKey(required=True)


class ChallengeSchema(Schema):
    """Who should not vote, and why."""

    person = _chosen()
    ground = Text(required=True, longest=LONGEST_REASON, lines=True)


class AppealSchema(Schema):
    """For which cell somebody appeals, and why."""

    cell = Text(required=True, longest=20)
    reasons = Text(required=True, longest=LONGEST_REASON, lines=True)


class AnswerAppealSchema(Schema):
    """What somebody on a panel answers, and why."""

    answer = Text(required=True, longest=20)
    reasons = Text(required=True, longest=LONGEST_REASON, lines=True)

    @validates("answer")
    def _one_of_two(self, said: str, **_kwargs: Any) -> None:
        if said not in tuple(Answer):
            raise ValidationError(REQUIRED)
