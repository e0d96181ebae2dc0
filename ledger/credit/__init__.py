"""Limits and their history, each with the authority that set it.

Owns why an account may go as far as it may. The figures in force are the
journal's; each version of them has its row here. Must not know cells or trades.
"""
