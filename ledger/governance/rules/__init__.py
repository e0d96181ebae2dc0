"""The pure heart of the votes: tally, states, lots, rolls and evidence, on plain values."""
