"""The two cells of a trade, as receipts, histories and lists name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.kernel.units import shown_number
from ledger.members.service import FIRST_FUND


@dataclass(frozen=True, slots=True)
class Side:
    """A cell, or a fund, as it stands on a receipt or in a history."""

    number: int
    shown: str
    name: str

    @property
    def is_fund(self) -> bool:
        """Whether it is a fund that came with earlier books: nobody trades for it."""
        return self.number >= FIRST_FUND


def side(code: str, number: int, names: Mapping[int, str]) -> Side:
    """The side `number` of the community `code`; without a name where `names` has none."""
    return Side(number, shown_number(code, number), names.get(number, ""))
