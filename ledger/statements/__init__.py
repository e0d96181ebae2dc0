"""Closed months: the community's closing, each account's statement, and their proofs.

Owns what is frozen at the end of a month: figures, names as digests, the tree over all
lines and the chain of closings. Must not know how a limit was voted. Money is the
journal's, the words of a trade belong to `trades`.
"""
