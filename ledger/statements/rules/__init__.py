"""What a month is, what a statement and a community's sheet say, and how they are proven."""
