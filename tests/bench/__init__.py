"""Benchmarks: `make bench` prints each figure beside a bound measured in the same run.

Contestants are interleaved, because a shared machine drifts: differences under a
quarter mean nothing. Nothing here passes or fails by time.
"""
