"""What a limit means for everybody else: what could be owed, and who would bear a loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ledger.governance.rules.evidence.material import Position

TOP = 3
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Exposure:
    """What is owed in a community and what could be, in smallest parts, over `cells`."""

    debt: int
    """X: the sum of all that is below zero."""
    limits: int
    """E: the sum of all limits."""
    limits_proposed: int
    """E with the proposed limit."""
    debtors: int
    concentration: Fraction | None
    """Herfindahl's index of the debt: 1 is one debtor, 1/n is n equal ones."""
    top_debts: int
    """What the three largest debtors owe together."""
    cells: int

    @property
    def change(self) -> int:
        """ΔE: what the proposal adds to what could be owed."""
        return self.limits_proposed - self.limits


def exposure(positions: Sequence[Position], account: int, proposed: int) -> Exposure:
    """The community's debts and limits, now and with `proposed` for `account`.

    X = Σ max(0, -b), E = Σ L. Sums of limits overstate what could happen at once: all
    balances sum to zero, so not everybody can be at their limit.
    """
    debts = sorted((one.debt for one in positions if one.debt), reverse=True)
    limits = sum(one.limit for one in positions)
    present = sum(one.limit for one in positions if one.account == account)
    owed = sum(debts)
    squares = sum(debt * debt for debt in debts)
    return Exposure(
        debt=owed,
        limits=limits,
        limits_proposed=limits - present + proposed,
        debtors=len(debts),
        concentration=Fraction(squares, owed * owed) if owed else None,
        top_debts=sum(debts[:TOP]),
        cells=len(positions),
    )


@dataclass(frozen=True, slots=True)
class Cover:
    """Which part of a loss the fund could bear; None where there is nothing to bear."""

    fund: int
    of_limit: Fraction | None
    of_top_debts: Fraction | None


def fund_cover(fund: int, limit: int, top_debts: int) -> Cover:
    """F / L, and F over the three largest debts; a fund below zero covers nothing.

    A rule of thumb of reserves. What the fund is meant for is the community's to say.
    """
    held = max(fund, 0)
    return Cover(
        fund,
        Fraction(held, limit) if limit else None,
        Fraction(held, top_debts) if top_debts else None,
    )


@dataclass(frozen=True, slots=True)
class LossShares:
    """Who would bear `debt` if it were never made good and no fund stepped in."""

    debt: int
    holders: int
    """How many others have a balance above zero."""
    largest: tuple[tuple[int, Fraction], ...]
    """The largest holders: account and what they would lose, in proportion to what they hold."""
    median: Fraction | None
    """What the holder in the middle would lose."""
    per_cell: Fraction | None
    """What each other cell would lose if all bore the same."""


def loss_shares(positions: Sequence[Position], account: int, debt: int) -> LossShares:
    """The debt · b_j⁺ / Σ b⁺ beside debt / n, over all cells but `account`.

    Nobody loses anything by itself when a cell leaves in debt: those with balances above
    zero find less to buy. Who holds much today may hold little then.
    """
    held = sorted(
        ((one.balance, -one.account) for one in positions if one.account != account), reverse=True
    )
    above = [(balance, -negated) for balance, negated in held if balance > 0]
    whole = sum(balance for balance, _ in above)
    shares = tuple((number, Fraction(debt * balance, whole)) for balance, number in above)
    return LossShares(
        debt=debt,
        holders=len(shares),
        largest=shares[:SHOWN],
        median=shares[len(shares) // 2][1] if shares else None,
        per_cell=Fraction(debt, len(held)) if held else None,
    )
