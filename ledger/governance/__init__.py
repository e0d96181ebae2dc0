"""How a community decides: proposals, ballots, tallies, lots and the committee's seats.

Owns why a limit is what it is. Its rules are pure and can be recomputed by anyone;
must not know how a limit is kept, which is the journal's, nor who signs in how.
"""
