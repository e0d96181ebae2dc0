"""The prose of every error code: what happened, and what the person can do about it.

Placeholders name the error's facts. Amounts, limits, account numbers and days
are written as people write them; `limit` is the floor as a positive figure.
"""

from __future__ import annotations

from datetime import date, datetime

from ledger.kernel.errors import LedgerError
from ledger.kernel.units import Unit, shown_number
from ledger.text.phrases import N_, Phrase
from ledger.text.speaker import Speaker

PROSE: dict[str, str] = {
    "error": N_("This did not work. Please try again."),
    "not_found": N_("There is nothing here, or nothing that you may see."),
    "statements.no_such_closing": N_("This month has not been closed."),
    "statements.no_such_statement": N_("There is no statement of this account and month."),
    "statements.month_not_over": N_("A month is closed once it is over, after the one before."),
    "forbidden": N_("Those who serve the community in another role do this."),
    "refused": N_("This is not possible."),
    "busy": N_(
        "Somebody is writing much into the books at this moment, such as books of earlier years."
        " Nothing of what you sent is recorded. Send it again in a moment: it counts only once."
    ),
    "away": N_(
        "The books cannot be reached at this moment. Nothing of what you sent is recorded:"
        " try again soon. It counts only once."
    ),
    "conflict": N_("This contradicts something already recorded."),
    "amount.unreadable": N_("Write the amount in digits, for example %(example)s."),
    "amount.out_of_range": N_("The amount must be more than zero and not more than %(largest)s."),
    "name.unreadable": N_("Write a name of at most %(longest)s characters that can all be seen."),
    "journal.beyond_floor": N_(
        "This would pass the credit limit of %(limit)s. At most %(left)s can be used now."
    ),
    "journal.beyond_ceiling": N_(
        "This would pass the highest balance of %(ceiling)s. At most %(left)s can be received now."
    ),
    "journal.account_frozen": N_("Account %(account)s is frozen: it can receive but not send."),
    "journal.account_closed": N_("Account %(account)s is closed."),
    "journal.unknown_account": N_("There is no account %(account)s."),
    "journal.key_reused": N_(
        "This form was already sent with other content. Open it anew to record something else."
    ),
    "journal.already_reversed": N_("This transaction has already been reversed."),
    "journal.stale_limit": N_("The limit has changed in the meantime. Please look again."),
    "journal.unknown_entry": N_("There is no such transaction."),
    "journal.malformed_entry": N_("A transaction needs two sides that add up to zero."),
    "journal.not_at_zero": N_("An account can only be closed when its balance is zero."),
    "journal.history_out_of_order": N_(
        "History can only be booked after everything that its accounts hold, and not ahead of now."
    ),
    "journal.not_reversible": N_("A reversal cannot be reversed."),
    "journal.account_exists": N_("This account number is taken."),
    "journal.book_exists": N_("The books of this community are open already."),
    "journal.cutoff_out_of_order": N_("A month can be closed when it is over, one after another."),
    "identity.person_not_found": N_("There is no such person."),
    "identity.sign_in_failed": N_("This does not fit together. Please check what you wrote."),
    "identity.too_many_tries": N_("Too many tries. Please try again in %(minutes)s min."),
    "identity.password_too_short": N_("The password needs at least %(shortest)s characters."),
    "identity.password_too_long": N_("The password may have at most %(longest)s characters."),
    "identity.password_too_common": N_("This password is among the first that anybody guesses."),
    "identity.password_own_word": N_("The password is too close to your name or community."),
    "identity.email_unreadable": N_("This is not an e-mail address."),
    "identity.phone_unreadable": N_("Write the phone number with its area code."),
    "identity.email_taken": N_("Somebody else signs in with this e-mail address."),
    "identity.phone_taken": N_("Somebody else signs in with this phone number."),
    "identity.last_contact": N_(
        "You sign in with this. Write a phone number, or confirm an e-mail address first."
    ),
    "identity.session_not_found": N_("This session has ended already."),
    "identity.pass_over": N_("This link was used already or is too old. Ask for a new one."),
    "identity.code_wrong": N_(
        "Number and code do not fit together, or the code was used or is too old."
    ),
    "identity.password_wrong": N_("This is not your present password."),
    "members.code_unreadable": N_("The code is two to six capital letters, such as SB."),
    "members.transparency_moved": N_(
        "It has changed meanwhile who sees balances. Please read it again."
    ),
    "members.code_taken": N_("Another community has this code."),
    "members.unit_is_state_money": N_(
        "%(word)s is the money of a state. A community counts in a unit of its own."
    ),
    "members.symbol_is_state_money": N_(
        "%(word)s is the money of a state. A community counts in a unit of its own."
    ),
    "members.export_code_is_state_money": N_(
        "%(word)s is a code that banks use already, for a state, a metal or a fund."
    ),
    "members.export_code_unreadable": N_(
        "The export code is three capital letters of which the first is X."
    ),
    "members.scale_out_of_range": N_("A unit has 0 to 3 decimals."),
    "members.zone_unknown": N_("There is no time zone called %(zone)s."),
    "members.number_taken": N_("Another cell has the number %(account)s."),
    "members.element_unknown": N_("%(word)s is not one of the five elements."),
    "members.roles_clash": N_("An auditor cannot hold another role."),
    "members.act_unknown": N_("There is nothing like this to sign."),
    "members.act_over": N_("This is signed, ended or expired already. Please look again."),
    "members.one_signature": N_("You asked for this yourself: somebody else has to sign."),
    "members.not_your_office": N_("Your role does not allow this."),
    "members.about_oneself": N_("Nobody decides about themself."),
    "members.person_unknown": N_("Nobody of this name belongs to the community."),
    "members.several_people": N_(
        "Several people have this name. Write the e-mail address or phone number."
    ),
    "members.role_held": N_("This person holds the role already."),
    "members.role_not_held": N_("This person does not hold the role."),
    "members.term_over": N_("Choose a day that is yet to come."),
    "members.cell_unknown": N_("No cell, or more than one, has this number or name."),
    "members.already_frozen": N_("This account is frozen or closed already."),
    "members.frozen_lately": N_(
        "Two people froze this account less than %(days)s days ago. Whether it is frozen"
        " again is for a vote: make a proposal."
    ),
    "members.not_frozen": N_("This account is not frozen."),
    "members.nothing_changed": N_("This is how it is already: change something first."),
    "members.reason_missing": N_("Please say why."),
    "credit.imported_too_late": N_(
        "Limits can be taken over from earlier books only before the first trade here."
    ),
    "members.too_few_stewards": N_("Name at least %(fewest)s stewards, each with a contact."),
    "members.may_not_vouch": N_(
        "The holder of a cell with an open account vouches, but nobody who asked for it."
    ),
    "members.too_new_to_vouch": N_("A cell vouches once it has been here for %(days)s days."),
    "members.from_the_same_hand": N_(
        "Who asks for this had a hand in enrolling your cell less than %(days)s days ago."
        " Cells that others enrolled vouch."
    ),
    "members.vouched": N_("You have vouched for this already."),
    "members.name_looks_like": N_(
        "This name can be taken for %(name)s. Choose another, or confirm that it is meant."
    ),
    "members.invitation_over": N_(
        "This invitation was used, withdrawn or is too old. Ask for a new one."
    ),
    "members.not_the_holder": N_("Only who holds the cell can do this."),
    "members.second_signature": N_(
        "This cell came with earlier books or was held before, so a second person signs for"
        " its holder. Say why it should be this person."
    ),
    "members.signs_in_by_number": N_(
        "This person has no e-mail and no phone, and signs in with the number of the cell, as"
        " its holder."
    ),
    "members.has_a_holder": N_("Somebody holds this cell: they invite whom they want."),
    "members.last_holder": N_("A cell needs somebody who holds it. Name another holder first."),
    "members.acts_already": N_("You act for this cell already."),
    "members.contact_needed": N_(
        "Write an e-mail address or a phone number to sign in with: only one holder can sign"
        " in with the number of the cell."
    ),
    "members.votes_elsewhere": N_(
        "This person votes for %(account)s already, and nobody votes for two cells."
    ),
    "members.not_of_this_cell": N_("This person does not act for the cell."),
    "members.still_tied": N_("First hand over what stands here: then your account can go."),
    "members.elected_by_all": N_(
        "The members elected this person. Only a vote of all members can recall them."
    ),
    "members.last_stewards": N_(
        "%(fewest)s stewards stay, or nobody could grant a role any more. Find another first."
    ),
    "statements.no_pdf_here": N_(
        "PDFs cannot be drawn on this machine. Whoever runs it can add what is missing: see"
        " “Statements” in docs/operating.md. Every other form is there."
    ),
    "statements.changed": N_(
        "The books no longer say what was frozen at the closing. Tell the auditors: nothing"
        " more is handed out from them."
    ),
    "statements.no_such_wish": N_("This address for ending mail is of nobody. It may be cut off."),
    "statements.nobody_to_mail": N_(
        "This person has no statement of this month, no e-mail address, or wants no mail."
    ),
    "statements.still_sending": N_("A mail to this person is waiting to be sent already."),
    "statements.no_such_objection": N_("There is no such objection."),
    "statements.objection_moved_on": N_(
        "This objection has moved on meanwhile. Look at how it stands now."
    ),
    "statements.objection_too_late": N_(
        "The time to object to this statement was over on %(until)s."
    ),
    "statements.words_missing": N_("Say it in words, so that the others know what is meant."),
    "statements.no_such_movement": N_("The statement has no movement of this number."),
    "statements.no_reversal": N_(
        "No transaction of this number reverses what is objected to. Reverse it first, or answer"
        " in words alone."
    ),
    "statements.own_objection": N_(
        "This is an objection of your own cell: somebody else must answer it."
    ),
    "statements.not_all_drawn": N_("Not all statements of this month are drawn yet."),
    "statements.no_such_form": N_("There is no such form of a statement."),
    "trades.only_looking": N_("You may look at these books, but not record in them."),
    "trades.with_oneself": N_("Choose somebody else: a cell does not trade with itself."),
    "trades.unknown_other": N_("No cell has this number or name."),
    "trades.several_others": N_("This name fits several cells. Choose one."),
    "trades.other_closed": N_("Their account is closed. Choose somebody else."),
    "trades.their_limit": N_("This would pass their limit. Agree on a smaller amount."),
    "trades.their_limit_seen": N_(
        "This would pass their limit: at most %(left)s is possible with them now."
    ),
    "trades.day_ahead": N_("This day lies ahead. Record a trade once it has happened."),
    "trades.day_too_old": N_("Choose a day from %(earliest)s on."),
    "trades.no_such_receipt": N_("There is no receipt at this address. Check that it is whole."),
    "trades.no_such_trade": N_("There is no such transaction among yours."),
    "trades.moved_on": N_("This is not possible any more: look at how it stands now."),
    "trades.not_theirs": N_("The other side decides this."),
    "trades.reason_missing": N_("Please say why."),
    "trades.no_such_plan": N_("There is no such plan among yours."),
    "trades.plan_too_soon": N_("Choose a day from tomorrow on. What has happened is recorded."),
    "trades.plan_too_far": N_("Choose a day up to %(latest)s."),
    "trades.planner_left": N_(
        "Who made the plan may no longer record for this cell. Resume it to take it over."
    ),
    "trades.still_waiting": N_("%(count)s trades still wait for an answer."),
    "trades.no_such_intake": N_("There is no such upload."),
    "trades.intake_elsewhere": N_(
        "This upload has moved on: look at how it stands now. What waits for a signature is"
        " withdrawn at the desk."
    ),
    "trades.files_missing": N_("Choose the file of members; it must not be empty."),
    "trades.trades_missing": N_("Choose the file of trades; it must not be empty."),
    "trades.no_trades_wanted": N_("These books have no file of trades: leave this empty."),
    "trades.import_refused": N_("%(count)s lines could not be taken, so none was."),
    "trades.too_many_slips": N_("At most %(most)s slips fit in one grid. Send the rest after it."),
    "trades.too_many_stacks": N_(
        "%(most)s stacks are begun already. Book one of them, or throw one away."
    ),
    "trades.stack_moved": N_(
        "%(name)s has saved this stack from another screen on %(moment)s. What you typed here is"
        " still here, but it is not saved."
    ),
    "trades.stack_gone": N_(
        "This stack was booked or thrown away from another screen. What you typed here is still"
        " here, but it is not saved."
    ),
    "trades.no_such_stack": N_("No such stack is waiting: it was booked or thrown away."),
    "trades.book_unreadable": N_("Write up to 12 letters or digits, for example A."),
    "trades.slip_counted": N_("Slip %(slip)s was typed already, on %(day)s. It counts once."),
    "trades.slip_twice": N_("Slip %(slip)s stands in a line above already."),
    "trades.not_in_book": N_("Book %(book)s has slips from 1 to %(last)s."),
    "trades.several_cells": N_("This name fits several cells. Write the number."),
    "trades.side_frozen": N_(
        "The account of %(account)s is frozen: its balance cannot go down, so it gets nothing now."
    ),
    "trades.side_closed": N_("The account of %(account)s is closed."),
    "trades.side_limit": N_("This would pass the limit of %(account)s, so it cannot be booked."),
    "trades.book_used": N_("Slips of book %(book)s were printed or typed already. Name another."),
    "trades.no_such_book": N_("There is no such book of slips."),
    "trades.objection_too_late": N_("One could object until %(until)s."),
    "trades.objected_before": N_("You have objected to this already."),
    "trades.no_such_objection": N_("There is no such objection."),
    "trades.objection_over": N_("This objection is settled already."),
    "trades.not_in_own_cause": N_(
        "Another coordinator answers this: you objected, or act for one of the two cells."
    ),
    "trades.answer_missing": N_("Please write an answer: both cells are told."),
    "governance.ratio_unreadable": N_("A ratio is two whole numbers, the second above zero."),
    "governance.quorum_out_of_range": N_("The quorum must be from 0 to 1."),
    "governance.threshold_out_of_range": N_("The threshold must be at least 0 and below 1."),
    "governance.eligible_out_of_range": N_(
        "The number of eligible votes must be a whole number from 0 to %(largest)s."
    ),
    "governance.too_many_ballots": N_(
        "There are %(ballots)s ballots, but only %(eligible)s eligible votes."
    ),
    "governance.figure_out_of_range": N_(
        "Every figure must be a whole number from 0 to %(largest)s."
    ),
    "governance.seats_out_of_range": N_(
        "There must be at least one seat, and no more seats than candidates."
    ),
    "governance.candidate_unknown": N_(
        "Ballot %(ballot)s names somebody who is no candidate, or somebody twice."
    ),
    "governance.election_too_large": N_(
        "This election is too large, or has too many ties to list: at most %(most)s."
    ),
    "governance.order_incomplete": N_(
        "The lot must name each of the %(candidates)s candidates once."
    ),
    "governance.moved_on": N_("The proposal has moved on: look at how it stands now."),
    "governance.too_early": N_("It is too early for this."),
    "governance.too_late": N_("It is too late for this."),
    "governance.only_once": N_("This can be done once, and it has been done."),
    "governance.grid_unreadable": N_("The steps between limits do not fit together."),
    "governance.figure_off_grid": N_("Choose one of the figures offered."),
    "governance.below_everyones": N_("No limit is set below the one that every cell has."),
    "governance.nothing_to_decide": N_("This is the limit already. Propose another one."),
    "governance.nonce_unreadable": N_("A contribution to a lot has 32 bytes."),
    "governance.nonce_mismatch": N_("This is not the contribution that was promised."),
    "governance.lot_too_large": N_("A lot can't draw %(count)s of %(size)s."),
    "governance.constitution_unreadable": N_("The constitution cannot say this: %(article)s."),
    "governance.choice_unknown": N_("Choose from what is on the ballot."),
    "governance.vote_unknown": N_("There is no such vote."),
    "governance.not_on_roll": N_(
        "You vote for no cell that is on the roll of this vote: it takes a cell of 30 days, and"
        " that its holder has named you as its voter."
    ),
    "governance.voted_already": N_(
        "Your cell has voted already. A secret ballot cannot be changed, because nothing leads"
        " back to it."
    ),
    "governance.form_used": N_("A ballot came from this form already. Open the vote anew."),
    "governance.vote_open": N_("A vote about the same is under way. Let it end first."),
    "governance.nothing_changed": N_("This is the constitution in force. Change an article."),
    "governance.out_of_date": N_(
        "Another version of the constitution came into force meanwhile. Begin with that one."
    ),
    "governance.no_voter": N_("This is for the named voters of cells that are 30 days old."),
    "governance.no_seats": N_("All seats are taken for the time being: there is nobody to elect."),
    "governance.not_a_steward": N_("This person holds no seat on the committee."),
    "governance.seated_already": N_("This person holds a seat whose term goes on."),
    "governance.terms_over": N_(
        "This person has served %(terms)s terms in a row. They can stand again after a break of"
        " half a year."
    ),
    "governance.audits_now": N_("An auditor holds no other role: give up that one first."),
    "governance.named_already": N_("This person is named already."),
    "governance.candidacy_unknown": N_("You are not named in this election."),
    "governance.constitution_unknown": N_("There is no such version."),
    "governance.proposal_unknown": N_("There is no such proposal."),
    "governance.not_yours": N_("This is up to others."),
    "governance.not_on_roster": N_("You do not vote on this proposal."),
    "governance.reasons_missing": N_("Please give your reasons."),
    "governance.proposal_open": N_("A proposal about this limit is not decided yet."),
    "governance.too_soon_again": N_("This can be proposed again from %(day)s on."),
    "governance.account_unfit": N_("There is no cell with such an account, or it is closed."),
    "governance.too_few_stewards": N_("Fewer than three stewards could vote on this."),
    "governance.own_objection": N_("Another steward has to support your objection."),
    "governance.objection_unknown": N_("There is no such objection."),
    "governance.challenge_unknown": N_("There is no such challenge."),
    "governance.not_a_judge": N_("This person would not vote on the proposal anyway."),
    "governance.challenged": N_("This has been said about this person already."),
    "governance.own_challenge": N_("Others judge this: you are too close to it yourself."),
    "governance.not_an_appellant": N_(
        "Whoever acts for the cell concerned can appeal, and whoever votes for another cell."
    ),
    "governance.not_on_panel": N_("You were not drawn to judge this appeal."),
    "governance.fund_unknown": N_("There is no such fund."),
    "governance.amount_missing": N_("Write an amount above zero."),
    "governance.nothing_owed": N_("This cell is not below zero: there is nothing to settle."),
    "governance.more_than_owed": N_("That is more than the cell is below zero: %(owed)s."),
    "governance.sponsor_unfit": N_("Choose another cell, whose account is open."),
    "governance.sponsor_silent": N_("The cell that is to take this over has not agreed yet."),
    "governance.freeze_unfit": N_("The account is not in the state that this would change."),
    "members.fund_named": N_("There is a fund of this name already."),
    "governance.lot_unknown": N_("There is no such lot."),
    "governance.nonce_promised": N_("You have promised a number already, and it stands."),
    "governance.nonce_needed": N_("Your number was not kept here. Please enter it."),
    "governance.comment_unknown": N_("There is no such comment of yours."),
    "governance.record_broken": N_(
        "The ballots do not come to the published outcome. Nothing was changed."
    ),
    "jobs.mail_unsendable": N_("No mail can be sent to this address."),
    "web.request_forged": N_("This form did not come from our own page."),
    "web.sign_in_needed": N_("Please sign in first."),
}
"""Each room adds its codes here; a test refuses an error without prose."""

