"""What a contact and a good password are."""

from __future__ import annotations

import pytest

from ledger.identity.errors import (
    EmailUnreadable,
    PasswordOwnWord,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooShort,
    PhoneUnreadable,
)
from ledger.identity.rules.contacts import normal_email, normal_identifier, normal_phone
from ledger.identity.rules.passwords import ensure_good, hash_password, is_right
from ledger.identity.rules.sessions import agent_label
from ledger.identity.rules.throttle import address_digest
from ledger.kernel.names import NameUnreadable, normal_name

OWN_WORDS = ("Siti Rahayu", "Sumber Bening", "SB001", "poin")


@pytest.mark.parametrize(
    "written",
    ["0812-3456 789", "+62 812 3456 789", "62812.3456.789", "0062 (812) 3456789"],
)
def test_a_phone_number_has_one_form(written: str) -> None:
    assert normal_phone(written) == "+628123456789"


@pytest.mark.parametrize(
    "written", ["", "812", "+0812345678", "0812x456789", "+" + "9" * 16, "٠٨١٢٣"]
)
def test_what_is_no_phone_number_is_refused(written: str) -> None:
    with pytest.raises(PhoneUnreadable):
        normal_phone(written)


def test_an_email_address_has_one_form() -> None:
    assert normal_email("  Siti.R@Example.ORG ") == "siti.r@example.org"


@pytest.mark.parametrize(
    "written", ["", "siti", "siti@", "@b.org", "a@b", "a b@c.org", "a@b.org\nBcc: x@y.org",
                "a@b..org",
                "a@" + "b" * 260 + ".org", "a@b.org, c@d.org", "<a@b.org>"]
)  # fmt: skip
def test_what_is_no_email_address_is_refused(written: str) -> None:
    with pytest.raises(EmailUnreadable):
        normal_email(written)


@pytest.mark.parametrize("written", ["SB001", "sb1", " Sb 01", "sb000001", "ＳＢ００１"])
def test_a_member_number_is_counted_as_one_however_written(written: str) -> None:
    assert normal_identifier(written) == "sb1"


@pytest.mark.parametrize(
    "good",
    [
        "sembilan kerbau biru",
        "siti suka mangga muda",
        "hujan di bulan juni",
        "Tr0ub4dor&3",
        "7391 0482 55",
    ],
)
def test_length_makes_a_good_password(good: str) -> None:
    ensure_good(good, OWN_WORDS)


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("kerbau", PasswordTooShort),
        ("x" * 257, PasswordTooLong),
        ("12345678", PasswordTooCommon),
        ("Rahasia123!", PasswordTooCommon),
        ("p@ssw0rd", PasswordTooCommon),
        ("indonesia45", PasswordTooCommon),
        ("aaaaaaaab", PasswordTooCommon),
        ("Samantha99", PasswordTooCommon),
        ("minecraft", PasswordTooCommon),
        ("1qaz2wsx3edc", PasswordTooCommon),
        ("bismillah", PasswordTooCommon),
        ("sitirahayu", PasswordOwnWord),
        ("Siti.Rahayu.1990", PasswordOwnWord),
        ("sumberbening", PasswordOwnWord),
        ("poinpoin2026", PasswordOwnWord),
    ],
)
def test_what_everybody_would_try_first_is_refused(password: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        ensure_good(password, OWN_WORDS)


def test_a_password_is_right_however_a_keyboard_composes_it() -> None:
    kept = hash_password("caf\u00e9 di kampung")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert is_right("cafe\u0301 di kampung", kept)
    assert not is_right("cafe di kampung", kept)


@pytest.mark.parametrize("written", ["", "  ", "Siti\u202eayaR", "Siti\u200bR", "S\x00", "x" * 121])
def test_a_name_can_be_seen(written: str) -> None:
    with pytest.raises(NameUnreadable):
        normal_name(written)


def test_a_name_has_one_form() -> None:
    assert normal_name(" Ｓiti \u00a0 Rahayu ") == "Siti Rahayu"


def test_an_ipv6_customer_is_one_address() -> None:
    assert address_digest("2001:db8:1:2::1") == address_digest("2001:db8:1:2:ffff::9")
    assert address_digest("2001:db8:1:2::1") != address_digest("2001:db8:1:3::1")
    assert address_digest("::ffff:192.0.2.1") == address_digest("192.0.2.1")


@pytest.mark.parametrize(
    ("sent", "label"),
    [
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36",
         "Chrome · Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
         "Firefox · Linux"),
        ("curl/8", ""),
    ],
)  # fmt: skip
def test_a_browser_is_named_as_people_know_it(sent: str, label: str) -> None:
    assert agent_label(sent) == label
