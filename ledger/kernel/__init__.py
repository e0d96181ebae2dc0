"""Amounts, units, time, identifiers and errors: plain Python that every room shares.

Owns the vocabulary in which rooms speak to each other. Must not know a
database, a framework or any room.
"""
