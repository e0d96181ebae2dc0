"""A figure in words, and who says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger.governance.pages.explaining import EXPLAINED, Explained
from ledger.kernel.units import Unit
from ledger.text.speaker import Speaker

Panel = Mapping[str, Any]
"""A part of the frozen panel, see `rules.evidence.panel`."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: its `value`, and lines on what it was computed from, in words."""

    kind: str
    value: str
    lines: tuple[str, ...]

    @property
    def explained(self) -> Explained:
        """What stands one tap away."""
        return EXPLAINED[self.kind]


@dataclass(frozen=True, slots=True)
class Teller:
    """Says figures of a community in somebody's language; `names` of cells by number."""

    speaker: Speaker
    unit: Unit
    names: Mapping[int, str]

    def amount(self, value: int) -> str:
        """Smallest parts, as people write them."""
        return self.speaker.amount(value, self.unit)

    def of_pair(self, pair: Sequence[int]) -> str:
        """An amount that is a fraction of smallest parts, rounded to them."""
        return self.amount(round_half(pair[0], pair[1]))

    def number(self, value: int) -> str:
        """A count."""
        return self.speaker.number(value)

    def percent(self, pair: Sequence[int] | None) -> str:
        """A share as whole percents, or a dash for one that there is not."""
        if pair is None:
            return "\N{EN DASH}"
        return f"{self.number(round_half(100 * pair[0], pair[1]))}%"

    def decimal(self, pair: Sequence[int]) -> str:
        """A fraction with one decimal."""
        return self.speaker.figure(round_half(10 * pair[0], pair[1]), Unit("", "", 1, "XXX"))

    def say(self, message: str, **facts: object) -> str:
        """`message` in the language."""
        return self.speaker.gettext(message, **facts)


def round_half(part: int, whole: int) -> int:
    """The quotient of `part` and `whole`, rounded half away from zero, without a float."""
    sign = -1 if part < 0 else 1
    return sign * ((2 * abs(part) + whole) // (2 * whole))
