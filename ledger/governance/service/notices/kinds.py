"""What is told, kind by kind, and where to look."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.governance.rules.states import State
from ledger.governance.service.deadlines import Timing, promising, revealing, staying
from ledger.governance.service.notices.readers import (
    Reading,
    concerned,
    drawn,
    judges,
    panelists,
    sponsors,
    stepped_in,
    without_nonce,
    without_promise,
)
from ledger.text.phrases import N_


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told, to whom, and where to look. `about` is the number of a lot or a proposal.

    `until` finds the time that the body names; where it is gone, nobody is told any more.
    """

    readers: Reading
    subject: str
    body: str
    path: str
    until: Timing | None = None
    is_told_once: bool = False
    """Whether nobody is told of it twice before `until`."""


NOTICES: dict[str, Notice] = {
    "lot_called": Notice(
        without_promise,
        N_("Your part in a lot"),
        N_(
            "A lot is to be drawn in %(community)s, and nobody can choose what it draws. Please"
            " promise your secret number for it by %(until)s: one tap is enough."
        ),
        "lots/{}",
        promising,
    ),
    "lot_open": Notice(
        without_nonce,
        N_("Reveal your part in a lot"),
        N_(
            "You promised a secret number for a lot in %(community)s. Please reveal it by"
            " %(until)s: one tap is enough. A number that is not revealed is left out, and"
            " everybody sees whose it was."
        ),
        "lots/{}",
        revealing,
    ),
    "alternates_drawn": Notice(
        drawn,
        N_("You were drawn as an alternate"),
        N_(
            "The lot has drawn you as an alternate to the committee of %(community)s. You vote"
            " where too few stewards may, or where one of them is lost; you will be told when."
        ),
        "lots/{}",
    ),
    "stepped_in": Notice(
        stepped_in,
        N_("You vote in a steward's place"),
        N_(
            "A steward of %(community)s was lost while a vote is on, and the lot has you step in."
            " Please look at proposal %(number)s and vote by %(until)s."
        ),
        "proposals/{}",
        staying(State.ACTIVE),
        is_told_once=True,
    ),
    "challenged": Notice(
        judges,
        N_("Is a steward too close to vote?"),
        N_(
            "Somebody thinks that a steward is too close to proposal %(number)s in %(community)s"
            " to vote on it. The other stewards judge this before voting opens."
        ),
        "proposals/{}/judges",
    ),
    "appealed": Notice(
        concerned,
        N_("The decision on %(number)s is appealed"),
        N_(
            "The decision on proposal %(number)s in %(community)s is appealed and waits. A lot"
            " draws a panel of members, and until %(until)s they uphold it or return it. If they"
            " say nothing, the decision stands."
        ),
        "proposals/{}/appeal",
        staying(State.CONTESTED),
    ),
    "panel_drawn": Notice(
        panelists,
        N_("You were drawn to judge an appeal"),
        N_(
            "The lot has drawn you for the panel that judges the appeal about proposal %(number)s"
            " in %(community)s. Please read it and answer by %(until)s, with your reasons. If the"
            " panel says nothing, the decision stands."
        ),
        "proposals/{}/appeal",
        staying(State.CONTESTED),
    ),
    "appeal_uphold": Notice(
        concerned,
        N_("The decision on %(number)s is upheld"),
        N_(
            "The panel has upheld the decision on proposal %(number)s in %(community)s. It takes"
            " effect in its time. You can read the panel's reasons."
        ),
        "proposals/{}/appeal",
    ),
    "appeal_silent": Notice(
        concerned,
        N_("The decision on %(number)s stands"),
        N_(
            "The panel that was to judge the appeal about proposal %(number)s in %(community)s has"
            " not come to an answer in its time, so the decision stands. It takes effect in its"
            " time."
        ),
        "proposals/{}/appeal",
    ),
    "appeal_return": Notice(
        concerned,
        N_("The decision on %(number)s is returned"),
        N_(
            "The panel has returned the decision on proposal %(number)s in %(community)s. It is"
            " discussed and voted on once more. You can read the panel's reasons."
        ),
        "proposals/{}/appeal",
    ),
    "sponsor_asked": Notice(
        sponsors,
        N_("Will your cell step in for another?"),
        N_(
            "Proposal %(number)s in %(community)s would have your cell take over what another is"
            " below zero. Without your yes it is not voted on. Please read it and answer by"
            " %(until)s, when voting can open."
        ),
        "proposals/{}",
        staying(State.DISCUSSION),
    ),
}
"""Every notice of these rooms by its kind."""
