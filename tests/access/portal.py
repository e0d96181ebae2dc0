"""Who may open which page that joins several rooms."""

ROWS = {
    #                                        S M O Z F C T A
    "GET /":                                ". > > > . > > >",
    "GET /c/<code>/":                       "s . - . - . . .",
    "GET /c/<code>/about":                  ". . . . . . . .",
    "GET /c/<code>/<number>/":              "s . - . - - - -",
    "GET /c/<code>/<number>/limit":         "s . - . - - - .",
    "GET /me/data.json":                    "s . . . . . . .",
}  # fmt: skip
