"""What is laid before those who vote on a limit: figures, each with its sample, and no score.

Pure functions over plain trades, movements and positions. Shares are exact fractions,
amounts integers in smallest parts, days ordinals as of `date.toordinal`. Each formula
says where it is from and what it can't tell. No formula decides anything.
"""
