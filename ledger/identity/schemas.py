"""The shape of what people send about who they are."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from ledger.identity.service import SignIn
from ledger.text.fields import Contact, Name, Secret, Text

_LARGEST_ID = 2**63 - 1


class SignInSchema(Schema):
    identifier = Contact(required=True, longest=254)
    password = Secret(required=True)

    @post_load
    def command(self, data: dict[str, Any], **_: object) -> SignIn:
        """Make the command."""
        return SignIn(**data)


class EndSessionSchema(Schema):
    session = fields.Integer(required=True, validate=validate.Range(1, _LARGEST_ID))


class AskLinkSchema(Schema):
    identifier = Contact(required=True, longest=254)


class NewPasswordSchema(Schema):
    password = Secret(required=True)


class DetailsSchema(Schema):
    """What one is called and reached by, and the present password."""

    name = Name(required=True, longest=120)
    email = Contact(load_default="", longest=254)
    phone = Contact(load_default="", longest=40)
    present = Secret(required=True)


class CodeSchema(Schema):
    identifier = Contact(required=True, longest=254)
    code = Text(required=True, longest=40)
    password = Secret(required=True)


class ChangePasswordSchema(Schema):
    present = Secret(required=True)
    password = Secret(required=True)
