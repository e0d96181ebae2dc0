"""Who may open which page of offices."""

ROWS = {
    #                                        S M O Z F C T A
    "GET /c/<code>/desk":                   "s x - x - . . .",
    "POST /c/<code>/desk/sign":             "s x - x - - - -",
    "POST /c/<code>/desk/end":              "s x - x - - - -",
    "GET /c/<code>/desk/code":              "s x - x - . x x",
    "POST /c/<code>/desk/code":             "s x - x - ? x x",
    "POST /c/<code>/desk/code/slip":        "s x - x - - x x",
    "GET /c/<code>/freeze":                 "s x - x - . x x",
    "POST /c/<code>/freeze":                "s x - x - ? x x",
    "GET /c/<code>/thaw":                   "s x - x - . . x",
    "POST /c/<code>/thaw":                  "s x - x - ? ? x",
    "GET /c/<code>/roles":                  "s . - . - . . .",
    "GET /c/<code>/roles/new":              "s x - x - x . x",
    "POST /c/<code>/roles/new":             "s x - x - x ? x",
    "GET /c/<code>/roles/end":              "s x - x - x ? x",
    "POST /c/<code>/roles/end":             "s x - x - x ? x",
}  # fmt: skip
