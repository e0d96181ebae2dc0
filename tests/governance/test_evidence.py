"""The evidence: each formula on figures that can be worked out by hand, and against brute force."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from itertools import pairwise, permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.governance.rules.evidence.balances import (
    DaysBelow,
    Use,
    daily_balances,
    days_below,
    days_to_zero,
    use_of_limit,
)
from ledger.governance.rules.evidence.cycles import Cycles, cycles
from ledger.governance.rules.evidence.exposure import (
    exposure,
    fund_cover,
    loss_shares,
)
from ledger.governance.rules.evidence.material import Movement, Position, Trade, Window
from ledger.governance.rules.evidence.panel import Around, Case, panel, what_if
from ledger.governance.rules.evidence.simulation import (
    Interval,
    _path,
    simulate,
    weekly_flows,
)
from ledger.governance.rules.evidence.trading import (
    Band,
    Month,
    diversity,
    reciprocity,
    spread,
    suggested_band,
    turnover,
)
from ledger.kernel.merkle import canonical

TODAY = date(2026, 11, 24).toordinal()
YEAR = Window(TODAY)
US = 1


def sale(amount: int, to: int = 2, ago: int = 0) -> Trade:
    return Trade(TODAY - ago, US, to, amount)


def purchase(amount: int, of: int = 2, ago: int = 0) -> Trade:
    return Trade(TODAY - ago, of, US, amount)


class TestWindow:
    def test_it_has_365_days_with_the_last(self) -> None:
        assert (YEAR.first, YEAR.observed) == (TODAY - 364, 365)
        edges = [sale(1, ago=364), sale(2, ago=365), Trade(TODAY + 1, 1, 2, 3)]
        assert YEAR.of(edges) == edges[:1]

    def test_a_young_cell_is_looked_at_since_it_joined(self) -> None:
        assert Window(TODAY, joined=TODAY - 9).observed == 10
        assert Window(TODAY, joined=TODAY + 1).observed == 0


class TestTurnover:
    def test_sales_and_purchases(self) -> None:
        trades = [sale(300), sale(100, ago=40), purchase(50), Trade(TODAY, 3, 4, 999)]
        found = turnover(trades, US, YEAR)
        assert (found.sales, found.purchases, found.total) == (400, 50, 450)
        assert (found.sold, found.bought, found.days) == (2, 1, 365)
        assert found.months[-2:] == (Month(2026, 10, 100, 0), Month(2026, 11, 300, 50))
        assert found.months[0] == Month(2025, 11, 0, 0)
        assert len(found.months) == 13

    def test_the_band_is_two_to_three_average_months(self) -> None:
        traded = turnover([sale(1_200)], US, YEAR)
        assert suggested_band(traded, least=100, cap=1_000) == Band(200, 300, 1)
        assert suggested_band(traded, least=250, cap=1_000) == Band(250, 300, 1)
        assert suggested_band(traded, least=100, cap=220) == Band(200, 220, 1)
        assert suggested_band(turnover([], US, YEAR), least=100, cap=220) == Band(100, 100, 0)
        assert suggested_band(turnover([sale(11)], US, YEAR), least=0, cap=9) == Band(1, 2, 1)

    @pytest.mark.parametrize(
        ("trades", "expected"),
        [
            ([], None),
            ([sale(10)], Fraction(0)),
            ([sale(10), purchase(10)], Fraction(1)),
            ([sale(30), purchase(10)], Fraction(1, 2)),
            ([sale(10), purchase(30)], Fraction(1, 2)),
        ],
    )
    def test_reciprocity(self, trades: list[Trade], expected: Fraction | None) -> None:
        assert reciprocity(turnover(trades, US, YEAR)) == expected

    def test_the_spread_among_all_that_traded(self) -> None:
        trades = [Trade(TODAY, 1, 2, 10), Trade(TODAY, 3, 4, 30), Trade(TODAY, 5, 4, 20)]
        found = spread(trades, 3)
        # 10, 10, 20, 30, 50
        assert (found.low, found.median, found.high) == (10, 20, 30)
        assert (found.below, found.cells) == (3, 5)
        assert spread(trades, 99).below == 0
        assert spread([], 1).cells == 0


class TestDiversity:
    def test_equal_partners_count_fully(self) -> None:
        found = diversity([sale(10, 2), sale(5, 3), sale(5, 3), purchase(8, 4)], US)
        assert found.buyers.effective == 2
        assert (found.buyers.count, found.buyers.trades) == (2, 3)
        assert found.buyers.largest == Fraction(1, 2)
        assert (found.sellers.effective, found.sellers.largest) == (1, 1)
        assert found.shares == ((2, Fraction(10, 28)), (3, Fraction(10, 28)), (4, Fraction(8, 28)))

    def test_unequal_partners_count_less(self) -> None:
        found = diversity([sale(90, 2), sale(10, 3)], US)
        assert found.buyers.effective == Fraction(10_000, 8_200)
        assert found.buyers.largest == Fraction(9, 10)

    def test_nobody(self) -> None:
        found = diversity([Trade(TODAY, 3, 4, 5)], US)
        assert (found.buyers.count, found.buyers.effective, found.shares) == (0, None, ())
        assert found.buyers.largest is None

    @given(st.lists(st.tuples(st.integers(2, 6), st.integers(1, 50)), min_size=1))
    def test_it_lies_between_one_and_the_number_of_partners(
        self, sold: list[tuple[int, int]]
    ) -> None:
        found = diversity([sale(amount, to) for to, amount in sold], US).buyers
        assert found.effective is not None
        assert 1 <= found.effective <= found.count


class TestBalances:
    def test_they_are_told_backwards_from_today(self) -> None:
        window = Window(TODAY, 4)
        moved = [Movement(TODAY - 2, -50), Movement(TODAY - 1, 20), Movement(TODAY - 1, 5)]
        assert daily_balances(moved, -10, window) == (15, -35, -10, -10)
        assert daily_balances([], 7, window) == (7, 7, 7, 7)

    def test_days_below_zero(self) -> None:
        assert days_below([-1, 0, -1, -5, 3, -2]) == DaysBelow(4, 2, 1, 6)
        assert days_below([0, 1]) == DaysBelow(0, 0, 0, 2)
        assert days_below([]) == DaysBelow(0, 0, 0, 0)

    def test_use_of_the_limit_in_force_that_day(self) -> None:
        window = Window(TODAY, 4)
        limits = [(TODAY - 9, 100), (TODAY - 1, 200)]
        found = use_of_limit([-50, 20, -50, -300], limits, window)
        assert found == Use(Fraction(1, 4) * Fraction(9, 4), Fraction(3, 2), 4)

    def test_days_without_a_limit_are_left_out(self) -> None:
        window = Window(TODAY, 3)
        assert use_of_limit([-5, -5, -5], [(TODAY - 1, 10), (TODAY, 0)], window).days == 1
        assert use_of_limit([-5, -5, -5], [], window) == Use(None, None, 0)

    def test_days_of_sales_to_zero(self) -> None:
        assert days_to_zero(-100, 365, 365) == 100
        assert days_to_zero(-100, 300, 90) == 30
        assert days_to_zero(50, 0, 365) == 0
        assert days_to_zero(-1, 0, 365) is None


class TestCycles:
    def test_what_comes_back_by_two_three_or_four(self) -> None:
        ring = [Trade(TODAY, one, one % 4 + 1, 10) for one in range(1, 5)]
        assert cycles(ring, US) == Cycles(Fraction(1), 2, 2)
        assert cycles([sale(30), purchase(10)], US) == Cycles(Fraction(1), 2, 2)
        assert cycles([*ring, sale(20, 9)], US) == Cycles(Fraction(1, 2), 2, 3)

    def test_five_is_too_far(self) -> None:
        ring = [Trade(TODAY, one, one % 5 + 1, 10) for one in range(1, 6)]
        assert cycles(ring, US) == Cycles(Fraction(0), 0, 2)

    def test_nobody(self) -> None:
        assert cycles([Trade(TODAY, 2, 3, 1)], US) == Cycles(None, 0, 0)

    @given(
        st.lists(
            st.tuples(st.integers(1, 6), st.integers(1, 6), st.integers(1, 9)).filter(
                lambda one: one[0] != one[1]
            ),
            max_size=14,
        )
    )
    def test_the_same_as_walking_every_cycle(self, edges: list[tuple[int, int, int]]) -> None:
        trades = [Trade(TODAY, *edge) for edge in edges]
        there = {(seller, buyer) for seller, buyer, _ in edges}
        circling = set()
        for length in range(2, 5):
            for others in permutations(range(2, 7), length - 1):
                ring = (1, *others, 1)
                steps = set(pairwise(ring))
                if steps <= there:
                    circling |= steps
        ours = [edge for edge in edges if 1 in edge[:2]]
        whole = sum(amount for *_, amount in ours)
        round_ = sum(amount for seller, buyer, amount in ours if (seller, buyer) in circling)
        assert cycles(trades, 1).share == (Fraction(round_, whole) if whole else None)


POSITIONS = [
    Position(1, -100, 200),
    Position(2, -300, 300),
    Position(3, 240, 0),
    Position(4, 160, 100),
    Position(5, 0, 100),
]


class TestExposure:
    def test_now_and_with_the_proposal(self) -> None:
        found = exposure(POSITIONS, 1, 500)
        assert (found.debt, found.limits, found.limits_proposed, found.change) == (
            400,
            700,
            1000,
            300,
        )
        assert found.concentration == Fraction(1, 16) + Fraction(9, 16)
        assert (found.debtors, found.top_debts, found.cells) == (2, 400, 5)
        assert exposure(POSITIONS, 1, 100).change == -100

    def test_nobody_owes(self) -> None:
        found = exposure([Position(1, 0, 10)], 1, 20)
        assert (found.concentration, found.debt, found.change) == (None, 0, 10)

    def test_only_the_three_largest_debts_count_as_top(self) -> None:
        many = [Position(one, -one, 10) for one in range(1, 6)]
        assert exposure(many, 1, 10).top_debts == 12

    def test_what_the_fund_covers(self) -> None:
        found = fund_cover(100, 400, 50)
        assert (found.of_limit, found.of_top_debts) == (Fraction(1, 4), 2)
        assert fund_cover(-5, 400, 50).of_limit == 0
        assert fund_cover(100, 0, 0).of_limit is None
        assert fund_cover(100, 0, 0).of_top_debts is None

    def test_who_would_bear_a_loss(self) -> None:
        found = loss_shares(POSITIONS, 1, 100)
        assert found.largest == ((3, Fraction(60)), (4, Fraction(40)))
        assert (found.holders, found.median, found.per_cell) == (2, 40, 25)
        nobody = loss_shares([Position(1, -10, 10)], 1, 10)
        assert (nobody.largest, nobody.median, nobody.per_cell) == ((), None, None)

    def test_the_subject_bears_none_of_its_own(self) -> None:
        assert loss_shares(POSITIONS, 3, 100).largest == ((4, Fraction(100)),)

    def test_the_shares_add_up_to_the_debt(self) -> None:
        positions = [Position(one, one * 7, 0) for one in range(1, 5)]
        assert sum(share for _, share in loss_shares(positions, 9, 101).largest) == 101


class TestSimulation:
    def test_whole_weeks_counted_back(self) -> None:
        window = Window(TODAY, 15)
        moved = [Movement(TODAY, 1), Movement(TODAY - 6, 2), Movement(TODAY - 7, 4)]
        moved += [Movement(TODAY - 13, 8), Movement(TODAY - 14, 16), Movement(TODAY + 1, 32)]
        assert weekly_flows(moved, window) == (12, 3)

    def test_a_short_past_has_no_futures(self) -> None:
        assert simulate([1] * 7, 0, 10, seed=1) is None
        assert simulate([1] * 8, 0, 10, seed=1) is not None

    def test_steady_flows_have_one_future(self) -> None:
        found = simulate([5] * 52, -60, 100, seed=1)
        assert found is not None
        assert (found.hit, found.returned, found.paths) == (0, 2_000, 2_000)
        assert found.fan[11] == Interval(0, 0, 0)
        assert found.fan[-1] == Interval(70, 70, 70)
        assert found.debt_change == Interval(-60, -60, -60)

    def test_the_limit_holds_in_every_week(self) -> None:
        found = simulate([-5] * 52, 0, 12, seed=1)
        assert found is not None
        assert found.hit == 2_000
        assert found.returned is None
        assert found.fan[2] == Interval(-12, -12, -12)
        assert found.debt_change == Interval(12, 12, 12)

    @pytest.mark.parametrize(
        ("future", "balance", "limit", "path", "was_held"),
        [
            ([-10, 5], 0, 10, [-10, -5], True),
            ([-9, 5], 0, 10, [-9, -4], False),
            ([-50, 5, -50], 0, 10, [-10, -5, -10], True),
            ([5, -1], -30, 10, [-25, -25], True),
            ([20, 5], -30, 10, [-10, -5], False),
            ([-1], 0, 0, [0], True),
        ],
    )
    def test_one_path(
        self, future: list[int], balance: int, limit: int, path: list[int], was_held: bool
    ) -> None:
        assert _path(future, balance, limit) == (path, was_held)

    def test_the_same_seed_gives_the_same_futures(self) -> None:
        flows = [(week * 37) % 101 - 50 for week in range(52)]
        found = simulate(flows, -50, 200, seed=42)
        assert found is not None
        assert found == simulate(flows, -50, 200, seed=42)
        assert found != simulate(flows, -50, 200, seed=43)
        assert (found.hit, found.returned, found.debt_change) == PINNED

    def test_chances_are_those_of_all_futures_there_are(self) -> None:
        flows = [-30, 20, -10, 5, -40, 25, 10, -5]
        blocks = [flows[start : start + 4] for start in range(5)]
        exact = [_path([*one, *other], 0, 60) for one, other in product(blocks, repeat=2)]
        found = simulate(flows, 0, 60, seed=11, weeks=8)
        assert found is not None
        share = sum(was_held for _, was_held in exact) / len(exact)
        assert 0.1 < share < 0.9
        # Four standard deviations of 2,000 draws; the seed is fixed.
        assert abs(found.hit / found.paths - share) < 4 * (share * (1 - share) / 2_000) ** 0.5
        assert found.fan[-1].median == sorted(path[-1] for path, _ in exact)[12]

    def test_a_larger_limit_is_hit_in_no_more_of_the_same_futures(self) -> None:
        flows = [(week * 37) % 101 - 52 for week in range(52)]
        hits = []
        for limit in (50, 100, 200, 400):
            found = simulate(flows, -20, limit, seed=7)
            assert found is not None
            hits.append(found.hit)
        assert hits == sorted(hits, reverse=True)
        assert hits[0] > hits[-1]

    def test_blocks_keep_neighbouring_weeks_together(self) -> None:
        flows = [100, -100] * 26
        found = simulate(flows, 0, 1_000, seed=3)
        assert found is not None
        assert all(abs(end.low) <= 100 * 7 for end in found.fan)
        assert found.fan[3].low == found.fan[3].high == 0


PINNED = (222, 1287, Interval(-50, -14, 150))


def the_case(**changed: object) -> tuple[Case, Around]:
    trades = [sale(40, 2 + week % 3, week * 7) for week in range(50)]
    trades += [purchase(35, 2 + week % 2, week * 7 + 3) for week in range(50)]
    moved = [
        Movement(trade.day, trade.amount if trade.seller == US else -trade.amount)
        for trade in trades
    ]
    given = {
        "account": US,
        "balance": -100,
        "status_quo": 200,
        "proposed": 300,
        "window": YEAR,
        "movements": moved,
        "limits": [(0, 200)],
        "seed": "SB/42",
    }
    return Case(**{**given, **changed}), Around(trades, POSITIONS, 50, 100, 600)  # type: ignore[arg-type]


def test_the_whole_panel() -> None:
    found = panel(*the_case())
    assert (found.turnover.sales, found.turnover.sold) == (2_000, 50)
    assert (found.band.low, found.band.high) == (333, 500)
    assert found.reciprocity == Fraction(3_500, 3_750)
    assert found.cycles.share is not None
    assert found.days_below.running > 0
    assert found.use.days == 365
    assert found.days_to_zero == Fraction(100 * 365, 2_000)
    assert (found.exposure.change, found.cover.of_limit) == (100, Fraction(1, 6))
    assert (found.loss_now.debt, found.loss_at_most.debt) == (100, 300)
    assert found.with_present is not None
    assert found.with_proposed is not None
    assert found.with_present.hit >= found.with_proposed.hit
    assert what_if(the_case()[0], 300) == found.with_proposed


def test_a_panel_freezes_into_integers_that_hash_the_same_every_time() -> None:
    frozen = panel(*the_case()).frozen()
    written = canonical(frozen)
    assert json.loads(written) == frozen
    assert canonical(panel(*the_case()).frozen()) == written
    assert canonical(panel(*the_case(seed="SB/43")).frozen()) != written

    def floats(part: object) -> bool:
        if isinstance(part, dict):
            return any(floats(inner) for inner in part.values())
        return any(map(floats, part)) if isinstance(part, list) else isinstance(part, float)

    assert not floats(frozen)


def test_a_cell_that_never_traded_has_a_panel_too() -> None:
    case, around = the_case(account=5, balance=0, movements=[], limits=[(0, 100)])
    found = panel(case, around)
    assert (found.turnover.total, found.reciprocity, found.cycles.share) == (0, None, None)
    assert found.days_to_zero == 0
    assert found.with_proposed is not None
    assert found.with_proposed.hit == 0
    young = panel(*the_case(window=Window(TODAY, joined=TODAY - 20)))
    assert young.with_proposed is None
    assert len(young.balances) == 21
