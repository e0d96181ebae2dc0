"""The words for colours, for what a check finds, for mail and for objections."""

from __future__ import annotations

from ledger.statements.queries import MailState
from ledger.statements.rules.objections import Event, State
from ledger.statements.rules.sheet import Light
from ledger.text.phrases import N_

LIGHTS = {
    Light.GREEN: N_("in good order"),
    Light.AMBER: N_("amber: as much as two months of trade, or more"),
    Light.RED: N_("red: as much as three months of trade, or more"),
}

FINDINGS = {
    "shape": N_("This is no file of ours, or not all of it."),
    "spelling": N_("The file is not written as it was downloaded: something in it was changed."),
    "sums": N_("The figures do not add up."),
    "zero": N_("The lines do not sum to zero."),
    "period": N_("A movement was not booked in this month."),
    "text": N_("A name or words are not the ones that were frozen."),
    "proof": N_("The proof does not belong to this closing."),
    "path": N_("This is not what stands under the root of the closing."),
    "roots": N_("No such closing is among the published roots."),
    "chain": N_("The published roots do not follow one another. Tell the auditors."),
    "pdf": N_("No such PDF is among the published roots: not one byte of it may be changed."),
}
"""By the codes of `verify.py`."""

STATES = {
    State.OPEN: N_("waits for an answer"),
    State.ANSWERED: N_("answered"),
    State.SETTLED: N_("settled"),
    State.WITHDRAWN: N_("withdrawn"),
}

HAPPENED = {
    Event.OPEN: N_("%(name)s objected"),
    Event.ANSWER: N_("%(name)s answered"),
    Event.ASK_ON: N_("%(name)s asked on"),
    Event.SETTLE: N_("%(name)s is content"),
    Event.WITHDRAW: N_("%(name)s withdrew it"),
}

MAIL_STATES = {
    MailState.WAITING: N_("waiting to be sent"),
    MailState.FAILING: N_("not sent yet, tried again"),
    MailState.SENT: N_("sent"),
    MailState.BOUNCED: N_("came back"),
    MailState.DROPPED: N_("nobody to send it to"),
}
