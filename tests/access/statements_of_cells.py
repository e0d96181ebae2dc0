"""Who may open which page of a cell's statements."""

ROWS = {
    #                                        S M O Z F C T A
    "GET /c/<code>/<number>/statements":     "s . - . - - - -",
    "GET /c/<code>/<number>/statements/<month>": "s . - . - - - -",
    "GET /c/<code>/<number>/statements/<month>/<form>": "s . - . - - - -",
}  # fmt: skip

_MONTH = {"month": lambda world: world.month}

FILL = {
    "/c/<code>/<number>/statements/<month>": _MONTH,
    "/c/<code>/<number>/statements/<month>/<form>": {**_MONTH, "form": "csv"},
}
