"""The database: engines, the unit of work, column types.

Owns how a transaction begins, commits and is tried again on SQLite and on
PostgreSQL. Must not know any room.
"""
