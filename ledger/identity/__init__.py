"""People, how they sign in, and their sessions.

Must not know the journal, communities or cells.
"""
