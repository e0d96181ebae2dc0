"""What members record: who gave what to whom for how much, now, later and again; imports.

Owns the words of a trade and the state it is in. Money moves in the journal alone,
which keeps a salted digest of the words, so that they can be erased.
"""
