"""What the forms of offices hold."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, post_load, validates_schema

from ledger.text.fields import REQUIRED, Choice, Contact, Day, Name, Secret, Text, Whole

LONGEST_REASON = 500
LONGEST_CHOICE = 140
ROLES = ("coordinator", "steward", "auditor")


class CellActSchema(Schema):
    """An act about a cell: freezing its account, freeing or closing it."""

    cell = Text(required=True, longest=LONGEST_CHOICE)
    erase = Text(load_default="")
    reason = Text(required=True, longest=LONGEST_REASON, lines=True)


class PersonActSchema(Schema):
    """An act about a person, named or by contact or member number."""

    person = Contact(required=True, longest=LONGEST_CHOICE)
    reason = Text(required=True, longest=LONGEST_REASON, lines=True)


class GrantSchema(Schema):
    """A role for somebody, named or by contact, with the last day of the term if it has one."""

    person = Contact(required=True, longest=LONGEST_CHOICE)
    role = Choice(ROLES, required=True)
    ends_on = Day(load_default=None)
    reason = Text(required=True, longest=LONGEST_REASON, lines=True)


class EndRoleSchema(Schema):
    """The end of somebody's role."""

    person_id = Whole(required=True)
    role = Choice(ROLES, required=True)
    reason = Text(required=True, longest=LONGEST_REASON, lines=True)


class ResignSchema(Schema):
    """A role that its holder lays down."""

    role = Choice(ROLES, required=True)


LONGEST_PLACE = 80


class RenameSchema(Schema):
    """What the community calls itself, and in which language it writes."""

    name = Name(required=True, longest=120)
    place = Name(required=True, longest=LONGEST_PLACE)
    language = Choice(("id", "en"), required=True)
    reason = Text(required=True, longest=LONGEST_REASON, lines=True)


ELEMENTS = ("production", "distribution", "consumption", "finance", "governance")
KINDS = ("holder", "clerk", "viewer")


class _DescribedSchema(Schema):
    """What a cell says of itself. Elements come as one tick each."""

    name = Name(required=True, longest=120)
    line_of_business = Text(load_default="", longest=120)
    activity = Text(load_default="", longest=20)
    locality = Text(load_default="", longest=LONGEST_PLACE)
    province = Text(load_default="", longest=LONGEST_PLACE)
    production = Text(load_default="")
    distribution = Text(load_default="")
    consumption = Text(load_default="")
    finance = Text(load_default="")
    governance = Text(load_default="")

    @post_load
    def _gather(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        ticked = tuple(element for element in ELEMENTS if data.pop(element))
        return {**data, "elements": ticked}


class EnrolSchema(_DescribedSchema):
    """A cell that is to be enrolled, and why."""

    even_so = Text(load_default="")
    reason = Text(required=True, longest=LONGEST_REASON, lines=True)


class CellSchema(_DescribedSchema):
    """One's own cell, with its contacts and whether they are shown."""

    email = Contact(load_default="", longest=254)
    is_email_shown = Text(load_default="")
    phone = Contact(load_default="", longest=30)
    is_phone_shown = Text(load_default="")
    even_so = Text(load_default="")


class InviteSchema(Schema):
    """Somebody to act for a cell; with an address, the link goes there too."""

    kind = Choice(KINDS, required=True)
    email = Contact(load_default="", longest=254)


class FirstHolderSchema(Schema):
    """The first holder of a cell that nobody holds."""

    cell = Text(required=True, longest=LONGEST_CHOICE)
    email = Contact(load_default="", longest=254)
    reason = Text(load_default="", longest=LONGEST_REASON, lines=True)


class JoinSchema(Schema):
    """Who takes up an invitation and is not known here yet."""

    name = Name(required=True, longest=120)
    email = Contact(load_default="", longest=254)
    phone = Contact(load_default="", longest=30)
    password = Secret(required=True)


class PersonOfCellSchema(Schema):
    """Somebody of the cell, and what they are to be."""

    person_id = Whole(required=True)
    kind = Choice(KINDS, load_default="")


class FirstRunSchema(Schema):
    """The first community of an installation, and its founding stewards."""

    name = Name(required=True, longest=120)
    place = Name(required=True, longest=LONGEST_PLACE)
    code = Text(required=True, longest=6)
    unit_name = Name(required=True, longest=30)
    unit_symbol = Name(load_default="", longest=12)
    unit_scale = Choice("0123", required=True)
    unit_export_code = Text(load_default="", longest=3)
    time_zone = Text(required=True, longest=60)
    language = Choice(("id", "en"), required=True)
    amount = Text(required=True, longest=20)
    ceiling = Text(load_default="", longest=20)
    transparency = Choice(("own", "members", "everyone"), load_default="members")
    steward_1 = Name(required=True, longest=120)
    contact_1 = Contact(required=True, longest=254)
    steward_2 = Name(required=True, longest=120)
    contact_2 = Contact(required=True, longest=254)
    steward_3 = Name(required=True, longest=120)
    contact_3 = Contact(required=True, longest=254)
    steward_4 = Name(load_default="", longest=120)
    contact_4 = Contact(load_default="", longest=254)
    steward_5 = Name(load_default="", longest=120)
    contact_5 = Contact(load_default="", longest=254)

    @validates_schema
    def _named_and_reached(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """A steward has a name and a contact, or neither."""
        for seat in ("4", "5"):
            halves = {half: data.get(f"{half}_{seat}", "") for half in ("steward", "contact")}
            for half, written in halves.items():
                if not written and any(halves.values()):
                    raise ValidationError(REQUIRED, f"{half}_{seat}")
