"""Who may open which page of people, their sessions and the edge itself."""

ROWS = {
    #                                        S M O Z F C T A
    "GET /sign-in":                         ". > > > > > > >",
    "POST /sign-in":                        "? ? ? ? ? ? ? ?",
    "POST /sign-out":                       "s > > > > > > >",
    "GET /me/sessions":                     "s . . . . . . .",
    "POST /me/sessions":                    "s - - - - - - -",
    "POST /me/sessions/others":             "s > > > > > > >",
    "POST /language":                       "> > > > > > > >",
    "GET /healthz":                         ". . . . . . . .",
    "GET /static/<address>":                "- - - - - - - -",
}  # fmt: skip

FILL = {"/static/<address>": {"address": "nothing.css"}}