_AMOUNTS = frozenset({"amount", "left", "balance", "limit", "ceiling", "largest", "owed"})


def explain(error: LedgerError, speaker: Speaker, unit: Unit | None = None, code: str = "") -> str:
    """Say `error` in the speaker's words.

    `unit` and `code` are the community's, where there is one: without them
    amounts and account numbers are written as bare numbers.
    """
    return speaker.gettext(phrase(error, speaker, unit, code))


def phrase(
    error: LedgerError, speaker: Speaker, unit: Unit | None = None, code: str = ""
) -> Phrase:
    """What `explain` says, before it is translated: the facts are written already."""
    facts = {**error.facts, **_derived(error.facts, speaker, unit)}
    spoken = {name: _fact(name, value, speaker, unit, code) for name, value in facts.items()}
    return Phrase(PROSE[error.code], **spoken)


def _derived(facts: dict[str, object], speaker: Speaker, unit: Unit | None) -> dict[str, object]:
    """Facts that a sentence needs and the error need not carry."""
    found: dict[str, object] = {}
    if isinstance(floor := facts.get("floor"), int):
        found["limit"] = -floor
    if isinstance(scale := facts.get("scale"), int):
        found["example"] = speaker.figure(12 * 10**scale + 10**scale // 2, _bare(unit, scale))
    return found


def _fact(name: str, value: object, speaker: Speaker, unit: Unit | None, code: str) -> str:
    if isinstance(value, int) and name in _AMOUNTS:
        return speaker.amount(value, unit) if unit else speaker.number(value)
    if isinstance(value, int):
        return shown_number(code, value) if name == "account" and code else speaker.number(value)
    if isinstance(value, datetime) and name == "moment":
        return speaker.moment(value)
    return speaker.day(value) if isinstance(value, date) else str(value)


def _bare(unit: Unit | None, scale: int) -> Unit:
    return unit or Unit("", "", scale, "XXX")
