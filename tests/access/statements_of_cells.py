"""Who may open which page of a cell's statements."""

ROWS = {
    #                                        S M O Z F C T A
    "GET /c/<code>/<number>/statements":     "s . - . - - - -",
    "GET /c/<code>/<number>/statements/<month>": "s . - . - - - -",
    "GET /c/<code>/<number>/statements/<month>/<form>": "s . - . - - - -",
    "GET /me/statements":                   "s . . . . . . .",
    "POST /me/statements":                  "s > > > > > > >",
    "GET /unsubscribe/<token>":             ". . . . . . . .",
    "POST /unsubscribe/<token>":            "> > > > > > > >",
}  # fmt: skip

_MONTH = {"month": lambda world: world.month}

FILL = {
    "/unsubscribe/<token>": {"token": lambda world: world.wish},
    "/c/<code>/<number>/statements/<month>": _MONTH,
    "/c/<code>/<number>/statements/<month>/<form>": {**_MONTH, "form": "csv"},
}
