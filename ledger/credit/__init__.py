"""Limits and their history, each with the authority that set it."""
