"""Pages that join several rooms: home, why a limit is what it is, the community.

Owns no table and decides nothing: it lays beside each other what rooms know.
"""
