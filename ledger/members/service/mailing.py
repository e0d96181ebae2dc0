"""The mail that carries an invitation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from ledger.identity.rules.contacts import normal_email
from ledger.jobs.service import Mail, send_mail
from ledger.members.queries import CellView, CommunityView
from ledger.text.phrases import N_
from ledger.text.speaker import Speaker


def mail_invitation(
    session: Session,
    email: str,
    community: CommunityView,
    cell: CellView,
    address: str,
    now: datetime,
) -> None:
    """Send the link, in the community's language: nothing is known of who is invited.

    Raises `EmailUnreadable`.
    """
    speaker = Speaker(community.language, community.zone)
    subject = speaker.gettext(N_("You are invited to act for %(cell)s"), cell=cell.name)
    text = speaker.gettext(
        N_(
            "You are invited to act for %(cell)s in %(community)s. The link works once, for"
            " seven days:\n\n%(address)s\n\nIf this means nothing to you, leave it be."
        ),
        cell=cell.name,
        community=community.name,
        address=address,
    )
    mail = Mail(normal_email(email), subject, f"{text}\n", language=community.language)
    send_mail(session, mail, now)
