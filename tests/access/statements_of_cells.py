"""Who may open which page of a cell's statements."""

ROWS = {
    #                                        S M O Z F C T A
    "GET /c/<code>/<number>/statements":     "s . - . - - - .",
    "GET /c/<code>/<number>/statements/<month>": "s . - . - - - .",
    "GET /c/<code>/<number>/statements/<month>/<form>": "s . - . - - - .",
    "GET /c/<code>/<number>/statements/<month>/pdf/drawing": "s . - . - - - .",
    "POST /c/<code>/<number>/statements/<month>/pdf/drawing": "s > - > - - - >",
    "GET /me/statements":                   "s . . . . . . .",
    "POST /me/statements":                  "s > > > > > > >",
    "GET /unsubscribe/<token>":             ". . . . . . . .",
    "POST /unsubscribe/<token>":            "> > > > > > > >",
    "GET /c/<code>/<number>/statements/<month>/object": "s . - . - - - -",
    "POST /c/<code>/<number>/statements/<month>/object": "s ? - ? - - - -",
    "GET /c/<code>/<number>/objections/<int:objection>": "s . - - - - - -",
    "POST /c/<code>/<number>/objections/<int:objection>/<event>": "s ? - - - - - -",
    "GET /c/<code>/desk/statements":        "s x - x - . x .",
    "GET /c/<code>/desk/statements/<month>": "s x - x - . x .",
    "POST /c/<code>/desk/statements/<month>/send": "s x - x - ? x ?",
    "POST /c/<code>/desk/statements/<month>/draw": "s x - x - > x >",
    "GET /c/<code>/desk/statements/<month>/print.pdf": "s x - x - ! x !",
    "GET /c/<code>/desk/statements/<month>/package.zip": "s x - x - x x .",
    "GET /c/<code>/desk/objections":        "s x - x - . x .",
    "GET /c/<code>/desk/objections/<int:objection>": "s x - x - . x .",
    "POST /c/<code>/desk/objections/<int:objection>": "s x - x - ? x ?",
}  # fmt: skip

_OBJECTION = {"int:objection": lambda world: str(world.wrong)}

_MONTH = {"month": lambda world: world.month}

FILL = {
    **{
        f"/c/<code>/desk/statements/<month>{rest}": _MONTH
        for rest in ("", "/send", "/draw", "/print.pdf", "/package.zip")
    },
    "/c/<code>/<number>/statements/<month>/object": _MONTH,
    "/c/<code>/<number>/objections/<int:objection>": _OBJECTION,
    "/c/<code>/<number>/objections/<int:objection>/<event>": {**_OBJECTION, "event": "ask_on"},
    "/c/<code>/desk/objections/<int:objection>": _OBJECTION,
    "/unsubscribe/<token>": {"token": lambda world: world.wish},
    "/c/<code>/<number>/statements/<month>": _MONTH,
    "/c/<code>/<number>/statements/<month>/pdf/drawing": _MONTH,
    "/c/<code>/<number>/statements/<month>/<form>": {**_MONTH, "form": "csv"},
}
