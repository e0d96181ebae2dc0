"""Who may open which page of closings, and who may check statements."""

ROWS = {
    #                                        S M O Z F C T A
    "GET /c/<code>/closings":               ". . . . . . . .",
    "GET /c/<code>/closings/roots.json":    ". . . . . . . .",
    "GET /c/<code>/closings/<month>":       ". . . . . . . .",
    "GET /c/<code>/closings/<month>/lines": "- . - . - . . .",
    "GET /c/<code>/closings/<month>/lines.csv": "- . - . - . . .",
    "GET /c/<code>/closings/<month>/lines.json": "- . - . - . . .",
    "GET /verify":                          ". . . . . . . .",
    "POST /verify":                         "? ? ? ? ? ? ? ?",
    "GET /statements/verify.py":            ". . . . . . . .",
}  # fmt: skip

_MONTH = {"month": lambda world: world.month}

FILL = {f"/c/<code>/closings/<month>{rest}": _MONTH
        for rest in ("", "/lines", "/lines.csv", "/lines.json")}  # fmt: skip
