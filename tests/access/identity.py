"""Who may open which page of people, their sessions and the edge itself."""

ROWS = {
    #                                        S M O Z F C T A
    "GET /sign-in":                         ". > > > > > > >",
    "POST /sign-in":                        "? ? ? ? ? ? ? ?",
    "POST /sign-out":                       "s > > > > > > >",
    "GET /me/sessions":                     "s . . . . . . .",
    "POST /me/sessions":                    "s - - - - - - -",
    "POST /me/sessions/others":             "s > > > > > > >",
    "GET /me":                              "s . . . . . . .",
    "GET /me/details":                      "s . . . . . . .",
    "POST /me/details":                     "s ? ? ? ? ? ? ?",
    "GET /confirm/<token>":                 "? ? ? ? ? ? ? ?",
    "POST /confirm/<token>":                "? ? ? ? ? ? ? ?",
    "GET /me/password":                     "s . . . . . . .",
    "POST /me/password":                    "s ? ? ? ? ? ? ?",
    "GET /reset":                           ". . . . . . . .",
    "POST /reset":                          "? ? ? ? ? ? ? ?",
    "GET /reset/<token>":                   "? ? ? ? ? ? ? ?",
    "POST /reset/<token>":                  "? ? ? ? ? ? ? ?",
    "GET /code":                            ". . . . . . . .",
    "POST /code":                           "? ? ? ? ? ? ? ?",
    "POST /language":                       "> > > > > > > >",
    "GET /healthz":                         ". . . . . . . .",
    "GET /static/<address>":                "- - - - - - - -",
}  # fmt: skip

FILL = {
    "/reset/<token>": {"token": "none"},
    "/confirm/<token>": {"token": "none"},
    "/static/<address>": {"address": "nothing.css"},
}
