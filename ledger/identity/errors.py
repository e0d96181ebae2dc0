"""What identity refuses."""

from __future__ import annotations

from ledger.kernel.errors import Conflict, Forbidden, NotFound, Refused


class PersonNotFound(NotFound):
    """No such person, or one who has left."""

    code = "identity.person_not_found"


class SignInFailed(Forbidden):
    """Unknown person, no password yet, or a wrong one: nobody is told which."""

    code = "identity.sign_in_failed"


class TooManyTries(Forbidden):
    """The throttle is closed for this origin. Fact: `minutes` until it opens."""

    code = "identity.too_many_tries"


class PasswordTooShort(Refused):
    """Fact: `shortest`, in characters."""

    code = "identity.password_too_short"
    field = "password"


class PasswordTooLong(Refused):
    """Fact: `longest`, in characters."""

    code = "identity.password_too_long"
    field = "password"


class PasswordTooCommon(Refused):
    """Among the first that anybody would guess."""

    code = "identity.password_too_common"
    field = "password"


class PasswordOwnWord(Refused):
    """Little more than the person's or the community's own words."""

    code = "identity.password_own_word"
    field = "password"


class EmailUnreadable(Refused):
    """Not an e-mail address."""

    code = "identity.email_unreadable"
    field = "email"


class PhoneUnreadable(Refused):
    """Not a phone number with area or country code."""

    code = "identity.phone_unreadable"
    field = "phone"


class EmailTaken(Conflict):
    """Another person signs in with this e-mail address."""

    code = "identity.email_taken"
    field = "email"


class PhoneTaken(Conflict):
    """Another person signs in with this phone number."""

    code = "identity.phone_taken"
    field = "phone"


class LastContact(Refused):
    """The only contact that a person signs in with stays until there is another."""

    code = "identity.last_contact"
    field = "phone"


class SessionNotFound(NotFound):
    """Not a session of this person, or one that has ended."""

    code = "identity.session_not_found"


class PassOver(Refused):
    """A link or code that is unknown, used, or past its time."""

    code = "identity.pass_over"


class CodeWrong(Refused):
    """No such code for this person, or used, or past its time: which, nobody is told."""

    code = "identity.code_wrong"


class PasswordWrong(Refused):
    """Not the present password."""

    code = "identity.password_wrong"
    field = "present"
