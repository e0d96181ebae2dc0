"""The form of a new constitution: each article a field, checked one by one and together."""

from __future__ import annotations

import re
from datetime import timedelta
from fractions import Fraction
from typing import Any

from marshmallow import Schema, ValidationError, post_load

from ledger.governance.errors import ConstitutionUnreadable
from ledger.governance.rules.constitution import LEVELS, Constitution
from ledger.governance.rules.course import Terms
from ledger.governance.rules.grid import MOST_FIGURES, Grid
from ledger.governance.rules.tally import Rule
from ledger.governance.schemas.everyone import LONGEST_REASONS
from ledger.kernel.errors import LedgerError
from ledger.text.fields import Choice, Limit, Money, RequestKey, Text, Whole
from ledger.text.phrases import N_, Phrase

HOURS = ("discussion", "late", "raise_wait")
DAYS = ("voting", "cut_wait", "panel", "execution", "reopening", "return_after")

_WHOLE = re.compile(r"[0-9]{1,6}", re.ASCII)
_RATIO = re.compile(r"([0-9]{1,4})(?:\s*/\s*([0-9]{1,4})|\s*(%))?", re.ASCII)


class Count(Text):
    """A whole number between two others."""

    def __init__(self, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(required=True, longest=12, **kwargs)
        self.least, self.most = least, most

    def read(self, text: str) -> Any:
        text = super().read(text).removesuffix("%").strip()
        if not _WHOLE.fullmatch(text) or not self.least <= int(text) <= self.most:
            phrase = N_("Write a whole number from %(least)s to %(most)s.")
            raise ValidationError(Phrase(phrase, least=str(self.least), most=str(self.most)))
        return int(text)


class Ratio(Text):
    """A share, as `2/3` or `50 %`."""

    def __init__(self, *, below_one: bool, **kwargs: Any) -> None:
        super().__init__(required=True, longest=12, **kwargs)
        self.below_one = below_one

    def read(self, text: str) -> Any:
        found = _RATIO.fullmatch(super().read(text))
        if found is None or (found[2] is not None and int(found[2]) == 0):
            raise ValidationError(N_("Write a share, for example 2/3 or 50 %."))
        share = Fraction(int(found[1]), int(found[2]) if found[2] else 100 if found[3] else 1)
        if share > 1:
            raise ValidationError(N_("A share is at most 1."))
        if self.below_one and share == 1:
            raise ValidationError(N_("More than all cannot agree: write less than 1."))
        return share


class ConstitutionSchema(Schema):
    """A whole constitution; loads it as `text`, with what it `replaces`, `reasons` and key."""

    request_key = RequestKey(required=True)
    replaces = Whole(required=True)
    reasons = Text(required=True, longest=LONGEST_REASONS, lines=True)
    sure = Text(load_default="", longest=1)
    seats = Choice(("5", "7"), required=True)
    alternates = Count(0, 9)
    term_months = Count(6, 60)
    terms_in_a_row = Count(1, 5)
    least = Limit(required=True)
    newcomers = Limit(required=True)
    step = Money(required=True)
    cap = Limit(required=True)
    growth = Count(0, 1000)
    growth_time = Count(1, 366)
    ordinary_quorum = Ratio(below_one=False)
    ordinary_threshold = Ratio(below_one=True)
    exceptional_quorum = Ratio(below_one=False)
    exceptional_threshold = Ratio(below_one=True)
    all_members_quorum = Ratio(below_one=False)
    all_members_threshold = Ratio(below_one=True)
    discussion = Count(1, 366 * 24)
    late = Count(1, 366 * 24)
    raise_wait = Count(1, 366 * 24)
    voting = Count(1, 366)
    cut_wait = Count(1, 366)
    panel = Count(1, 366)
    execution = Count(1, 366)
    reopening = Count(1, 366)
    return_after = Count(1, 366)
    transparency = Choice(LEVELS, required=True)

    @post_load
    def _as_constitution(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        kept = {name: data[name] for name in ("request_key", "replaces", "reasons", "sure")}
        grid = _grid(data)
        if not data["least"] <= data["newcomers"] <= data["cap"]:
            raise ValidationError(
                N_("Between the limit that every cell has and the cap."), "newcomers"
            )
        terms = Terms(
            **{name: timedelta(hours=data[name]) for name in HOURS},
            **{name: timedelta(days=data[name]) for name in DAYS},
        )
        if terms.late > terms.voting:
            raise ValidationError(N_("Not longer than a vote is open."), "late")
        try:
            return {**kept, "text": _constitution(data, grid, terms)}
        except ConstitutionUnreadable as refused:
            article = str(refused.facts["article"])
            raise ValidationError(N_("A constitution cannot say this."), article) from refused


def _grid(data: dict[str, Any]) -> Grid:
    if data["cap"] < data["least"]:
        raise ValidationError(N_("Not below the limit that every cell has."), "cap")
    try:
        return Grid(
            step=data["step"],
            least=data["least"],
            cap=data["cap"],
            growth=Fraction(data["growth"], 100),
            growth_time=timedelta(days=data["growth_time"]),
        )
    except LedgerError as refused:
        phrase = Phrase(N_("Too small: at most %(most)s steps up to the cap."), most=MOST_FIGURES)
        raise ValidationError(phrase, "step") from refused


def _constitution(data: dict[str, Any], grid: Grid, terms: Terms) -> Constitution:
    rules = {
        name: Rule(data[f"{name}_quorum"], data[f"{name}_threshold"])
        for name in ("ordinary", "exceptional", "all_members")
    }
    return Constitution(
        grid=grid,
        newcomers=data["newcomers"],
        seats=int(data["seats"]),
        alternates=data["alternates"],
        term_months=data["term_months"],
        terms_in_a_row=data["terms_in_a_row"],
        terms=terms,
        transparency=data["transparency"],
        **rules,
    )
