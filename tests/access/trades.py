"""Who may open which page of trades."""

ROWS = {
    #                                        S M O Z F C T A
    "GET /c/<code>/<number>/got":           "s . - . - - - -",
    "POST /c/<code>/<number>/got":          "s ? - ? - - - -",
    "POST /c/<code>/<number>/got/change":   "s ? - ? - - - -",
    "POST /c/<code>/<number>/got/confirm":  "s ? - ? - - - -",
    "GET /c/<code>/<number>/gave":          "s . - . - - - -",
    "POST /c/<code>/<number>/gave":         "s ? - ? - - - -",
    "POST /c/<code>/<number>/gave/change":  "s ? - ? - - - -",
    "POST /c/<code>/<number>/gave/confirm": "s ? - ? - - - -",
    "GET /c/<code>/<number>/trades/<token>": "s . - . - - - -",
    "POST /c/<code>/<number>/trades/<token>/<event>": "s ? - ? - - - -",
    "GET /c/<code>/<number>/waiting":       "s . - . - - - -",
    "GET /c/<code>/<number>/qr":            "s . - . - - - -",
    "GET /c/<code>/to/<other>":             "s . - . - . . .",
    "GET /c/<code>/<number>/plans":         "s . - . - - - -",
    "GET /c/<code>/<number>/plans/new":     "s . - . - - - -",
    "POST /c/<code>/<number>/plans/new":    "s ? - ? - - - -",
    "POST /c/<code>/<number>/plans/new/change": "s ? - ? - - - -",
    "POST /c/<code>/<number>/plans/new/confirm": "s ? - ? - - - -",
    "POST /c/<code>/<number>/plans/<int:plan_id>/<event>": "s > - - - - - -",
    "GET /c/<code>/<number>/history":       "s . - . - - - .",
    "GET /c/<code>/<number>/history.csv":   "s . - . - - - .",
    "GET /c/<code>/<number>/leave":         "s . - . - - - -",
    "POST /c/<code>/<number>/leave":        "s ? - ? - - - -",
    "GET /c/<code>/<number>/slips":         "s . - . - - - -",
    "POST /c/<code>/<number>/trades/<token>/object": "s ? - ? - - - -",
    "GET /c/<code>/slips":                  "s x - x - . x x",
    "POST /c/<code>/slips":                 "s x - x - ? x x",
    "POST /c/<code>/slips/check":           "s x - x - . x x",
    "GET /c/<code>/slips/typed":            "s x - x - . x .",
    "GET /c/<code>/slips/stacks/<batch>":   "s x - x - . x x",
    "POST /c/<code>/slips/stacks/<batch>/drop": "s x - x - > x x",
    "GET /c/<code>/slips/sheets":           "s x - x - . x x",
    "POST /c/<code>/slips/sheets":          "s x - x - ? x x",
    "GET /c/<code>/slips/sheets/<book>":    "s x - x - . x x",
    "GET /c/<code>/objections":             "s x - x - . x .",
    "GET /c/<code>/objections/<int:objection_id>": "s x - x - . x .",
    "POST /c/<code>/objections/<int:objection_id>": "s x - x - ? x x",
    "GET /c/<code>/moving-in":              "s x - x - . . .",
    "POST /c/<code>/moving-in":             "s x - x - ? ? x",
    "GET /c/<code>/moving-in/<int:intake_id>": "s x - x - . . .",
    "POST /c/<code>/moving-in/<int:intake_id>/ask": "s x - x - ? ? x",
    "POST /c/<code>/moving-in/<int:intake_id>/drop": "s x - x - > > x",
    "GET /c/<code>/moving-in/<int:intake_id>/problems.csv": "s x - x - . . .",
    "GET /c/<code>/moving-in/<int:intake_id>/outside.csv": "s x - x - . . .",
    "GET /c/<code>/moving-in/<int:intake_id>/numbers.csv": "s x - x - . . .",
    "GET /r/<token>":                       ". . . . . . . .",
}  # fmt: skip

_TRADE = {"token": lambda world: world.receipt}

_INTAKE = {"int:intake_id": lambda world: str(world.intake)}

FILL = {
    **{
        f"/c/<code>/moving-in/<int:intake_id>{end}": _INTAKE
        for end in ("", "/ask", "/drop", "/problems.csv", "/outside.csv", "/numbers.csv")
    },
    "/r/<token>": _TRADE,
    "/c/<code>/<number>/trades/<token>": _TRADE,
    "/c/<code>/<number>/trades/<token>/<event>": {**_TRADE, "event": "give_back"},
    "/c/<code>/<number>/plans/<int:plan_id>/<event>": {
        "int:plan_id": lambda world: str(world.plan),
        "event": "pause",
    },
    "/c/<code>/<number>/trades/<token>/object": _TRADE,
    "/c/<code>/slips/sheets/<book>": {"book": "A"},
    **{
        f"/c/<code>/slips/stacks/<batch>{end}": {"batch": lambda world: world.stack}
        for end in ("", "/drop")
    },
    "/c/<code>/objections/<int:objection_id>": {
        "int:objection_id": lambda world: str(world.objection),
    },
    "/c/<code>/to/<other>": {"other": "SB001"},
}
