"""How proposals, their states and what happens to them are called on pages and in mail."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.governance.pages.blueprint import pages
from ledger.governance.rules.measures import Kind
from ledger.governance.rules.recusal import Ground
from ledger.governance.rules.states import Event, State
from ledger.governance.rules.timeline import Ahead
from ledger.governance.service.titles import TITLES
from ledger.text.phrases import N_
from ledger.web import runtime

KINDS: dict[str, str] = TITLES
"""What a proposal is about, by kind; `cell` is the name of the account's cell."""

STATES: dict[str, str] = {
    State.DRAFT: N_("Draft"),
    State.DISCUSSION: N_("In discussion"),
    State.ACTIVE: N_("Being voted on"),
    State.SUCCEEDED: N_("Voted; the outcome is about to be published"),
    State.QUEUED: N_("Decided; takes effect soon"),
    State.CONTESTED: N_("Under appeal"),
    State.EXECUTED: N_("In effect"),
    State.DEFEATED: N_("Not adopted"),
    State.LAPSED: N_("Lapsed: too few voted"),
    State.CANCELED: N_("Withdrawn"),
    State.EXPIRED: N_("Expired: not put into effect in time"),
    State.SUPERSEDED: N_("Overtaken: things had changed in the meantime"),
}

HAPPENED: dict[str, str] = {
    Event.SUBMIT: N_("Proposed"),
    Event.AMEND: N_("Changed; the discussion began anew"),
    Event.OPEN: N_("Voting opened"),
    Event.SEND_BACK: N_("Sent back into discussion: an objection was supported"),
    Event.REACH_QUORUM: N_("Enough have voted for the quorum"),
    Event.WITHDRAW: N_("Withdrawn"),
    Event.CLOSE_ACCOUNT: N_("Ended: the account was closed"),
    Event.RECORD: N_("Outcome published"),
    Event.REOPEN: N_("Voting opened again"),
    Event.APPEAL: N_("Appealed"),
    Event.UPHOLD: N_("The panel upheld the decision"),
    Event.RETURN: N_("The panel returned the decision"),
    Event.EXECUTE: N_("In effect"),
    Event.SUPERSEDE: N_("Overtaken: things had changed in the meantime"),
}

GROUNDS: dict[str, str] = {
    Ground.SUBJECT: N_("acts for this cell, or asked for this"),
    Ground.SHARED_CELL: N_("acts for another cell together with somebody of this one"),
    Ground.HOUSEHOLD: N_("shares a household with somebody of this cell"),
    Ground.CHALLENGED: N_("too close, as the other stewards judged"),
    Ground.DECLARED: N_("says to be too close"),
    Ground.GONE: N_("belongs to the community no longer"),
}
"""Why a steward does not vote."""

AHEAD: dict[str, str] = {
    Ahead.OPENS: N_("Voting opens"),
    Ahead.CLOSES: N_("Voting closes"),
    Ahead.WOULD_TAKE_EFFECT: N_("Takes effect, if it is decided"),
    Ahead.TAKES_EFFECT_UNAPPEALED: N_("Takes effect, unless it is appealed"),
    Ahead.TAKES_EFFECT: N_("Takes effect"),
    Ahead.APPEALS_END: N_("Until then it can be appealed"),
    Ahead.PANEL_ANSWERS: N_("The panel answers by then, or the decision stands"),
    Ahead.REOPENS_UNTIL: N_("Until then a steward can open the vote once more"),
    Ahead.COMES_AGAIN: N_("From then on it can be proposed again"),
}

OUTCOMES: dict[str, str] = {
    "succeeded": N_("Decided"),
    "defeated": N_("Not adopted: the limit stays"),
    "lapsed": N_("Lapsed: too few voted, the limit stays"),
}

MEASURE_OUTCOMES: dict[str, str] = {
    "succeeded": N_("Decided: yes"),
    "defeated": N_("Not adopted"),
    "lapsed": N_("Lapsed: too few voted"),
}
"""The same where it was a question of yes or no."""


@dataclass(frozen=True, slots=True)
class Words:
    """What can be put to the vote, in plain words."""

    title: str
    does: str
    takes: str


_ORDINARY = N_("More than half of the stewards' votes have to say yes.")
MEASURES: dict[str, Words] = {
    Kind.PAY: Words(
        N_("Pay a cell from a fund"),
        N_("The fund gives a cell an amount, as far as the fund's own limit lets it."),
        _ORDINARY,
    ),
    Kind.WRITE_OFF: Words(
        N_("Write off what a cell is below zero"),
        N_(
            "A fund pays what a cell is below zero, in its stead. Nobody else loses anything, and"
            " all balances still add up to zero. If the cell has come up by itself in the"
            " meantime, the fund pays only what is left."
        ),
        N_("Every steward has to take part, and more than two thirds have to say yes."),
    ),
    Kind.TAKE_OVER: Words(
        N_("Have another cell take over what a cell is below zero"),
        N_(
            "A cell that stands by another goes below zero in its place. It has to agree before"
            " voting opens, and its own limit holds."
        ),
        _ORDINARY,
    ),
    Kind.FREEZE: Words(
        N_("Freeze an account"),
        N_("The cell can receive but not send, until another vote ends it."),
        _ORDINARY,
    ),
    Kind.THAW: Words(
        N_("End a freeze that was decided by vote"), N_("The cell can send again."), _ORDINARY
    ),
    Kind.FUND: Words(
        N_("Open a fund"),
        N_(
            "An account of the community itself, for a purpose. Everybody sees what it holds and"
            " what moves. It has a limit, as every account does."
        ),
        _ORDINARY,
    ),
}


@pages.app_template_global()
def proposal_title(kind: str, name: str) -> str:
    """What a proposal is about, in the visitor's language, wherever it is named."""
    return runtime.speaker().gettext(KINDS[kind], cell=name)


@pages.app_template_global()
def what_it_does(kind: str) -> str:
    """What a measure does, in the visitor's language: nobody has to know it who votes on it."""
    return runtime.speaker().gettext(MEASURES[kind].does)
