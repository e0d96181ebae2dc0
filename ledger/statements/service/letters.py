"""What a mail with statements says, plainly and in HTML, in the person's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import Environment

from ledger.identity.queries import PersonView
from ledger.jobs.service import Mail
from ledger.statements.queries.papers import Paper
from ledger.statements.rules.months import Month
from ledger.text.phrases import N_
from ledger.text.speaker import Speaker
from ledger.text.templates import environment, render


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the mail leads."""

    public_url: str
    code: str
    token: str

    def page(self, one: Paper) -> str:
        """The page of a statement."""
        said = one.statement
        return f"{self.public_url}/c/{self.code}/{said.shown}/statements/{said.month}"

    @property
    def unsubscribe(self) -> str:
        """Where such mail ends by one tap."""
        return f"{self.public_url}/unsubscribe/{self.token}"


def letter(
    person: PersonView,
    month: Month,
    papers: Sequence[Paper],
    addresses: Addresses,
    *,
    attached: bool,
) -> Mail:
    """One mail with all of a person's statements of a month."""
    speaker = Speaker(person.language, papers[0].statement.zone)
    subject = _subject(speaker, month, papers)
    html = render(
        _jinja(),
        "statements/mail.html",
        speaker,
        person=person,
        month=month,
        papers=papers,
        addresses=addresses,
        attached=attached,
        speaker=speaker,
        subject=subject,
    )
    text = _text(speaker, person, month, papers, addresses, attached)
    return Mail(person.email or "", _one_line(subject), text, html, person.language)


def _subject(speaker: Speaker, month: Month, papers: Sequence[Paper]) -> str:
    said = speaker.month(month.first_day)
    if len(papers) == 1:
        message = N_("Statement of %(month)s: %(cell)s")
        return speaker.gettext(message, month=said, cell=papers[0].extract.name)
    return speaker.ngettext(
        "Statements of %(month)s for %(count)s cell",
        "Statements of %(month)s for %(count)s cells",
        len(papers),
        month=said,
    )


def _text(
    speaker: Speaker,
    person: PersonView,
    month: Month,
    papers: Sequence[Paper],
    addresses: Addresses,
    attached: bool,
) -> str:
    say = speaker.gettext
    parts = [
        say(N_("Dear %(name)s,"), name=person.name),
        say(N_("Your statement for %(month)s is ready."), month=speaker.month(month.first_day)),
        *(_figures(speaker, one, addresses) for one in papers),
        say(ATTACHED) if attached else "",
        say(
            N_("Is something wrong? Say so on the page of the statement by %(day)s."),
            day=speaker.day(papers[0].object_by),
        ),
        say(
            N_(
                "These are records of mutual help among members. They are not money, and nobody"
                " can exchange them for cash."
            )
        ),
        say(N_("You no longer want statements by mail? %(address)s"),
            address=addresses.unsubscribe),
    ]  # fmt: skip
    return "\n\n".join(part for part in parts if part) + "\n"


ATTACHED = N_("The whole statement is attached as PDF.")


def _figures(speaker: Speaker, one: Paper, addresses: Addresses) -> str:
    said, unit, say = one.statement, one.statement.unit, speaker.gettext
    rows = (
        (N_("Opening balance"), speaker.amount(said.opening, unit)),
        (N_("Received"), speaker.amount(said.received, unit, signed=True)),
        (N_("Sent"), speaker.amount(-said.sent, unit, signed=True)),
        (N_("Closing balance"), speaker.amount(said.closing, unit)),
        (N_("What you can still use"), speaker.amount(one.usable, unit)),
    )
    lines = [f"{one.extract.name} ({said.shown}), {one.extract.community_name}"]
    lines += [f"  {say(label)}: {figure}" for label, figure in rows]
    return "\n".join([*lines, f"  {addresses.page(one)}"])


def _one_line(subject: str) -> str:
    """`subject` as the head of a mail takes it: a no-break space is not printable."""
    return " ".join("".join(c if c.isprintable() else " " for c in subject).split())


@lru_cache(maxsize=1)
def _jinja() -> Environment:
    return environment()
