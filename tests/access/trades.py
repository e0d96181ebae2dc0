"""Who may open which page of trades."""

ROWS = {
    #                                        S M O Z F C T A
    "GET /c/<code>/<number>/got":           "s . - . - - - -",
    "POST /c/<code>/<number>/got":          "s ? - ? - - - -",
    "POST /c/<code>/<number>/got/change":   "s ? - ? - - - -",
    "POST /c/<code>/<number>/got/confirm":  "s ? - ? - - - -",
    "GET /c/<code>/<number>/history":       "s . - . - - - -",
    "GET /c/<code>/<number>/history.csv":   "s . - . - - - -",
    "GET /r/<token>":                       ". . . . . . . .",
}  # fmt: skip

FILL = {"/r/<token>": {"token": lambda world: world.receipt}}
