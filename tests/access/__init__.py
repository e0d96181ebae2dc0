"""The access table: what each route answers to each standing, one module per room.

A row is a method with a rule, and one letter per standing, in the order of
`world.STANDINGS` (stranger, member, other, frozen, former, coordinator, steward,
auditor):

    "GET /c/<code>/<number>/history": "s . - . - - - -",

    .  the page (200)             ?  reached, and the empty form refused (422)
    >  sent on (303)              x  seen but not allowed (403)
    s  asked to sign in           -  nothing here, or nothing you may see (404)
    !  contradicts something recorded (409)

The address is that of the standing's own cell: SB002 for the frozen, SB001 for
all others, whether or not they act for it. `FILL` says what stands for other
parts of an address, out of the `World`; `SEND` gives a form where the empty one
would not reach what is to be shown.

A new route needs its row in the module of its room: `test_access.py` fails without.
"""
