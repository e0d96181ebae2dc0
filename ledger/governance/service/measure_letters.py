"""The mails about proposals where no limit but a question of yes or no is decided."""

from __future__ import annotations

from ledger.governance.rules.states import Event
from ledger.governance.service.audiences import Audience, for_all, for_opening
from ledger.text.phrases import N_

_PROPOSED = (
    N_("Proposed: %(title)s"),
    N_(
        "%(proposer)s proposes: %(title)s. It is discussed until %(until)s at least, then"
        " voting opens. Read it and say what you think."
    ),
)
_AMENDED = (
    N_("Changed: %(title)s"),
    N_("The proposal was changed: %(title)s. It is discussed until %(until)s at least."),
)
_ASKED = (
    N_("Please vote: %(title)s"),
    N_(
        "You are asked to vote, yes or no: %(title)s. Voting closes on %(until)s. Until then"
        " you can change your ballot, and nobody sees it."
    ),
)
_OPENED = (
    N_("Voting has opened: %(title)s"),
    N_("The stewards vote: %(title)s. Voting closes on %(until)s."),
)
_LAST_DAY = (
    N_("Last day to vote: %(title)s"),
    N_(
        "You have not voted yet: %(title)s. Voting closes on %(until)s. Where the quorum is"
        " missed, a missing vote counts as a no."
    ),
)
_OBJECTION = (
    N_("An objection: %(title)s"),
    N_(
        "%(person)s objects to this proposal: %(title)s. If another steward supports this,"
        " it goes back into discussion once."
    ),
)
_SENT_BACK = (
    N_("Sent back into discussion: %(title)s"),
    N_(
        "Two stewards object to this proposal: %(title)s. It is discussed again until"
        " %(until)s at least, then voting opens. Ballots cast before no longer count."
    ),
)
_ENDED = (N_("Withdrawn: %(title)s"), N_("This proposal is over without a vote: %(title)s."))
_EXECUTED = (N_("In effect: %(title)s"), N_("This was done as it was decided: %(title)s."))
_SUPERSEDED = (
    N_("Overtaken: %(title)s"),
    N_("This decision could not take effect, because things had changed: %(title)s."),
)
_EXPIRED = (
    N_("Expired: %(title)s"),
    N_(
        "This decision was not put into effect in time and has expired: %(title)s. It can be"
        " proposed anew."
    ),
)
_RECEIPT = (
    N_("Receipt of your ballot: %(title)s"),
    N_(
        "Your ballot is in the log at place %(place)s: %(title)s. What it says is not in this"
        " mail. Keep the commitment and the receipt: after the close they are found in the"
        " record, or somebody has changed it."
    ),
)
_DIGEST = (N_("What was said: %(title)s"), N_("This was said about a proposal: %(title)s."))
_ABOUT = (Audience.SUBJECT, Audience.STEWARD)

MEASURES: dict[tuple[str, Audience], tuple[str, str]] = {
    **for_all(Event.SUBMIT, _PROPOSED, _ABOUT),
    **for_all(Event.AMEND, _AMENDED, _ABOUT),
    **for_opening(_ASKED, _OPENED),
    ("last_day", Audience.VOTER): _LAST_DAY,
    ("objection", Audience.STEWARD): _OBJECTION,
    **for_all(Event.SEND_BACK, _SENT_BACK),
    **for_all(Event.WITHDRAW, _ENDED, _ABOUT),
    **for_all(Event.CLOSE_ACCOUNT, _ENDED),
    **for_all("outcome", (N_("Outcome: %(title)s"), "")),
    **for_all(Event.EXECUTE, _EXECUTED),
    **for_all(Event.SUPERSEDE, _SUPERSEDED),
    **for_all(Event.EXPIRE, _EXPIRED),
    ("receipt", Audience.VOTER): _RECEIPT,
    ("governance.digest", Audience.STEWARD): _DIGEST,
}
"""As `letters.MESSAGES`."""

MEASURE_OUTCOMES: dict[str, str] = {
    "succeeded": N_(
        "The vote has said yes: %(title)s. It takes effect on %(due)s; until then it can be"
        " appealed."
    ),
    "defeated": N_("The vote has said no: %(title)s. Nothing changes."),
    "lapsed": N_(
        "Too few voted, so that nothing changes: %(title)s. The vote can be opened once more"
        " within 14 days."
    ),
}
