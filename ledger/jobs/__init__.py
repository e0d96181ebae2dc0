"""Due work and outgoing mail, written in the caller's own transaction.

Owns the list of what is to be done later, who is doing it, and how often it was
tried. Must not know what any of it means: handlers are handed in, by kind, by the
composition root.
"""
