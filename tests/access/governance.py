"""Who may open which page of proposals, votes and decisions."""

ROWS = {
    #                                        S M O Z F C T A
    "GET /c/<code>/proposals":              "s . - . - . . .",
    "GET /c/<code>/proposals/<int:proposal>": "s . - . - . . .",
}  # fmt: skip

FILL = {
    "/c/<code>/proposals/<int:proposal>": {"int:proposal": lambda world: str(world.proposal)},
}
