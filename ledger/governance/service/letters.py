"""What the mails about proposals say, by what happened and by who reads it."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.governance.queries import OwnBallot, ProposalView
from ledger.governance.rules.measures import Kind
from ledger.governance.rules.states import Event, State
from ledger.governance.service.audiences import Audience, for_all, for_opening
from ledger.governance.service.measure_letters import MEASURE_OUTCOMES, MEASURES
from ledger.governance.service.titles import TITLES
from ledger.identity.queries import PersonView
from ledger.jobs.service import Mail
from ledger.kernel.units import shown_number
from ledger.members.queries import CommunityView
from ledger.text.phrases import N_
from ledger.text.speaker import Speaker

_ASKED = (
    N_("Please vote: credit limit of %(cell)s"),
    N_(
        "You are asked to vote on the credit limit of %(cell)s: now %(before)s, proposed"
        " %(proposed)s. Voting closes on %(until)s. Until then you can change your ballot, and"
        " nobody sees it."
    ),
)
_OPENED = (
    N_("Voting has opened: credit limit of %(cell)s"),
    N_(
        "The stewards vote on the credit limit of %(cell)s: now %(before)s, proposed"
        " %(proposed)s. Voting closes on %(until)s."
    ),
)
_OUTCOME = (N_("Outcome: credit limit of %(cell)s"), "")
_SENT_BACK = (
    N_("Sent back into discussion: credit limit of %(cell)s"),
    N_(
        "Two stewards object to the proposal about %(cell)s. It is discussed again until"
        " %(until)s at least, then voting opens. Ballots cast before no longer count."
    ),
)
_ENDED = (
    N_("Withdrawn: credit limit of %(cell)s"),
    N_("The proposal about %(cell)s is over without a vote. The limit stays as it is."),
)
_EXECUTED = (
    N_("In effect: credit limit of %(cell)s"),
    N_("The credit limit of %(cell)s is %(result)s from now on, as it was decided."),
)
_SUPERSEDED = (
    N_("Overtaken: credit limit of %(cell)s"),
    N_(
        "The decision about %(cell)s could not take effect: its limit was changed after voting"
        " had opened. It stays as it is now."
    ),
)
_EXPIRED = (
    N_("Expired: credit limit of %(cell)s"),
    N_(
        "The decision about %(cell)s was not put into effect in time and has expired. The limit"
        " stays as it is now. It can be proposed anew."
    ),
)
_PROPOSED = (
    N_("A limit is proposed for %(cell)s"),
    N_(
        "%(proposer)s proposes a credit limit of %(proposed)s for %(cell)s. It is discussed"
        " until %(until)s at least, then voting opens. Read the evidence and say what you"
        " think."
    ),
)
_AMENDED = (
    N_("Changed: credit limit of %(cell)s"),
    N_(
        "The proposal about %(cell)s was changed: a credit limit of %(proposed)s is proposed"
        " now. It is discussed until %(until)s at least."
    ),
)
MESSAGES: dict[tuple[str, Audience], tuple[str, str]] = {
    **for_all(Event.SUBMIT, _PROPOSED, (Audience.STEWARD,)),
    (Event.SUBMIT, Audience.SUBJECT): (
        N_("A limit is proposed for your cell %(cell)s"),
        N_(
            "%(proposer)s proposes a credit limit of %(proposed)s for your cell %(cell)s. It is"
            " discussed until %(until)s at least, then the stewards vote. You can reply: your"
            " words stand beside the evidence."
        ),
    ),
    **for_all(Event.AMEND, _AMENDED, (Audience.SUBJECT, Audience.STEWARD)),
    **for_opening(_ASKED, _OPENED),
    ("last_day", Audience.VOTER): (
        N_("Last day to vote: credit limit of %(cell)s"),
        N_(
            "You have not voted on the credit limit of %(cell)s yet: now %(before)s, proposed"
            " %(proposed)s. Voting closes on %(until)s. Where the quorum is missed, a missing"
            " vote counts as the present limit."
        ),
    ),
    ("objection", Audience.STEWARD): (
        N_("An objection: credit limit of %(cell)s"),
        N_(
            "%(person)s objects to the proposal about %(cell)s. If another steward supports"
            " this, it goes back into discussion once."
        ),
    ),
    **for_all(Event.SEND_BACK, _SENT_BACK),
    **for_all(Event.WITHDRAW, _ENDED, (Audience.SUBJECT, Audience.STEWARD)),
    **for_all(Event.CLOSE_ACCOUNT, _ENDED),
    **for_all("outcome", _OUTCOME),
    **for_all(Event.EXECUTE, _EXECUTED),
    **for_all(Event.SUPERSEDE, _SUPERSEDED),
    **for_all(Event.EXPIRE, _EXPIRED),
    ("receipt", Audience.VOTER): (
        N_("Receipt of your ballot: credit limit of %(cell)s"),
        N_(
            "Your ballot on the credit limit of %(cell)s is in the log at place %(place)s. What"
            " it says is not in this mail. Keep the commitment and the receipt: after the close"
            " they are found in the record, or somebody has changed it."
        ),
    ),
    ("governance.digest", Audience.STEWARD): (
        N_("What was said: credit limit of %(cell)s"),
        N_("This was said about the credit limit of %(cell)s:"),
    ),
}
"""Subject and text by news and audience. Another kind of news adds its lines here."""

_OUTCOMES: dict[str, str] = {
    "succeeded": N_(
        "The vote on the credit limit of %(cell)s has come to %(result)s, from %(before)s."
        " It takes effect on %(due)s; until then it can be appealed."
    ),
    "defeated": N_(
        "The vote on the credit limit of %(cell)s has changed nothing: it stays at %(before)s."
    ),
    "lapsed": N_(
        "Too few voted on the credit limit of %(cell)s, so that it stays at %(before)s. The"
        " vote can be opened once more within 14 days."
    ),
}


def compose(
    person: PersonView,
    community: CommunityView,
    proposal: ProposalView,
    news: str,
    audience: Audience,
    public_url: str,
    extra: Mapping[str, object],
) -> Mail:
    """The mail to one person, in their language and the community's time."""
    speaker = Speaker(person.language, community.zone)
    facts = _facts(speaker, community, proposal, extra)
    is_limit = proposal.kind == Kind.LIMIT
    subject, body = (MESSAGES if is_limit else MEASURES)[news, audience]
    if news == "outcome":
        said = _OUTCOMES if is_limit else MEASURE_OUTCOMES
        body = said[proposal.decisions[-1].outcome]
    page = "decisions" if news in ("outcome", Event.EXECUTE) else "proposals"
    address = f"{public_url}/c/{community.code}/{page}/{proposal.number}"
    lines = [
        speaker.gettext(N_("Dear %(name)s,"), name=person.name),
        speaker.gettext(body, **facts),
        *_more(speaker, proposal, news, extra),
        speaker.gettext(N_("Look at it here: %(address)s"), address=address),
        community.name,
    ]
    return Mail(
        person.email or "",
        speaker.gettext(subject, **facts),
        "\n\n".join(lines) + "\n",
        language=person.language,
    )


