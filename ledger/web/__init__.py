"""The edge to HTTP: guard, CSRF, headers, errors as responses, filters.

Knows Flask; must not know any room. What it needs of them, app.py injects.
"""
