"""Who may open which page of proposals, votes and decisions."""

ROWS = {
    #                                        S M O Z F C T A
    "GET /c/<code>/proposals":              "s . - . - . . .",
    "GET /c/<code>/proposals/<int:proposal>": "s . - . - . . .",
    "GET /c/<code>/<number>/limit/ask":     "s . - . - - - -",
    "POST /c/<code>/<number>/limit/ask":    "s ? - ? - - - -",
    "GET /c/<code>/proposals/new":          "s x - x - x . x",
    "POST /c/<code>/proposals/new":         "s x - x - x ? x",
    "GET /c/<code>/proposals/<int:proposal>/amend": "s . - x - x x x",
    "POST /c/<code>/proposals/<int:proposal>/amend": "s ? - x - x x x",
    "POST /c/<code>/proposals/<int:proposal>/withdraw": "s > - x - x x x",
    "POST /c/<code>/proposals/<int:proposal>/say": "s ? - ? - ? ? ?",
    "POST /c/<code>/proposals/<int:proposal>/say/<int:comment>/erase": "s - - - - - - -",
    "POST /c/<code>/proposals/<int:proposal>/objections": "s x - x - x ? x",
    "POST /c/<code>/proposals/<int:proposal>/objections/<int:objection>/support": "s x - x - x - x",
    "POST /c/<code>/proposals/<int:proposal>/vote": "s ? - ? - ? ? ?",
    "POST /c/<code>/proposals/<int:proposal>/reopen": "s x - x - x ? x",
    "GET /c/<code>/committee":              "s x - x - x . .",
    "GET /c/<code>/decisions/<int:proposal>": ". . . . . . . .",
    "GET /c/<code>/decisions/<int:proposal>/record.json": "- . - . - . . .",
    "GET /verify.py":                       ". . . . . . . .",
}  # fmt: skip

_IN_DISCUSSION = {
    "int:proposal": lambda world: str(world.proposal),
    "int:comment": "1",
    "int:objection": "1",
}
_DECIDED = {"int:proposal": lambda world: str(world.decided)}

FILL = {
    address: _DECIDED if "/decisions/" in address else _IN_DISCUSSION
    for address in {row.split()[1] for row in ROWS}
    if "<int:proposal>" in address
}
