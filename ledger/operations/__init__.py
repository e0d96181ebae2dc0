"""Running the house: the demo, and bringing the database up to date.

Composes the rooms below for whoever operates them; owns no table and decides
nothing about a community.
"""
