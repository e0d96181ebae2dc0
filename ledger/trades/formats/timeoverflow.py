"""TimeOverflow's layout: what its own import of users and transfers reads.

Columns and meaning after `app/services/user_importer.rb` and `transfer_importer.rb` of
coopdevs/timeoverflow: no header; a member is named by the number within its time bank;
a side of the type `Organization` is the time bank itself, whatever its id; amounts
are seconds. Its table of transfers has no numbers, so what a line says is its reference.
"""

from __future__ import annotations

import hashlib
import re

from ledger.kernel.amounts import LARGEST, Amount
from ledger.members.service import EnrolCell
from ledger.text.phrases import N_
from ledger.trades.formats.lines import Columns, Problem
from ledger.trades.formats.reading import (
    ASSOCIATION,
    MemberLine,
    Reading,
    TradeLine,
    Values,
    day_in,
    name_in,
    number_in,
)

MEMBERS = Columns(
    (
        "id", "entry_date", "name", "surname1", "surname2", "gender", "birth_date", "phone",
        "alt_phone", "email",
    ),
    has_header=False,
)  # fmt: skip
TRADES = Columns(
    (
        "source_id", "source_type", "dest_id", "dest_type", "amount", "created_at", "reason",
        "post_id",
    ),
    has_header=False,
)  # fmt: skip

LEFT_OUT = ("gender", "birth_date", "post_id")
"""Read past and kept nowhere: a ledger has no use for sexes and birthdays."""

_MEMBERS = frozenset({"member", "account", "user"})
_SECONDS = re.compile(r"[0-9]{1,15}", re.ASCII)


def read_member(values: Values, reading: Reading) -> MemberLine:
    """Read one line of users. Raises `Problem`."""
    number = number_in(values["id"], reading)
    names = (values[part] for part in ("name", "surname1", "surname2"))
    entered = values["entry_date"]
    cell = EnrolCell(
        number=number,
        name=name_in(" ".join(part for part in names if part)),
        joined_on=day_in(entered, reading) if entered else reading.today,
        email=values["email"] or None,
        phone=values["phone"] or values["alt_phone"] or None,
    )
    return MemberLine(str(number), cell, reading.floor, reading.ceiling)


def read_trade(values: Values, reading: Reading) -> TradeLine:
    """Read one line of transfers: from the source to the destination. Raises `Problem`."""
    return TradeLine(
        reference=_digest(values),
        day=day_in(values["created_at"], reading),
        payer=_side(values["source_id"], values["source_type"], reading),
        payee=_side(values["dest_id"], values["dest_type"], reading),
        amount=_amount(values["amount"], reading),
        what=values["reason"],
    )


def _side(text: str, kind: str, reading: Reading) -> str:
    if kind.lower() == "organization":
        return ASSOCIATION
    if kind.lower() not in _MEMBERS:
        message = N_("%(text)s is neither Member nor Account nor Organization.")
        raise Problem(message, text=kind)
    return str(number_in(text, reading))


def _amount(text: str, reading: Reading) -> Amount:
    """Seconds in smallest parts of the unit, exactly. Raises `Problem`."""
    if not _SECONDS.fullmatch(text) or not int(text):
        raise Problem(N_("%(text)s is no whole number of seconds above zero."), text=text)
    amount, rest = divmod(int(text) * 10**reading.scale, reading.seconds)
    if rest:
        message = N_("%(text)s seconds do not come out even in a unit with %(scale)s decimals.")
        raise Problem(message, text=text, scale=reading.scale)
    if amount > LARGEST:
        raise Problem(N_("The amount %(text)s is zero or less, or too large."), text=text)
    return Amount(amount)


def _digest(values: Values) -> str:
    content = "\x1f".join(values[name] for name in TRADES.names)
    return hashlib.sha256(content.encode()).hexdigest()[:40]
