"""A stack of slips that waits to be typed on: what is kept of it, and in whose notation."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import timedelta

FIELDS = ("book", "number", "from", "to", "amount", "what", "key")
"""What a line of the grid holds, as its fields are named in the page."""

MOST_STACKS = 40
"""As many stacks as may wait in a community: more than markets in a month."""

KEPT_FOR = timedelta(days=30)
"""A stack that nobody has changed for so long goes, with whoever is named in it."""

SIDES = ("from", "to")
"""The fields that name a cell."""

TYPED = ("number", *SIDES, "amount", "what")
"""What makes a line a line: a book alone is only carried down from the line above."""

_LONGEST = 300
"""More than any field of the page takes: what is longer was never typed there."""


@dataclass(frozen=True, slots=True)
class Typing:
    """A grid as it was typed: its day and the lines in which something stands."""

    day: str
    lines: tuple[dict[str, str], ...]

    def without(self, keys: Collection[str]) -> Typing:
        """The rest of it, once the lines of these keys are booked."""
        return replace(self, lines=tuple(one for one in self.lines if one["key"] not in keys))

    def without_names(self, texts: Collection[str]) -> Typing:
        """The same with these texts gone from the fields that name a cell."""
        gone = dict.fromkeys(texts, "")
        lines = (
            {**one, **{side: gone.get(one[side], one[side]) for side in SIDES}}
            for one in self.lines
        )
        return replace(self, lines=tuple(one for one in lines if any(one[name] for name in TYPED)))

    def in_other_notation(self, amount: Callable[[str], str]) -> Typing:
        """The same with every amount written anew: `1.500` is another figure elsewhere."""
        lines = tuple({**one, "amount": amount(one["amount"])} for one in self.lines)
        return replace(self, lines=lines)


def written(typing: Typing) -> str:
    """As JSON, in one way for one content."""
    lines = [[one[name][:_LONGEST] for name in FIELDS] for one in typing.lines]
    return json.dumps([typing.day[:_LONGEST], lines], ensure_ascii=False, separators=(",", ":"))


def read(content: str) -> Typing:
    """What `written` wrote."""
    day, lines = json.loads(content)
    return Typing(day, tuple(dict(zip(FIELDS, one, strict=True)) for one in lines))
