"""Communities, cells, who acts for whom, and roles.

Owns whom an account belongs to and what a person may do where. Must not know what
a trade is: it opens accounts through `credit` and never moves a balance.
"""
