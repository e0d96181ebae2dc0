"""How votes of all members and their stages are called on pages."""

from __future__ import annotations

from ledger.governance.rules.member_votes import Stage
from ledger.text.phrases import N_

TITLES: dict[str, str] = {
    "constitution": N_("A new constitution"),
    "recall": N_("Recall of %(subject)s"),
    "election": N_("Election of the committee"),
}
"""What a vote of all members is about, by kind; a proposal of the stewards has its own title."""

STAGES: dict[str, str] = {
    Stage.PETITION: N_("Petition: it needs more cells"),
    Stage.LAPSED: N_("Lapsed: too few cells asked for it"),
    Stage.DISCUSSION: N_("In discussion"),
    Stage.OPEN: N_("Voting is open"),
    Stage.CLOSED: N_("The ballots are being counted"),
    Stage.OVER: N_("Counted"),
    Stage.WITHDRAWN: N_("Withdrawn"),
    Stage.OVERTAKEN: N_("Overtaken before anybody voted"),
    Stage.VOID: N_("Void: its ballots are never opened"),
}

NOMINATIONS = N_("Candidates are being named")
"""What `Stage.DISCUSSION` is called in an election."""
