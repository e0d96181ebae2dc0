"""The heart: accounts' balances, entries, postings, seals.

THE ONLY WRITER OF MONEY. Must not know who owns an account, what a trade is or
how a limit was decided.
"""
