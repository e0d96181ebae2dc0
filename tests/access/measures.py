"""Who may open which page of funds, lots, challenges, appeals and what else is voted on."""

ROWS = {
    #                                        S M O Z F C T A
    "GET /c/<code>/measures":               "s . - . - . . .",
    "GET /c/<code>/measures/<kind>":        "s . - . - . . .",
    "POST /c/<code>/measures/<kind>":       "s ? - ? - ? ? ?",
    "GET /c/<code>/proposals/<int:proposal>/measure": "s - - - - - - -",
    "POST /c/<code>/proposals/<int:proposal>/measure": "s - - - - - - -",
    "POST /c/<code>/proposals/<int:proposal>/sponsor/<said>": "s x - x - x x x",
    "GET /c/<code>/funds":                  ". . . . . . . .",
    "GET /c/<code>/funds/<int:fund>":       ". . . . . . . .",
    "GET /c/<code>/<number>/funds/<int:fund>/give": "s . - . - - - -",
    "POST /c/<code>/<number>/funds/<int:fund>/give": "s ? - ? - - - -",
    "GET /c/<code>/lots":                   "s . - . - . . .",
    "GET /c/<code>/lots/<int:lot>":         ". . . . . . . .",
    "GET /c/<code>/lots/<int:lot>/lot.json": "- - - - - - - -",
    "POST /c/<code>/lots/<int:lot>/promise": "s x - x - x ? x",
    "POST /c/<code>/lots/<int:lot>/reveal": "s x - x - x ? x",
    "GET /c/<code>/proposals/<int:proposal>/judges": "s . - . - . . .",
    "POST /c/<code>/proposals/<int:proposal>/judges": "s ? - ? - ? ? ?",
    "POST /c/<code>/proposals/<int:proposal>/judges/household": "s x - x - x > x",
    "POST /c/<code>/proposals/<int:proposal>/judges/<int:challenge>/<said>": "s x - x - x - x",
    "GET /c/<code>/proposals/<int:proposal>/appeal": "s . - . - . . .",
    "POST /c/<code>/proposals/<int:proposal>/appeal": "s ? - ? - ? ? ?",
    "POST /c/<code>/proposals/<int:proposal>/appeal/answer": "s ? - ? - ? ? ?",
}  # fmt: skip

_PARTS = {
    "int:proposal": lambda world: str(world.proposal),
    "int:fund": lambda world: str(world.fund),
    "int:lot": lambda world: str(world.lot),
    "int:challenge": "1",
    "kind": "fund",
    "said": "yes",
}

FILL = {
    address: {name: value for name, value in _PARTS.items() if f"<{name}>" in address}
    for address in {row.split()[1] for row in ROWS}
}
