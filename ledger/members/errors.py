"""What members refuses."""

from __future__ import annotations

from ledger.kernel.errors import Conflict, Forbidden, NotFound, Refused


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


class SymbolIsStateMoney(Refused):
    """The unit's symbol is a state's. Fact: `word`."""

    code = "members.symbol_is_state_money"
    field = "unit_symbol"


class ExportCodeIsStateMoney(Refused):
    """The export code means something in ISO 4217. Fact: `word`."""

    code = "members.export_code_is_state_money"
    field = "unit_export_code"


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


class ActUnknown(NotFound):
    """No such act in this community."""

    code = "members.act_unknown"


class ActOver(Conflict):
    """The act was signed, withdrawn or refused, or its time is over."""

    code = "members.act_over"


class OneSignature(Refused):
    """The second signature is another person's."""

    code = "members.one_signature"


class NotYourOffice(Forbidden):
    """None of the person's roles may do this."""

    code = "members.not_your_office"


class AboutOneself(Refused):
    """Nobody asks for or signs an act about themself."""

    code = "members.about_oneself"
    field = "person"


class PersonUnknown(Refused):
    """Nobody of this name or contact belongs to the community."""

    code = "members.person_unknown"
    field = "person"


class SeveralPeople(Refused):
    """Several people fit; a contact names one."""

    code = "members.several_people"
    field = "person"


class RoleHeld(Refused):
    """The person holds this role already."""

    code = "members.role_held"
    field = "role"


class RoleNotHeld(Refused):
    """The person does not hold this role."""

    code = "members.role_not_held"
    field = "role"


class TermOver(Refused):
    """A term ends in the future."""

    code = "members.term_over"
    field = "ends_on"


class CellUnknown(Refused):
    """No cell has this number or name."""

    code = "members.cell_unknown"
    field = "cell"


class AlreadyFrozen(Conflict):
    """The account is frozen, or closed."""

    code = "members.already_frozen"
    field = "cell"


class FrozenLately(Conflict):
    """Two people froze the account not long ago: freezing it again takes a vote.

    `days` is how many must have passed since that freeze ended.
    """

    code = "members.frozen_lately"
    field = "cell"


class NotFrozen(Conflict):
    """The account is not frozen."""

    code = "members.not_frozen"
    field = "cell"


class NothingChanged(Refused):
    """The community is called so already."""

    code = "members.nothing_changed"
    field = "name"


class ReasonMissing(Refused):
    """An act of office says why."""

    code = "members.reason_missing"
    field = "reason"


class MayNotVouch(Refused):
    """Only the holder of an open account vouches, and not who asked."""

    code = "members.may_not_vouch"


class TooNewToVouch(Refused):
    """The cell has not been here for long enough. Fact: `days`."""

    code = "members.too_new_to_vouch"


class FromTheSameHand(Refused):
    """The asker had a hand in enrolling the voucher not long ago. Fact: `days`."""

    code = "members.from_the_same_hand"


class Vouched(Conflict):
    """The cell or the person vouched already."""

    code = "members.vouched"


class NameLooksLike(Refused):
    """The name can be taken for another. Fact: `name`."""

    code = "members.name_looks_like"
    field = "name"


class InvitationOver(Refused):
    """An invitation that is unknown, used, withdrawn, or past its time."""

    code = "members.invitation_over"


class NotTheHolder(Forbidden):
    """Only who holds the cell does this."""

    code = "members.not_the_holder"


class SecondSignature(Refused):
    """The cell was not enrolled here by two, or was held before: two sign for its holder."""

    code = "members.second_signature"
    field = "reason"


class HasAHolder(Refused):
    """The cell has a holder, who invites whom they want."""

    code = "members.has_a_holder"
    field = "cell"


class SignsInByNumber(Refused):
    """Without any contact a person signs in with the cell's number, as its holder."""

    code = "members.signs_in_by_number"


class LastHolder(Refused):
    """A cell keeps one holder."""

    code = "members.last_holder"


class ActsAlready(Conflict):
    """The person acts for the cell already."""

    code = "members.acts_already"


class ContactNeeded(Refused):
    """Only one holder of a cell signs in with its number; all others need a contact."""

    code = "members.contact_needed"
    field = "email"


class VotesElsewhere(Refused):
    """Nobody votes for two cells. Fact: `account`."""

    code = "members.votes_elsewhere"
    field = "person"


class NotOfThisCell(Refused):
    """The person does not act for this cell."""

    code = "members.not_of_this_cell"
    field = "person"


class TooFewStewards(Refused):
    """A community is founded by three stewards or more. Fact: `fewest`."""

    code = "members.too_few_stewards"
    field = "contact_3"


class StillTied(Refused):
    """Who alone holds a cell, or serves a community, hands that over first."""

    code = "members.still_tied"


class ElectedByAll(Refused):
    """All members elected this person: two stewards can't end what they voted for."""

    code = "members.elected_by_all"


class LastStewards(Refused):
    """Two stewards stay: with fewer nobody could grant a role. Fact: `fewest`."""

    code = "members.last_stewards"


class FundNamed(Refused):
    """The community has a fund of this name already."""

    code = "members.fund_named"
    field = "name"


class TransparencyMoved(Conflict):
    """It has changed who sees balances since the page was shown that asked to agree."""

    code = "members.transparency_moved"
