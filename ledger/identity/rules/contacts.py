"""E-mail addresses and phone numbers in one normal form each."""

from __future__ import annotations

import re
import unicodedata

from ledger.identity.errors import EmailUnreadable, PhoneUnreadable

HOME_COUNTRY = "62"
"""A number that begins with a single 0 is read as one of Indonesia."""

_EMAIL = re.compile(r"[^@\s\"(),:;<>\[\]\\]{1,64}@(?:[^@\s.\"(),:;<>\[\]\\]{1,63}\.)+[^@\s.]{2,63}")
_PHONE = re.compile(r"\+[1-9][0-9]{7,14}", re.ASCII)
_MEMBER_NUMBER = re.compile(r"([a-z]{2,6})0*([0-9]{1,9})", re.ASCII)


def normal_email(text: str) -> str:
    """`text` in lower case and NFKC. Raises `EmailUnreadable`."""
    email = _folded(text)
    if len(email) > 254 or not email.isprintable() or not _EMAIL.fullmatch(email):
        raise EmailUnreadable
    return email


def normal_phone(text: str, country: str = HOME_COUNTRY) -> str:
    """`"0812-3456 789"` → `"+628123456789"`: E.164. Raises `PhoneUnreadable`."""
    digits = re.sub(r"[\s().\-\u2010-\u2015/]", "", _folded(text))
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    elif digits.startswith("0"):
        digits = f"+{country}{digits[1:]}"
    elif digits.startswith(country):
        digits = f"+{digits}"
    if not _PHONE.fullmatch(digits):
        raise PhoneUnreadable
    return digits


def normal_identifier(text: str) -> str:
    """One form for all the ways of writing the same e-mail, phone or member number.

    Never fails: what is none of them is folded and cut, since the throttle counts
    nonsense too.
    """
    for read in (normal_email, normal_phone):
        try:
            return read(text)
        except (EmailUnreadable, PhoneUnreadable):
            continue
    folded = "".join(_folded(text).split())[:254]
    number = _MEMBER_NUMBER.fullmatch(folded)
    return f"{number[1]}{number[2]}" if number else folded


def _folded(text: str) -> str:
    """Without what cannot be seen, such as the marks around a number copied from a chat."""
    seen = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return unicodedata.normalize("NFKC", seen).strip().lower()
