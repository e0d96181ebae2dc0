"""What may not be done with a proposal, from its discussion to its appeal."""

from __future__ import annotations

from ledger.kernel.errors import Conflict, Forbidden, NotFound, Refused


class MovedOn(Conflict):
    """The proposal is in another state by now, where this can't happen."""

    code = "governance.moved_on"


class TooEarly(Refused):
    """This can happen, but only from `opens_at` on."""

    code = "governance.too_early"


class TooLate(Refused):
    """The time for this is over."""

    code = "governance.too_late"


class OnlyOnce(Refused):
    """A proposal can be sent back, reopened and appealed once each."""

    code = "governance.only_once"


class BelowEveryones(Refused):
    """Nobody's limit is proposed below the one that every cell has. Fact: `least`."""

    code = "governance.below_everyones"
    field = "figure"


class NothingToDecide(Refused):
    """The proposed figure is the present one."""

    code = "governance.nothing_to_decide"
    field = "figure"


class ProposalUnknown(NotFound):
    """There is no such proposal in this community."""

    code = "governance.proposal_unknown"


class NotYours(Forbidden):
    """This is for those who act for the cell, for the proposer, or for stewards."""

    code = "governance.not_yours"


class NotOnRoster(Forbidden):
    """This person does not vote on this proposal: recused, or not a steward when it opened."""

    code = "governance.not_on_roster"


class ReasonsMissing(Refused):
    """Proposals, ballots and objections are given with their reasons."""

    code = "governance.reasons_missing"
    field = "reasons"


class ProposalOpen(Conflict):
    """Another proposal about this account is not decided yet. Fact: `number`."""

    code = "governance.proposal_open"


class TooSoonAgain(Refused):
    """A proposal about this account was defeated less than 90 days ago. Fact: `day`."""

    code = "governance.too_soon_again"


class AccountUnfit(Refused):
    """Only a cell's account that is not closed has a limit to vote on."""

    code = "governance.account_unfit"
    field = "account"


class TooFewStewards(Refused):
    """Fewer than three stewards could vote on this. Fact: `eligible`."""

    code = "governance.too_few_stewards"


class OwnObjection(Refused):
    """An objection takes another steward's support."""

    code = "governance.own_objection"


class ObjectionUnknown(NotFound):
    """There is no such objection to support."""

    code = "governance.objection_unknown"


class ChallengeUnknown(NotFound):
    """There is no such challenge to judge."""

    code = "governance.challenge_unknown"


class NotAJudge(Refused):
    """Only a steward who serves now, or an alternate drawn, can be too close to vote."""

    code = "governance.not_a_judge"


class Challenged(Conflict):
    """This person was challenged on this proposal, or said themselves that they are too close."""

    code = "governance.challenged"


class OwnChallenge(Forbidden):
    """Nobody judges whether they are too close themselves, nor who is recused from the case."""

    code = "governance.own_challenge"


class NotAnAppellant(Forbidden):
    """An appeal is signed by who speaks for the subject, or votes for a cell on the roll."""

    code = "governance.not_an_appellant"


class NotOnPanel(Forbidden):
    """This person was not drawn to judge the appeal."""

    code = "governance.not_on_panel"


class CommentUnknown(NotFound):
    """There is no such comment, or it is erased, or another's to erase."""

    code = "governance.comment_unknown"


class RecordBroken(Conflict):
    """The ballots do not come to the outcome that was published: nothing is enacted."""

    code = "governance.record_broken"
