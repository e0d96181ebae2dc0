"""Who may open which page of votes of all members, the constitution and the seats."""

ROWS = {
    #                                        S M O Z F C T A
    "GET /c/<code>/member-votes":           "s . - . - . . .",
    "GET /c/<code>/member-votes/<int:vote>": "s . - . - . . .",
    "POST /c/<code>/member-votes/<int:vote>": "s ? - ? - ? ? ?",
    "GET /c/<code>/member-votes/<int:vote>/record.json": "s - - - - - - -",
    "POST /c/<code>/member-votes/<int:vote>/sign": "s ! - ! - ! ! !",
    "POST /c/<code>/member-votes/<int:vote>/withdraw": "s x - x - x x x",
    "POST /c/<code>/member-votes/<int:vote>/name": "s ? - ? - ? ? ?",
    "POST /c/<code>/member-votes/<int:vote>/stand": "s ? - ? - ? ? ?",
    "POST /c/<code>/member-votes/<int:vote>/decline": "s - - - - - - -",
    "GET /c/<code>/constitution":           "s . - . - . . .",
    "GET /c/<code>/constitution/<int:version>": "s . - . - . . .",
    "GET /c/<code>/constitution/<int:version>.json": "s . - . - . . .",
    "GET /c/<code>/constitution/change":    "s . - . - . . .",
    "POST /c/<code>/constitution/change":   "s ? - ? - ? ? ?",
    "GET /c/<code>/seats":                  "s . - . - . . .",
    "POST /c/<code>/seats/election":        "s x - x - x ! x",
    "GET /c/<code>/recall":                 "s ? - ? - ? ? ?",
    "POST /c/<code>/recall":                "s ? - ? - ? ? ?",
}  # fmt: skip

FILL = {
    **{
        f"/c/<code>/member-votes/<int:vote>{rest}": {"int:vote": lambda world: str(world.vote)}
        for rest in ("", "/record.json", "/sign", "/withdraw", "/name", "/stand", "/decline")
    },
    **{
        f"/c/<code>/constitution/<int:version>{rest}": {"int:version": "1"}
        for rest in ("", ".json")
    },
}
