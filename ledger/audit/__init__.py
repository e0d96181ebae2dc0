"""The second pair of eyes: proves the books with SQL of its own.

Must not import the journal: an error in the writer must not blind the reader.
"""