def _facts(
    speaker: Speaker,
    community: CommunityView,
    proposal: ProposalView,
    extra: Mapping[str, object],
) -> dict[str, str]:
    course = proposal.course
    decided = proposal.decisions[-1].result if proposal.decisions else proposal.proposed
    before = proposal.status_quo if proposal.status_quo is not None else proposal.present
    ballot = extra.get("ballot")
    return {
        "cell": f"{proposal.name} ({shown_number(community.code, proposal.account)})",
        "title": speaker.gettext(TITLES[proposal.kind], cell=proposal.name),
        "proposer": proposal.proposer,
        "before": speaker.amount(before, community.unit),
        "proposed": speaker.amount(proposal.proposed, community.unit),
        "result": speaker.amount(decided, community.unit),
        "until": speaker.moment(course.until) if course.until else "",
        "due": speaker.moment(course.due_at) if course.due_at else "",
        "person": str(extra.get("person", "")),
        "place": speaker.number(ballot.place) if isinstance(ballot, OwnBallot) else "",
    }


def _more(
    speaker: Speaker, proposal: ProposalView, news: str, extra: Mapping[str, object]
) -> list[str]:
    """Paragraphs of somebody's own words, and of digits to keep."""
    found = []
    if news in (Event.SUBMIT, Event.AMEND):
        found.append(speaker.gettext(N_("Reason: %(reason)s"), reason=proposal.reasons))
    if "ground" in extra:
        found.append(speaker.gettext(N_("Reason: %(reason)s"), reason=extra["ground"]))
    if isinstance(ballot := extra.get("ballot"), OwnBallot):
        digits = {"commitment": ballot.commitment, "receipt": ballot.link}
        found.append(
            speaker.gettext(N_("Commitment: %(commitment)s\nReceipt: %(receipt)s"), **digits)
        )
    if "comments" in extra:
        found.append(str(extra["comments"]))
    if news == "outcome" and proposal.course.state is not State.CANCELED:
        digest = proposal.decisions[-1].digest
        said = N_("Digest of the record, with which anybody can check it: %(digest)s")
        found.append(speaker.gettext(said, digest=digest))
    return found
