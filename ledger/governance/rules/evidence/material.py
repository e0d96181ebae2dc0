"""What the evidence is computed from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

YEAR = 365


class Trade(NamedTuple):
    """Who gave what to whom: `seller` received `amount` from `buyer` on `day`.

    Trades that were reversed are left out by whoever collects them.
    """

    day: int
    seller: int
    buyer: int
    amount: int


class Movement(NamedTuple):
    """A posting on the subject's account, trade or not: positive was received."""

    day: int
    amount: int


class Position(NamedTuple):
    """How an account stands: its balance and its limit as a positive figure."""

    account: int
    balance: int
    limit: int

    @property
    def debt(self) -> int:
        """How far the account is below zero."""
        return max(-self.balance, 0)


@dataclass(frozen=True, slots=True)
class Window:
    """The days that are looked at: `days` of them, up to and including `last`.

    A cell that joined later is looked at from the day it `joined`.
    """

    last: int
    days: int = YEAR
    joined: int = 0

    @property
    def first(self) -> int:
        """The first day looked at."""
        return max(self.last - self.days + 1, self.joined)

    @property
    def observed(self) -> int:
        """How many days are looked at."""
        return max(self.last - self.first + 1, 0)

    def of(self, trades: Iterable[Trade]) -> list[Trade]:
        """The trades of these days."""
        first, last = self.first, self.last
        return [trade for trade in trades if first <= trade[0] <= last]
