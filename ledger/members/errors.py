"""What members refuses."""

from __future__ import annotations

from ledger.kernel.errors import Conflict, Refused


class CodeUnreadable(Refused):
    """A community's code is two to six capitals."""

    code = "members.code_unreadable"
    field = "code"


class CodeTaken(Conflict):
    """Another community has this code."""

    code = "members.code_taken"
    field = "code"


class UnitIsStateMoney(Refused):
    """The unit bears the name, symbol or code of a state's money. Fact: `word`."""

    code = "members.unit_is_state_money"
    field = "unit_name"


class ExportCodeUnreadable(Refused):
    """Not three capitals of which the first is X."""

    code = "members.export_code_unreadable"
    field = "unit_export_code"


class ScaleOutOfRange(Refused):
    """A unit has 0 to 3 decimals."""

    code = "members.scale_out_of_range"
    field = "unit_scale"


class ZoneUnknown(Refused):
    """No time zone of this name. Fact: `zone`."""

    code = "members.zone_unknown"
    field = "time_zone"


class NumberTaken(Conflict):
    """Another cell has this number. Fact: `account`."""

    code = "members.number_taken"
    field = "number"


class ElementUnknown(Refused):
    """Not one of the five elements. Fact: `word`."""

    code = "members.element_unknown"
    field = "elements"


class RolesClash(Refused):
    """An auditor holds no other role."""

    code = "members.roles_clash"
    field = "role"
