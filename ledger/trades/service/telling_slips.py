"""Telling both cells what was typed from paper for them, and everybody of an objection.

Only a job is written in the caller's transaction. One letter names all slips of a cell
that were typed together: at a market there are many.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.jobs.service import Payload, schedule, schedule_all
from ledger.kernel.units import shown_number
from ledger.members import queries as members
from ledger.text.phrases import N_
from ledger.text.speaker import Speaker
from ledger.trades.model import Slip, SlipObjection, Trade
from ledger.trades.rules.objections import ObjectionState, object_by
from ledger.trades.rules.slips import slip_label
from ledger.trades.rules.states import IN_FORCE, State
from ledger.trades.service.letters import Letter, page_of, write_to_cell, write_to_people

SLIPS_JOB = "slips_mail"
OBJECTION_JOB = "slip_objection_mail"

RAISED = "raised"
ANSWERED = "answered"


def tell_typed(session: Session, community_id: int, trades: Sequence[Trade], now: datetime) -> None:
    """Have both cells of each trade told, each cell once for all of them."""
    work: dict[str, Payload] = {}
    for account in sorted({side for trade in trades for side in (trade.payer, trade.payee)}):
        own = [trade.id for trade in trades if account in (trade.payer, trade.payee)]
        payload = {"community": community_id, "account": account, "trades": own}
        work[f"{SLIPS_JOB}:{account}:{own[0]}"] = payload
    schedule_all(session, SLIPS_JOB, work, now)


def tell_objection(session: Session, objection_id: int, news: str, now: datetime) -> None:
    """Have people told that there is an objection, or that it was answered."""
    payload = {"objection": objection_id, "news": news}
    schedule(session, OBJECTION_JOB, payload, now, f"{OBJECTION_JOB}:{news}:{objection_id}")


def send_slips(session: Session, payload: Payload, now: datetime, public_url: str) -> None:
    """Write the letter that names what was typed for a cell and still stands."""
    community = members.community(session, _number(payload["community"]))
    account = _number(payload["account"])
    ids = payload["trades"]
    if community is None or not isinstance(ids, list):
        return
    rows = session.execute(
        select(Trade, Slip)
        .join(Slip, Slip.trade_id == Trade.id)
        .where(Trade.id.in_(ids), Trade.state.in_([state.value for state in IN_FORCE]))
        .order_by(Trade.id)
    ).all()
    if not rows:
        return
    typed = [(trade, slip) for trade, slip in rows]
    compose = _typed_letter(session, community, account, typed)
    address = page_of(public_url, community, account, "slips")
    key = f"mail:slips:{ids[0]}"
    write_to_cell(session, community, account, address, compose, key, now)


def send_objection(session: Session, payload: Payload, now: datetime, public_url: str) -> None:
    """Write what is new of an objection: to coordinators and the other cell, or to both cells."""
    objection = session.get(SlipObjection, _number(payload["objection"]))
    trade = session.get(Trade, objection.trade_id) if objection else None
    community = members.community(session, trade.community_id) if trade else None
    if objection is None or trade is None or community is None:
        return
    if payload["news"] == ANSWERED:
        _tell_cells(session, community, trade, objection, public_url, now)
    elif objection.state == ObjectionState.OPEN.value and trade.state != State.REVERSED.value:
        _tell_cells(session, community, trade, objection, public_url, now)
        _tell_coordinators(session, community, trade, objection, public_url, now)


def _typed_letter(
    session: Session,
    community: members.CommunityView,
    account: int,
    typed: Sequence[tuple[Trade, Slip]],
) -> Callable[[Speaker], Letter]:
    first = typed[0][0]
    others = {side for trade, _ in typed for side in (trade.payer, trade.payee)}
    names = members.names_by_number(session, community.id, others)
    typist = members.names_of_actors(session, community.id, (first.recorded_by,))
    until = object_by(first.created_at)

    def line(speaker: Speaker, trade: Trade, slip: Slip) -> str:
        is_sent = account == trade.payer
        other = trade.payee if is_sent else trade.payer
        said = (
            N_("Slip %(slip)s of %(day)s: %(what)s, %(amount)s sent to %(other)s")
            if is_sent
            else N_("Slip %(slip)s of %(day)s: %(what)s, %(amount)s received from %(other)s")
        )
        return speaker.gettext(
            said,
            slip=slip_label(slip.book, slip.number),
            day=speaker.day(trade.occurred_on),
            what=trade.what,
            amount=speaker.amount(-trade.amount if is_sent else trade.amount, community.unit, True),
            other=f"{names.get(other, '')} ({shown_number(community.code, other)})",
        )

    def compose(speaker: Speaker) -> Letter:
        subject = speaker.ngettext(
            "A paper slip was booked for you",
            "%(count)s paper slips were booked for you",
            len(typed),
        )
        begin = speaker.gettext(
            N_("%(name)s, who serves as coordinator, typed this from paper:"),
            name=typist.get(first.recorded_by, ""),
        )
        end = speaker.gettext(
            N_("Is something wrong? Object by %(until)s, and a coordinator looks at it again."),
            until=speaker.moment(until),
        )
        return subject, [begin, "\n".join(line(speaker, *one) for one in typed), end]

    return compose


def _tell_cells(
    session: Session,
    community: members.CommunityView,
    trade: Trade,
    objection: SlipObjection,
    public_url: str,
    now: datetime,
) -> None:
    """The other cell reads of an objection, both cells of its answer."""
    is_answered = objection.state == ObjectionState.ANSWERED.value
    message = _ANSWERED if is_answered else _RAISED
    compose = _objection_letter(session, community, trade, objection, message)
    key = f"mail:objection:{objection.state}:{objection.id}"
    for account in (trade.payer, trade.payee):
        if is_answered or account != objection.account:
            address = page_of(public_url, community, account, f"trades/{trade.token}")
            write_to_cell(session, community, account, address, compose, key, now)


def _tell_coordinators(
    session: Session,
    community: members.CommunityView,
    trade: Trade,
    objection: SlipObjection,
    public_url: str,
    now: datetime,
) -> None:
    people = members.ids_of_role(session, community.id, ("coordinator",), now)
    address = f"{public_url}/c/{community.code}/objections/{objection.id}"
    compose = _objection_letter(session, community, trade, objection, _TO_ANSWER)
    key = f"mail:objection:desk:{objection.id}"
    write_to_people(session, community, people, community.name, address, compose, key, now)


def _objection_letter(
    session: Session,
    community: members.CommunityView,
    trade: Trade,
    objection: SlipObjection,
    message: tuple[str, str],
) -> Callable[[Speaker], Letter]:
    slip = session.scalars(select(Slip).where(Slip.trade_id == trade.id)).one()
    names = members.names_by_number(session, community.id, (objection.account,))
    shown = shown_number(community.code, objection.account)

    def compose(speaker: Speaker) -> Letter:
        facts = {
            "cell": f"{names.get(objection.account, '')} ({shown})",
            "slip": slip_label(slip.book, slip.number),
            "what": trade.what,
            "amount": speaker.amount(trade.amount, community.unit),
            "day": speaker.day(trade.occurred_on),
        }
        subject, body = (speaker.gettext(text, **facts) for text in message)
        said = [body, speaker.gettext(N_("Reason: %(reason)s"), reason=objection.reason)]
        if objection.answer:
            said.append(speaker.gettext(N_("Answer: %(answer)s"), answer=objection.answer))
        return subject, said

    return compose


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(f"an id is a number, not {value!r}")
    return value


_RAISED = (
    N_("Objection to paper slip %(slip)s"),
    N_(
        "%(cell)s objects to what was typed from slip %(slip)s of %(day)s: %(what)s, %(amount)s."
        " A coordinator looks at it. Until then it stands."
    ),
)
_TO_ANSWER = (
    N_("Objection to paper slip %(slip)s"),
    N_(
        "%(cell)s objects to what was typed from slip %(slip)s of %(day)s: %(what)s, %(amount)s."
        " Please look at the paper, then answer or reverse it."
    ),
)
_ANSWERED = (
    N_("The objection to paper slip %(slip)s is answered"),
    N_("A coordinator has answered. What was typed stands: %(what)s, %(amount)s, of %(day)s."),
)
