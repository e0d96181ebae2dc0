"""What the forms of offices hold."""

from __future__ import annotations

from marshmallow import Schema

from ledger.text.fields import Choice, Day, Text, Whole

LONGEST_REASON = 500
LONGEST_CHOICE = 140
ROLES = ("coordinator", "steward", "auditor")


class CellActSchema(Schema):
    """An act about a cell: freezing its account, or freeing it."""

    cell = Text(required=True, longest=LONGEST_CHOICE)
    reason = Text(required=True, longest=LONGEST_REASON, lines=True)


class PersonActSchema(Schema):
    """An act about a person, named or by contact or member number."""

    person = Text(required=True, longest=LONGEST_CHOICE)
    reason = Text(required=True, longest=LONGEST_REASON, lines=True)


class GrantSchema(Schema):
    """A role for somebody, named or by contact, with the last day of the term if it has one."""

    person = Text(required=True, longest=LONGEST_CHOICE)
    role = Choice(ROLES, required=True)
    ends_on = Day(load_default=None)
    reason = Text(required=True, longest=LONGEST_REASON, lines=True)


class EndRoleSchema(Schema):
    """The end of somebody's role."""

    person_id = Whole(required=True)
    role = Choice(ROLES, required=True)
    reason = Text(required=True, longest=LONGEST_REASON, lines=True)
