"""What governance refuses. Ratios are named as `part/whole`, figures in smallest parts."""

from __future__ import annotations

from ledger.kernel.errors import Conflict, Forbidden, NotFound, Refused


class RatioUnreadable(Refused):
    """A ratio is a pair of integers of which the second is positive."""

    code = "governance.ratio_unreadable"


class QuorumOutOfRange(Refused):
    """0 ≤ quorum ≤ 1."""

    code = "governance.quorum_out_of_range"
    field = "quorum"


class ThresholdOutOfRange(Refused):
    """0 ≤ threshold < 1: more than all can't agree."""

    code = "governance.threshold_out_of_range"
    field = "threshold"


class EligibleOutOfRange(Refused):
    """The number of eligible votes is a natural number, and not beyond any community."""

    code = "governance.eligible_out_of_range"
    field = "eligible"


class TooManyBallots(Refused):
    """More ballots than there are eligible votes."""

    code = "governance.too_many_ballots"
    field = "ballots"


class FigureOutOfRange(Refused):
    """A figure that is voted on is an integer from 0 to the largest amount."""

    code = "governance.figure_out_of_range"
    field = "figure"


class SeatsOutOfRange(Refused):
    """An election fills at least one seat, and no more than it has candidates."""

    code = "governance.seats_out_of_range"
    field = "seats"


class CandidateUnknown(Refused):
    """A ballot names somebody who is no candidate, or the same candidate twice."""

    code = "governance.candidate_unknown"
    field = "ballots"


class ElectionTooLarge(Refused):
    """More candidates, or more ways to break ties, than can be listed."""

    code = "governance.election_too_large"


class OrderIncomplete(Refused):
    """A lot that breaks ties names every candidate exactly once."""

    code = "governance.order_incomplete"


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


class GridUnreadable(Refused):
    """A grid has a positive step, 0 ≤ least ≤ cap, and no more figures than can be chosen from."""

    code = "governance.grid_unreadable"


class FigureOffGrid(Refused):
    """This figure can't be balloted. Facts: `lowest` and `highest` figure of the grid."""

    code = "governance.figure_off_grid"
    field = "figure"


class BelowEveryones(Refused):
    """Nobody's limit is proposed below the one that every cell has. Fact: `least`."""

    code = "governance.below_everyones"
    field = "figure"


class NothingToDecide(Refused):
    """The proposed figure is the present one."""

    code = "governance.nothing_to_decide"
    field = "figure"


class NonceUnreadable(Refused):
    """A nonce has 32 bytes."""

    code = "governance.nonce_unreadable"


class NonceMismatch(Refused):
    """The revealed nonce is not the one committed to, or none was."""

    code = "governance.nonce_mismatch"


class LotTooLarge(Refused):
    """More are to be drawn than there are, or the same one stands in the pool twice."""

    code = "governance.lot_too_large"


class ConstitutionUnreadable(Refused):
    """A constitution lacks something, or says what none can. Fact: `article`, the field's name."""

    code = "governance.constitution_unreadable"


class ChoiceUnknown(Refused):
    """A secret ballot names something that can't be voted for."""

    code = "governance.choice_unknown"
    field = "choice"


class VoteUnknown(NotFound):
    """There is no such vote of all members in this community."""

    code = "governance.vote_unknown"


class NotOnRoll(Forbidden):
    """This person votes for no cell that is on the roll."""

    code = "governance.not_on_roll"


class VotedAlready(Conflict):
    """The cell has voted, for good."""

    code = "governance.voted_already"


class FormUsed(Conflict):
    """Another ballot came from this form: it has to be opened anew."""

    code = "governance.form_used"


class VoteOpen(Conflict):
    """A vote about the same is not over yet. Fact: `vote`, its number."""

    code = "governance.vote_open"


class NothingChanged(Refused):
    """The proposed constitution says what the one in force says."""

    code = "governance.nothing_changed"


class OutOfDate(Conflict):
    """Another version of the constitution came into force in between."""

    code = "governance.out_of_date"


class NoVoter(Forbidden):
    """Only who votes for a cell of 30 days can do this."""

    code = "governance.no_voter"


class NoSeats(Refused):
    """No seat is vacant or about to be: nobody is to be elected."""

    code = "governance.no_seats"


class NotASteward(Refused):
    """This person holds no seat on the committee."""

    code = "governance.not_a_steward"
    field = "person"


class SeatedAlready(Refused):
    """This person holds a seat whose term goes on."""

    code = "governance.seated_already"
    field = "person"


class TermsOver(Refused):
    """This person has served as many terms in a row as the constitution allows. Fact: `terms`."""

    code = "governance.terms_over"
    field = "person"


class AuditsNow(Refused):
    """An auditor holds no other role."""

    code = "governance.audits_now"
    field = "person"


class NamedAlready(Refused):
    """This person is named already."""

    code = "governance.named_already"
    field = "person"


class CandidacyUnknown(NotFound):
    """This person is not named in this election."""

    code = "governance.candidacy_unknown"


class ConstitutionUnknown(NotFound):
    """There is no such version of the constitution."""

    code = "governance.constitution_unknown"


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


class FundUnknown(NotFound):
    """The community has no such fund."""

    code = "governance.fund_unknown"
    field = "fund"


class AmountMissing(Refused):
    """Funds pay, and debts are taken over, in amounts above zero."""

    code = "governance.amount_missing"
    field = "amount"


class NothingOwed(Refused):
    """The account is not below zero: there is nothing to write off or to take over."""

    code = "governance.nothing_owed"


class MoreThanOwed(Refused):
    """More than the account owes. Fact: `owed`, in smallest parts."""

    code = "governance.more_than_owed"
    field = "amount"


class SponsorUnfit(Refused):
    """Another cell of the community takes over a debt, and its account is open."""

    code = "governance.sponsor_unfit"
    field = "sponsor"


class SponsorSilent(Refused):
    """The cell that is to take over the debt has not agreed to it."""

    code = "governance.sponsor_silent"


class FreezeUnfit(Refused):
    """The account is frozen by a decision already, or is not and can't be freed from one."""

    code = "governance.freeze_unfit"


class RecordBroken(Conflict):
    """The ballots do not come to the outcome that was published: nothing is enacted."""

    code = "governance.record_broken"


class LotUnknown(NotFound):
    """There is no such lot in this community."""

    code = "governance.lot_unknown"


class NoncePromised(Refused):
    """A steward promises one nonce for a lot, and it stands."""

    code = "governance.nonce_promised"


class NonceNeeded(Refused):
    """The nonce was not kept here: whoever promised it has to bring it."""

    code = "governance.nonce_needed"
    field = "nonce"
