"""What people do about who they are: register, sign in, sign out, change the password.

`people` and `sessions` work in the caller's session. `sign_in` alone takes the
engine: it is several short transactions, because a password is hashed between
them and must not hold up SQLite's only writer.
"""

from ledger.identity.service.passes import issue_code, issue_link, redeem_code, redeem_link
from ledger.identity.service.people import (
    Register,
    end_person,
    erase_person,
    register,
    set_language,
    set_password,
)
from ledger.identity.service.resetting import ask_for_link, handlers
from ledger.identity.service.sessions import (
    current_person,
    end_other_sessions,
    end_session,
    sign_out,
    touch,
)
from ledger.identity.service.sign_in import Opened, Origin, Resolve, SignIn, sign_in

__all__ = [
    "Opened",
    "Origin",
    "Register",
    "Resolve",
    "SignIn",
    "ask_for_link",
    "current_person",
    "end_other_sessions",
    "end_person",
    "end_session",
    "erase_person",
    "handlers",
    "issue_code",
    "issue_link",
    "redeem_code",
    "redeem_link",
    "register",
    "set_language",
    "set_password",
    "sign_in",
    "sign_out",
    "touch",
]
