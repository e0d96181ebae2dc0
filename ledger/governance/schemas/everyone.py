"""What the forms of votes of all members hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, post_load, pre_load

from ledger.text.fields import Contact, RequestKey, Text, Whole
from ledger.text.phrases import N_

LONGEST_WORDS = 500
LONGEST_REASONS = 1_000
LONGEST_NAME = 140

_TICK = re.compile(r"for_([0-9]{1,3})", re.ASCII)
_FIGURE = re.compile(r"[0-9]{1,15}", re.ASCII)


class BallotSchema(Schema):
    """A secret ballot on a question: a figure (1 is yes), or `abstain`; loads the choice."""

    request_key = RequestKey(required=True)
    choice = Text(required=True, longest=20, error_messages={"required": N_("Choose an answer.")})

    @post_load
    def _chosen(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        said = data["choice"]
        if said != "abstain" and not _FIGURE.fullmatch(said):
            raise ValidationError(N_("Choose an answer."), "choice")
        return {**data, "choice": None if said == "abstain" else int(said)}


class ApprovalSchema(Schema):
    """A secret ballot in an election: ticks `for_0`, `for_1`… by the candidates' places."""

    request_key = RequestKey(required=True)
    choice = Text(load_default="", longest=1_000)

    @pre_load
    def _gather(self, data: Mapping[str, Any], **_kwargs: Any) -> dict[str, Any]:
        ticked = (found[1] for name in data if (found := _TICK.fullmatch(name)))
        return {"request_key": data.get("request_key", ""), "choice": " ".join(ticked)}

    @post_load
    def _chosen(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        return {**data, "choice": tuple(int(place) for place in data["choice"].split())}


class NameSchema(Schema):
    """Somebody named for a seat; `words` when it is oneself."""

    person = Contact(required=True, longest=LONGEST_NAME)


class StandSchema(Schema):
    """A few words about oneself."""

    words = Text(required=True, longest=LONGEST_WORDS, lines=True)


class RecallSchema(Schema):
    """Whose recall, and why."""

    person_id = Whole(required=True)
    reasons = Text(required=True, longest=LONGEST_REASONS, lines=True)
    request_key = RequestKey(required=True)
