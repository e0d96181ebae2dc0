"""What cannot be counted. Ratios are named as `part/whole`, figures in smallest parts."""

from __future__ import annotations

from ledger.kernel.errors import Refused


class RatioUnreadable(Refused):
    """A ratio is a pair of integers of which the second is positive."""

    code = "governance.ratio_unreadable"


class QuorumOutOfRange(Refused):
    """0 ≤ quorum ≤ 1."""

    code = "governance.quorum_out_of_range"
    field = "quorum"


class ThresholdOutOfRange(Refused):
    """0 ≤ threshold < 1: more than all can't agree."""

    code = "governance.threshold_out_of_range"
    field = "threshold"


class EligibleOutOfRange(Refused):
    """The number of eligible votes is a natural number, and not beyond any community."""

    code = "governance.eligible_out_of_range"
    field = "eligible"


class TooManyBallots(Refused):
    """More ballots than there are eligible votes."""

    code = "governance.too_many_ballots"
    field = "ballots"


class FigureOutOfRange(Refused):
    """A figure that is voted on is an integer from 0 to the largest amount."""

    code = "governance.figure_out_of_range"
    field = "figure"


class SeatsOutOfRange(Refused):
    """An election fills at least one seat, and no more than it has candidates."""

    code = "governance.seats_out_of_range"
    field = "seats"


class CandidateUnknown(Refused):
    """A ballot names somebody who is no candidate, or the same candidate twice."""

    code = "governance.candidate_unknown"
    field = "ballots"


class ElectionTooLarge(Refused):
    """More candidates, or more ways to break ties, than can be listed."""

    code = "governance.election_too_large"


class OrderIncomplete(Refused):
    """A lot that breaks ties names every candidate exactly once."""

    code = "governance.order_incomplete"


class GridUnreadable(Refused):
    """A grid has a positive step, 0 ≤ least ≤ cap, and no more figures than can be chosen from."""

    code = "governance.grid_unreadable"


class FigureOffGrid(Refused):
    """This figure can't be balloted. Facts: `lowest` and `highest` figure of the grid."""

    code = "governance.figure_off_grid"
    field = "figure"
